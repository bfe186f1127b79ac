"""What was decided in each turn of a call, in a few words a decision. Pure.

Names only, no values: a line such as ``confirmed date_of_birth`` tells nobody the date.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from callwright.calls import events as ev
from callwright.calls.timeline import Turn


def decisions(events: Sequence[ev.Event], turns: Sequence[Turn]) -> list[list[str]]:
    """The decisions of each turn, in order; what came before the first turn belongs to it.

    A fact or a step that changed several times within one turn counts as it stood at its end:
    how often recognition changed its mind in between is not the story. That a tool failed belongs
    to where it was started: how long it took to fail is not the story either.
    """
    failed = _failed(events)
    found: list[dict[tuple[str, str], str]] = [{} for _ in turns]
    for event in events:
        key = _subject(event)
        if key is None or not turns:
            continue
        of_turn = found[turn_at(turns, event.at)]
        # Again at the end: the order is that of the last change.
        of_turn.pop(key, None)
        of_turn[key] = _words(event, failed=key in failed)
    return [list(of_turn.values()) for of_turn in found]


def tool_failures(events: Sequence[ev.Event], turns: Sequence[Turn]) -> list[list[str]]:
    """Why tools failed that were started in each turn: ``book: RuntimeError: no table``."""
    failed = _failed(events)
    found: list[list[str]] = [[] for _ in turns]
    for event in events if turns else ():
        if isinstance(event, ev.ToolStarted) and (why := failed.get(_started(event))):
            found[turn_at(turns, event.at)].append(f"{event.tool}: {why}")
    return found


def _failed(events: Iterable[ev.Event]) -> dict[tuple[str, str], str]:
    """Why tools failed, by what was decided about when they were started."""
    running: dict[str, tuple[str, str]] = {}
    failed: dict[tuple[str, str], str] = {}
    for event in events:
        match event:
            case ev.ToolStarted(tool=name):
                running[name] = _started(event)
            case ev.ToolReturned(tool=name) if event.failure and name in running:
                failed[running.pop(name)] = event.failure
            case _:
                pass
    return failed


def turn_at(turns: Sequence[Turn], at: float) -> int:
    """The index of the turn that a moment belongs to: the last that had begun by then."""
    return max(0, bisect_right([turn.start for turn in turns], at) - 1)


def _subject(event: ev.Event) -> tuple[str, str] | None:
    """What an event decides about; None for one that decides nothing."""
    match event:
        case ev.EntityChanged(entity=name):
            return "entity", name
        case ev.ReadBack(entity=name):
            return "read back", name
        case ev.CheckpointChanged(checkpoint=name, status=status) if status != "pending":
            return "step", name
        case ev.ToolStarted():
            return _started(event)
        case ev.ToolRefused() | ev.ReplyReplaced() | ev.SwitchedOver():
            return event.name, f"{event.at} {getattr(event, 'tool', '')}"
        case _:
            return None


def _started(event: ev.ToolStarted) -> tuple[str, str]:
    return event.name, f"{event.at} {event.tool}"


def _words(event: ev.Event, *, failed: bool) -> str:
    match event:
        case ev.EntityChanged(entity=name, status=status):
            return f"{status} {name}"
        case ev.ReadBack(entity=name):
            return f"read back {name}"
        case ev.CheckpointChanged(checkpoint=name, status=status):
            return f"{status} {name}"
        case ev.ToolStarted(tool=name):
            return f"failed {name}" if failed else f"ran {name}"
        case ev.ToolRefused(tool=name):
            return f"refused {name}"
        case ev.SwitchedOver(role=role, to=to):
            return f"switched {role} to {to}"
        case _:
            return "replaced a reply"
