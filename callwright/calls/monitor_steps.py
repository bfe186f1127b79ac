"""Invariants 1, 2, 3 and 5: tools and words wait for their steps, and no step is skipped. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.calls import events as ev
from callwright.calls.monitor_evidence import Evidence
from callwright.calls.monitor_words import holds
from callwright.calls.promises import Promises
from callwright.calls.violation import Violation

# An interruption and the words it cut off stand in the record within so many seconds.
_AT_ONCE = 1.0


def steps_kept(promised: Promises, events: Sequence[ev.Event]) -> Iterator[Violation]:
    """Yield where a tool, guarded words, a statement or the end of the call came too early."""
    evidence = Evidence(promised)
    unannounced = _unannounced(promised, events)
    cuts = [event.at for event in events if isinstance(event, ev.Interrupted)]
    # What had to be taken when the bot began to speak the words that are told later.
    in_turn = evidence.in_turn()
    for index, event in enumerate(events):
        match event:
            case ev.ToolStarted(tool=tool) if tool in promised.tools:
                yield from _tool(evidence, tool, event.at, event.arguments)
            case ev.ToolCalled(tool=tool) if index in unannounced:
                yield from _tool(evidence, tool, event.at, None)
            case ev.Said(by=by) if by != "rules":
                cut = any(abs(event.at - at) < _AT_ONCE for at in cuts)
                yield from _words(evidence, in_turn, event, cut=cut)
            case ev.CheckpointChanged(checkpoint=step, status="passed"):
                if step in promised.checkpoints and evidence.unheard(step):
                    what = f"{step} passed, and its statement was not heard in full"
                    yield Violation(3, event.at, what)
            case ev.Ended(outcome="completed"):
                yield from _completed(evidence, event.at)
            case _:
                pass
        evidence.take(event)
        if isinstance(event, ev.BotAudible | ev.Said | ev.ToolReturned):
            in_turn = evidence.in_turn()


def _tool(
    evidence: Evidence, tool: str, at: float, given: Mapping[str, Any] | None
) -> Iterator[Violation]:
    promised = evidence.promised
    for other in promised.tools[tool].after:
        if why := evidence.undone(other):
            yield Violation(1, at, f"{tool} ran, and {why}")
    needs = {*promised.tools[tool].needs}
    needs |= {n for s in promised.checkpoints.values() if s.verify == tool for n in s.needs}
    for need in sorted(needs):
        known = evidence.values.get(need)
        if known is None and promised.entities.get(need, {}).get("optional"):
            continue
        if not evidence.settled(need):
            status = evidence.statuses.get(need, "missing")
            yield Violation(1, at, f"{tool} ran, and {need} is {status}")
        elif given is not None and need in promised.tools[tool].needs and given.get(need) != known:
            yield Violation(1, at, f"{tool} ran with another {need} than the one that counts")


def _unannounced(promised: Promises, events: Sequence[ev.Event]) -> set[int]:
    """Calls that brought a result although nothing says that the tool was let run."""
    found: set[int] = set()
    for index, event in enumerate(events):
        if not isinstance(event, ev.ToolCalled) or event.tool not in promised.tools:
            continue
        started = False
        for later in events[index + 1 :]:
            if isinstance(later, ev.ToolStarted) and later.tool == event.tool:
                started = True
            refused = isinstance(later, ev.ToolRefused) and later.call == event.call
            if refused or (isinstance(later, ev.ToolCalled) and later.call == event.call):
                started = False
            if isinstance(later, ev.ToolReturned) and later.call == event.call:
                if not started and not _is_refusal(later.result):
                    found.add(index)
                break
    return found


def _is_refusal(result: Any) -> bool:
    return isinstance(result, Mapping) and set(result) == {"refused"}


def _words(
    evidence: Evidence, step: str | None, said: ev.Said, *, cut: bool
) -> Iterator[Violation]:
    """Words of a model while `step` had to be taken."""
    if step is None or evidence.verdicts.get(step) == "failed":
        return  # What is given up is not skipped: the call goes on without it, or to its end.
    keep = evidence.promised.checkpoints[step].keep
    if keep == "gate":
        yield Violation(2, said.at, f"a model was heard while {step} had to be taken")
    elif keep == "override" and not cut and (why := _skips(evidence, step, said.text)):
        yield Violation(2, said.at, f"a reply was heard that skips {step}: {why}")


def _skips(evidence: Evidence, step: str, text: str) -> str:
    wanted = evidence.unheard(step)
    if wanted:
        return "" if holds(text, wanted) else "its statement is not in it"
    return "" if "?" in text else "it asks for nothing"


def _completed(evidence: Evidence, at: float) -> Iterator[Violation]:
    promised = evidence.promised
    for step, promise in promised.checkpoints.items():
        if promise.keep != "guide" and (why := evidence.undone(step)):
            yield Violation(5, at, f"completed, and {why}")
    for name, entity in promised.entities.items():
        required = not entity.get("optional") and name not in promised.own
        if required and not evidence.settled(name):
            status = evidence.statuses.get(name, "missing")
            yield Violation(5, at, f"completed, and {name} is {status}")
