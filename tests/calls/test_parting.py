"""The first event in which two calls part, and what was decided in each turn."""

from dataclasses import replace

import pytest

from callwright.calls import events as ev
from callwright.calls.decisions import decisions, tool_failures
from callwright.calls.digest import digest
from callwright.calls.parting import partings
from callwright.calls.timeline import turns
from callwright.lab.call_state import tool_runs

CALL: list[ev.Event] = [
    ev.Connected(at=0.0),
    ev.BotAudible(at=0.3),
    ev.Said(at=2.0, text="Hello.", by="rules"),
    ev.BotSilent(at=2.1, since=2.0),
    ev.CheckpointChanged(at=2.2, checkpoint="disclosure", status="passed", reason="heard"),
    ev.SpeechStarted(at=3.2, since=3.0),
    ev.SpeechStopped(at=4.2, since=4.0),
    ev.Heard(at=4.3, text="ann bell"),
    ev.EntityChanged(at=4.3, entity="full_name", value=None, status="rejected", heard="ann"),
    ev.EntityChanged(at=4.4, entity="full_name", value="Ann", status="captured", heard="ann"),
    ev.CheckpointChanged(at=4.4, checkpoint="consent", status="pending", reason=""),
    ev.TurnEnded(at=4.5, reason="silence"),
    ev.ToolRefused(at=4.6, tool="book", reason="consent has to come first"),
    ev.ToolStarted(at=4.7, tool="find"),
    ev.BotAudible(at=5.0),
    ev.Said(at=6.0, text="Thanks.", by="rules"),
    ev.ReadBack(at=6.1, entity="full_name", value="Ann"),
    ev.Ended(at=7.0, outcome="completed", reason="done"),
]


def changed(index: int, **fields: object) -> list[ev.Event]:
    return [replace(e, **fields) if i == index else e for i, e in enumerate(CALL)]


def test_the_same_call_parts_nowhere() -> None:
    assert partings(CALL, list(CALL)) == []


def test_what_happens_otherwise_is_named_with_its_turn_and_both_sides() -> None:
    (parting,) = partings(CALL, changed(7, text="anna bell"))
    assert (parting.number, parting.only_in_time) == (8, False)
    assert parting.first.event == {
        "at": 4.3, "event": "heard", "text": "ann bell", "confidence": None, "by_model": False,
    }  # fmt: skip
    assert parting.second.event is not None
    assert parting.second.event["text"] == "anna bell"
    assert (parting.first.turn, parting.first.heard, parting.first.said) == (
        2, "ann bell", "Thanks.",
    )  # fmt: skip
    assert parting.second.heard == "anna bell"


def test_ids_in_errors_are_no_difference() -> None:
    def failed(number: int, rest: str = "no audio") -> list[ev.Event]:
        told = f"context 11bf20d0-b413-4659-9117-7a96892fa7a{number}: {rest}"
        return [*CALL[:3], ev.Trouble(at=2.0, where="Voice", what=told), *CALL[3:]]

    assert partings(failed(1), failed(2)) == []
    assert digest(failed(1), []) == digest(failed(2), [])
    assert [one.number for one in partings(failed(1), failed(1, "too late"))] == [4]

    def over(number: int) -> list[ev.Event]:
        reason = f"context 11bf20d0-b413-4659-9117-7a96892fa7a{number}: no audio"
        return [*CALL[:-1], ev.Ended(at=CALL[-1].at, outcome="failed", reason=reason)]

    assert partings(over(1), over(2)) == []
    assert digest(over(1), []) == digest(over(2), [])


def test_a_shift_in_time_is_told_apart_from_what_follows_from_it() -> None:
    other = changed(5, at=3.25, since=3.05)
    other[15] = replace(other[15], text="Thank you.")
    first, then = partings(CALL, other)
    assert (first.number, first.only_in_time) == (6, True)
    assert (then.number, then.only_in_time) == (16, False)


def test_a_call_that_is_over_before_the_other_has_no_more_events() -> None:
    (parting,) = partings(CALL, CALL[:-2])
    assert parting.number == 17
    assert parting.second.event is None
    assert parting.second.turn == 2


def test_records_without_a_word_can_be_compared() -> None:
    (parting,) = partings([], [ev.Connected()])
    assert (parting.first.event, parting.first.turn) == (None, 0)


def test_decisions_stand_with_their_turn_as_it_ended() -> None:
    assert decisions(CALL, turns(CALL)) == [
        ["passed disclosure"],
        ["captured full_name", "refused book", "ran find", "read back full_name"],
    ]


@pytest.mark.parametrize(
    ("result", "error", "words", "why"),
    [
        ({"error": "RuntimeError: gone"}, None, "failed find", ["find: RuntimeError: gone"]),
        (None, "no answer within 4 seconds", "failed find", ["find: no answer within 4 seconds"]),
        ({"error": "none", "found": True}, None, "ran find", []),
        ({"refused": "too early"}, None, "ran find", []),  # another call of it, which did not run
    ],
)
def test_a_tool_that_failed_is_told_where_it_was_started(
    result: object, error: str | None, words: str, why: list[str]
) -> None:
    # It comes back in the next turn.
    call = [
        *CALL[:17],
        ev.SpeechStarted(at=6.4, since=6.3),
        ev.SpeechStopped(at=6.7, since=6.6),
        ev.TurnEnded(at=6.7, reason="silence"),
        ev.ToolReturned(at=6.8, tool="find", result=result, error=error),
        CALL[-1],
    ]
    told = turns(call)
    assert len(told) == 3
    assert decisions(call, told)[1:] == [
        ["captured full_name", "refused book", words, "read back full_name"], [],
    ]  # fmt: skip
    assert tool_failures(call, told) == [[], why, []]
    runs = tool_runs([ev.ToolCalled(at=4.7, tool="find", call="1"), *call])
    assert [run["reason"] for run in runs] == [why[0].removeprefix("find: ") if why else ""]


def test_a_call_without_turns_decides_nothing() -> None:
    assert decisions(CALL[:1], []) == tool_failures(CALL, []) == []


def test_what_happens_in_one_moment_has_no_order() -> None:
    one, other = CALL.index(ev.Heard(at=4.3, text="ann bell")), [*CALL]
    other[one], other[one + 1] = other[one + 1], other[one]
    assert partings(CALL, other) == partings(other, CALL) == []
    assert digest(CALL, ()) == digest(other, ())
    other[one] = replace(other[one], at=4.29)
    assert [parting.number for parting in partings(CALL, other)] == [one + 1]
    assert digest(CALL, ()) != digest(other, ())
    lost = [event for event in CALL if event != CALL[one + 1]]
    assert [parting.number for parting in partings(CALL, lost)] == [one + 2]
    assert digest(CALL, ()) != digest(lost, ())
