"""What an expectation was, and what came instead: in words, at the times of the call."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipecat.evals.results import EvalAssertionFailure, EvalProgress, EvalScriptTurnProgress
from pipecat.evals.script import EvalExpectation, EvalFunctionCall, EvalScriptTurn

from callwright.lab.expectations.telling import clock

# What Pipecat's own run waits for an event without `within_ms`, milliseconds.
USUAL_BUDGET = 60_000

_CALLS = ("function_call", "function_call_stopped")

# So many of the other events of a turn are named where nothing of the kind came.
_OTHERS = 8

Seen = dict[str, Any]
"""An event of Pipecat's: ``type``, ``at`` (seconds), and ``text``, ``transcript`` or ``name``."""


@dataclass(slots=True)
class Watch:
    """Notes while a scenario runs when its turns were sent and its expectations met.

    Args:
        elapsed: Seconds, on the clock of the events.
        connected: When the call began.
        sent: When a turn was sent, by turn.
        met: When each expectation was met, by turn and number.
    """

    elapsed: Callable[[], float]
    connected: float = 0.0
    sent: dict[int, float] = field(default_factory=dict[int, float])
    met: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])

    async def note(self, progress: EvalProgress) -> None:
        """Take what Pipecat's driver reports of its progress."""
        if not isinstance(progress, EvalScriptTurnProgress):
            return
        if progress.status == "turn":
            self.sent[progress.turn_index] = self.elapsed()
        elif progress.status == "matched":
            self.met[progress.turn_index, progress.expectation_index] = self.elapsed()


@dataclass(frozen=True, slots=True)
class Told:
    """An expectation that was not met: what is wrong, what was expected, what came. In words."""

    what: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what came of expectations, when the call is over.

    Args:
        turns: The scenario's.
        events: Everything that was seen of the bot.
        watch: When the turns were sent and the expectations met.
        mask: Masks in any words what the record does not show, either.
    """

    turns: Sequence[EvalScriptTurn]
    events: Sequence[Seen]
    watch: Watch
    mask: Callable[[str], str]

    def tell(self, failure: EvalAssertionFailure) -> Told:
        """What there is to say about an expectation that was not met."""
        turn, number = failure.turn_index, failure.expectation_index
        if turn not in self.watch.sent or number < 0:
            return Told(self.mask(failure.reason), "", self._others(turn))
        one = self.turns[turn].expect[number]
        came = list(self._of_kind(turn, number))
        got = ", then ".join(self._event(event, late) for event, late in came)
        if not came:
            got = f"none of it; {self._others(turn)}"
        return Told(self._what(failure, one, came), _expected(one), got)

    def _what(
        self, failure: EvalAssertionFailure, one: EvalExpectation, came: list[tuple[Seen, int]]
    ) -> str:
        budget = _budget(one)
        fits = [(event, late) for event, late in came if fitting(one, event)]
        before = any(turn == failure.turn_index for turn, _ in self.watch.met)
        match failure.kind:
            case "unexpected_event":
                return "came, and was not to come"
            case "text_present":
                return "has words that were not to come"
            case "function_args_mismatch":
                return "was made with other arguments"
            case "timeout" | "text_mismatch" | "missing_function_call" if fits and fits[0][1] > 0:
                return f"came {fits[0][1]} ms too late"
            case "timeout" | "missing_function_call" | "bot_ended" if fits and before:
                return "came before what stands ahead of it; 'check_from: turn_start' looks back"
            case "text_mismatch" if came and came[0][1] <= 0:
                return "has other words"
            case "timeout" | "text_mismatch" | "missing_function_call":
                return f"did not come within {budget} ms"
            case "bot_ended":
                return "the agent ended the call before it came"
            case _:
                return self.mask(failure.reason)

    def _of_kind(self, turn: int, number: int) -> Iterator[tuple[Seen, int]]:
        """What came of the expected kind and was not another's, and by how many ms too late."""
        expect = self.turns[turn].expect
        kind = expect[number].event
        taken = [
            at
            for (of_turn, of_number), at in self.watch.met.items()
            if of_turn == turn and expect[of_number].event == kind and not expect[of_number].absent
        ]
        deadline = self.watch.sent[turn] + _budget(expect[number]) / 1000
        for event in _joined(self._of_turn(turn)):
            if event["type"] == kind and event["at"] > max(taken, default=-1.0):
                yield event, round((event["at"] - deadline) * 1000)

    def _of_turn(self, turn: int) -> list[Seen]:
        sent = self.watch.sent
        since = sent.get(turn, max(sent.values(), default=0.0))
        if self.turns[turn].user is None and self.turns[turn].dtmf is None:
            # Nothing is sent: it looks at all that came after what was met before.
            before = [at for (of, _), at in self.watch.met.items() if of < turn]
            since = max(before, default=-1.0)
        until = sent.get(turn + 1, float("inf"))
        return [event for event in self.events if since < event["at"] <= until]

    def _others(self, turn: int) -> str:
        seen = _joined(self._of_turn(turn))
        if not seen:
            return "nothing came in this turn"
        told = [f"{one['type']} {self._event(one)}" for one in seen[:_OTHERS]]
        if len(seen) > _OTHERS:
            told.append("…")
        return f"in this turn came {', '.join(told)}"

    def _event(self, event: Seen, late: int = 0) -> str:
        """An event's words or call, and when it came."""
        at = f"at {clock(max(0.0, event['at'] - self.watch.connected))}"
        if event["type"] in _CALLS:
            at = f"{_call(event.get('name'), event.get('args'))} {at}"
        elif words := _words(event):
            at = f"{words!r} {at}"
        return self.mask(at) + (f" ({late} ms too late)" if late > 0 else "")


def fitting(one: EvalExpectation, event: Seen) -> bool:
    """Whether an event is what is expected, as far as can be told without a judge."""
    if event["type"] != one.event:
        return False
    if one.event in _CALLS:
        calls = one.calls or [EvalFunctionCall()]
        return len(calls) == 1 and _is(calls[0], event)
    words = " ".join(_words(event).split())
    return " ".join((one.text_contains or "").split()) in words


def waited_in_vain(one: EvalExpectation, sent: float, now: float) -> bool:
    """Whether an expectation of a turn `sent` then has used up its time; both in seconds."""
    return not one.absent and now >= sent + _budget(one) / 1000 - 0.001


def _budget(one: EvalExpectation) -> int:
    return one.within_ms or USUAL_BUDGET


def _is(call: EvalFunctionCall, event: Seen) -> bool:
    args: dict[str, Any] = event.get("args") or {}
    named = call.name is None or call.name == event.get("name")
    return named and all(args.get(key) == value for key, value in (call.args or {}).items())


def _words(event: Seen) -> str:
    return str(event.get("text") or event.get("transcript") or "")


def _call(name: Any, args: dict[str, Any] | None) -> str:
    given = ", ".join(f"{key}: {value}" for key, value in (args or {}).items())
    return f"{name or 'any function'}({given})"


def _joined(events: Sequence[Seen]) -> list[Seen]:
    """The same, with the words that a voice reports one by one as one text."""
    found: list[Seen] = []
    for event in events:
        last = found[-1] if found else None
        if last is not None and last["type"] == event["type"] == "tts_response":
            found[-1] = last | {"text": f"{last['text']} {event['text']}"}
        else:
            found.append(event)
    return found


def _expected(one: EvalExpectation) -> str:
    """An expectation in words."""
    if one.absent:
        return f"no {one.event} within {_budget(one)} ms"
    parts = [one.event]
    if one.calls and one.calls != [EvalFunctionCall()]:
        parts.append(" and ".join(call.signature for call in one.calls))
    if one.marker is not None:
        parts.append(one.marker)
    if one.text_contains is not None:
        parts.append(f"with {one.text_contains!r}")
    if one.text_excludes is not None:
        parts.append(f"without {one.text_excludes!r}")
    if one.eval is not None:
        parts.append(f"judged by {one.eval!r}")
    if one.within_ms is not None:
        parts.append(f"within {one.within_ms} ms")
    return " ".join(parts)
