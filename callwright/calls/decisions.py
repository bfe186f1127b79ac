"""What was decided in each turn of a call, in a few words a decision. Pure.

Names only, no values: a line such as ``confirmed date_of_birth`` tells nobody the date.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from callwright.calls import events as ev
from callwright.calls.timeline import Turn


def decisions(events: Iterable[ev.Event], turns: Sequence[Turn]) -> list[list[str]]:
    """The decisions of each turn, in order; what came before the first turn belongs to it.

    A fact or a step that changed several times within one turn counts as it stood at its end:
    how often recognition changed its mind in between is not the story.
    """
    found: list[dict[tuple[str, str], str]] = [{} for _ in turns]
    for event in events:
        key = _subject(event)
        if key is None or not turns:
            continue
        of_turn = found[turn_at(turns, event.at)]
        # Again at the end: the order is that of the last change.
        of_turn.pop(key, None)
        of_turn[key] = _words(event)
    return [list(of_turn.values()) for of_turn in found]


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
        case ev.ToolStarted() | ev.ToolRefused() | ev.ReplyReplaced() | ev.SwitchedOver():
            return event.name, f"{event.at} {getattr(event, 'tool', '')}"
        case _:
            return None


def _words(event: ev.Event) -> str:
    match event:
        case ev.EntityChanged(entity=name, status=status):
            return f"{status} {name}"
        case ev.ReadBack(entity=name):
            return f"read back {name}"
        case ev.CheckpointChanged(checkpoint=name, status=status):
            return f"{status} {name}"
        case ev.ToolStarted(tool=name):
            return f"ran {name}"
        case ev.ToolRefused(tool=name):
            return f"refused {name}"
        case ev.SwitchedOver(role=role, to=to):
            return f"switched {role} to {to}"
        case _:
            return "replaced a reply"
