"""A call against what is expected of it: what holds, what does not, and how it is told."""

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from callwright.lab.expectations.judging import judge
from callwright.lab.expectations.made import differences
from callwright.lab.expectations.seen import Seen, SeenTurn
from callwright.lab.expectations.shape import Expected, Matches, Words
from callwright.lab.expectations.telling import failure_lines
from callwright.lab.expectations.texts import holds, told
from callwright.lab.expectations.verdict import Verdict


def turn(user: str | None, bot: str, *decided: str, **more: Any) -> SeenTurn:
    facts = {"start": 1.0, "interrupted": False, "ended_by": "silence", "response_ms": 400}
    return SeenTurn(user=user, bot=bot, decided=list(decided), **facts | more)


TOOL: dict[str, Any] = {
    "name": "leave", "allowed": True, "failed": False, "reason": "",
    "arguments": {"full_name": "Ann Bell"},
}  # fmt: skip

SEEN = Seen(
    outcome="completed",
    turns=[
        turn(None, "Hello.", start=0.0),
        turn("it's ann bell", "Thanks, Ann.", "captured full_name", start=2.0),
        turn("good bye", "Goodbye.", "ran leave", start=63.5, interrupted=True),
    ],
    entities={
        "full_name": {"value": "Ann Bell", "status": "captured"},
        "number": {"value": None, "status": "missing"},
    },
    checkpoints={"identity": "passed"},
    tools=[TOOL],
    events=["heard", "said", "ended"],
    latency={"p50": 400, "p95": 900, "max": 900},
    made_of={
        "pipecat": "1.14.0",
        "languages": ["en"],
        "steps": ["input", "llm", "speech_guard", "output"],
        "services": {"stt": {"use": "deepgram_stt", "settings": {"model": "nova"}}},
        "tool_rules": {"leave": {"after": ["disclosure"]}},
        "checkpoints": {"disclosure": {"say": "I am Robin."}, "identity": {}},
        "prompt": "You are Robin. Be brief and kind.\n\nFind out:\n- full_name: Who calls?",
    },
)

HELD: dict[str, Any] = {
    "outcome": "completed",
    "turns": [
        {"bot": "Hello."},
        {"user": {"has": ["Ann Bell"], "lacks": ["anna"]}, "decided": ["captured full_name"]},
        {"user": {"matches": "good ?bye"}, "bot": "Goodbye.", "interrupted": True},
    ],
    "entities": {"full_name": {"value": "Ann Bell", "status": "captured"}},
    "checkpoints": {"identity": "passed"},
    "tools": [{"name": "leave", "arguments": {"full_name": "Ann Bell"}}],
    "events": ["heard", "said", "ended"],
    "latency": {"p95": {"most": 900}, "p50": {"least": 100, "most": 500}},
    "made_of": SEEN.made_of,
}


def judged(**changes: Any) -> Verdict:
    return judge(Expected.model_validate(HELD | changes), SEEN)


def test_a_call_that_is_as_expected_fails_nowhere_and_is_counted() -> None:
    verdict = judged()
    assert list(failure_lines(verdict)) == []
    assert verdict.failed == []
    # turns 1+2+2, outcome, entity, step, tool, 3 events, 2 latencies, 7 parts of what it is made of
    assert verdict.passed == 21


def test_nothing_expected_is_nothing_judged() -> None:
    assert judge(Expected(), SEEN) == Verdict()


@pytest.mark.parametrize(
    ("changes", "what", "expected", "got"),
    [
        ({"outcome": "handed_off"}, "outcome", "handed_off", "completed"),
        (
            {"entities": {"full_name": {"value": "Bob", "status": "confirmed"}}},
            "entity full_name",
            "Bob, confirmed",
            "Ann Bell, captured",
        ),
        (
            {"entities": {"number": {"value": "1", "status": "missing"}}},
            "entity number",
            "1, missing",
            "missing",
        ),
        (
            {"entities": {"phone": {"status": "captured"}}},
            "entity phone",
            "captured",
            "the agent has no such entity",
        ),
        ({"checkpoints": {"identity": "failed"}}, "checkpoint identity", "failed", "passed"),
        ({"checkpoints": {"consent": "passed"}}, "checkpoint consent", "passed", "no such step"),
        ({"tools": []}, "tool call 1", "no further call", "leave"),
        ({"tools": [{"name": "book"}]}, "tool call 1", "book", "leave"),
        ({"tools": [{"name": "leave"}, {"name": "book"}]}, "tool call 2", "book", "none"),
        (
            {"tools": [{"name": "leave", "allowed": False}]},
            "tool call 1, leave",
            "refused",
            "allowed",
        ),
        (
            {"tools": [{"name": "leave", "arguments": {"name": "Ann Bell"}}]},
            "tool call 1, leave",
            "no argument full_name, name='Ann Bell'",
            "full_name='Ann Bell', no argument name",
        ),
        (
            {"events": ["heard", "said", "read_back", "ended"]},
            "event read_back",
            "recorded",
            "not recorded any more",
        ),
        ({"events": ["heard", "ended"]}, "event said", "not recorded", "recorded"),
        (
            {"latency": {"p95": {"most": 899}}},
            "response latency, p95",
            "at most 899 ms",
            "900 ms",
        ),
        (
            {"latency": {"max": {"least": 901, "most": 1000}}},
            "response latency, max",
            "901 to 1000 ms",
            "900 ms",
        ),
        ({"made_of": {"pipecat": "1.14.1"}}, "made_of.pipecat", "1.14.1", "1.14.0"),
        (
            {"made_of": {"steps": ["input", "llm", "output"]}},
            "made_of.steps",
            "nothing",
            "speech_guard",
        ),
        (
            {"made_of": {"services": {"stt": {"use": "deepgram_stt", "settings": {}}}}},
            "made_of.services.stt.settings.model",
            "nothing",
            "nova",
        ),
        (
            {"made_of": {"tool_rules": {"leave": {"after": ["disclosure"], "timeout": 2}}}},
            "made_of.tool_rules.leave.timeout",
            "2",
            "nothing",
        ),
        (
            {"made_of": {"checkpoints": {"identity": {}, "disclosure": {"say": "I am Robin."}}}},
            "made_of.checkpoints, in order",
            "identity, disclosure",
            "disclosure, identity",
        ),
        (
            {"made_of": {"prompt": "You are Robin. Find out:\n- full_name: Who calls?"}},
            "made_of.prompt",
            "nothing",
            "Be brief and kind.",
        ),
    ],
)
def test_what_does_not_hold_is_named(
    changes: dict[str, Any], what: str, expected: str, got: str
) -> None:
    (failure,) = judged(**changes).failed
    assert (failure.what, failure.expected, failure.got) == (what, expected, got)


def test_where_turns_part_is_told_lane_by_lane() -> None:
    verdict = judged(
        turns=[
            {"bot": "Hello."},
            {"user": "it's anna bell", "decided": ["captured name"], "bot": "Thanks, Ann."},
            {"user": "good bye", "bot": "Bye."},
            {"user": "hello?", "bot": "Yes?"},
        ]
    )
    assert list(failure_lines(verdict)) == snapshot(
        [
            "parted at turn 2, at 0:02.0",
            "  heard     expected  it's anna bell",
            "            got       it's ann bell",
            "  decided   expected  captured name",
            "            got       captured full_name",
            "  said      as ever   Thanks, Ann.",
            "    turns after it that differ: 3, 4",
            "turn 3",
            "  said      expected  Bye.",
            "            got       Goodbye.",
        ]
    )
    assert [one.what for one in verdict.failed] == ["turn 2, heard", "turn 2, decided"]


def test_a_tool_that_failed_is_told_with_its_error() -> None:
    why = "RuntimeError: no table"
    failed = replace(
        SEEN,
        turns=[
            turn(None, "Hello."),
            turn(None, "Sorry.", "failed leave", failures=[f"leave: {why}"] * 2),
        ],
        tools=[TOOL | {"failed": True, "reason": why}],
    )
    wanted = [{}, {"decided": ["ran leave"]}]
    expected = Expected.model_validate({"turns": wanted, "tools": HELD["tools"]})
    decided, tool = judge(expected, failed).failed
    assert (decided.expected, decided.got) == (
        "ran leave", f"failed leave (leave: {why})",
    )  # fmt: skip
    assert (tool.what, tool.expected, tool.got) == (
        "tool call 1, leave", "returned", f"failed: {why}",
    )  # fmt: skip
    # It may be expected, and then it is a failure that it returns.
    wanted = [{}, {"decided": ["failed leave"]}]
    tools = [HELD["tools"][0] | {"failed": True}]
    expected = Expected.model_validate({"turns": wanted, "tools": tools})
    assert judge(expected, failed).failed == []
    *_, tool = judge(Expected.model_validate({"tools": tools}), SEEN).failed
    assert (tool.expected, tool.got) == ("failed", "returned")


@pytest.mark.parametrize(
    ("turns", "what", "got"),
    [
        ([{"bot": "Hello."}, {}, {"interrupted": True}, {"bot": "Yes?"}], "turn 4, said",
         "(the call has no such turn)"),
        ([{"bot": "Hello."}, {}], "turn 3, heard", "good bye"),
        ([{}, {}, {}], "turn 3, interruption", "interrupted by the caller"),
        ([{}, {}, {"bot": "Good", "interrupted": True}], "turn 3, said", "Goodbye."),
        ([{"user": "hi"}, {}, {"interrupted": True}], "turn 1, heard", "(the bot spoke unasked)"),
        ([{}, {"ended_by": "words"}, {"interrupted": True}], "turn 2, turn over", "silence"),
        ([{}, {"response_ms": {"most": 300}}, {"interrupted": True}], "turn 2, response",
         "400 ms"),
    ],
)  # fmt: skip
def test_every_lane_of_a_turn_counts(turns: list[Any], what: str, got: str) -> None:
    first = judged(turns=turns).failed[0]
    assert (first.what, first.got) == (what, got)


def test_words_are_told_by_what_is_wrong_with_them() -> None:
    words = Words(has=["booked", "goodbye"], lacks=["sorry", "wrong"])
    got = "It is booked, sorry."
    assert not holds(words, got)
    assert told(words, got) == "with 'goodbye', without 'sorry'"
    assert holds(words, "Booked. Goodbye!")
    assert not holds(Words(has=["book"]), "booked")
    assert holds(Matches(matches="your number is \\d+"), "Your  number is 47")
    assert not holds(Matches(matches="number"), "Your number")


def test_a_bot_that_does_not_stop_for_the_caller_is_told() -> None:
    seen = replace(
        SEEN, turns=[turn(None, "Hello, this is Robin. How can I help?", interrupted=True)]
    )
    expected = Expected.model_validate({"turns": [{"bot": "Hello, this", "interrupted": True}]})
    said, interruption = judge(expected, seen).failed
    assert said.what == "turn 1, said"
    assert interruption.what == "turn 1, interruption"
    assert interruption.got == "the caller spoke, and the bot went on"


def test_an_interruption_that_is_not_on_record_is_no_bot_that_goes_on() -> None:
    seen = replace(SEEN, turns=[turn(None, "Hello, this")])
    expected = Expected.model_validate({"turns": [{"bot": "Hello, this", "interrupted": True}]})
    (interruption,) = judge(expected, seen).failed
    assert interruption.what == "turn 1, interruption"
    assert interruption.got == "not on record; the words end as expected"
    # Of a few words nobody knows where they were to end.
    some = {"turns": [{"bot": {"has": ["Hello"]}, "interrupted": True}]}
    (interruption,) = judge(Expected.model_validate(some), seen).failed
    assert interruption.got == "not interrupted"


def test_steps_by_the_alphabet_are_in_no_order() -> None:
    first, second = {"order": {}, "payment": {}}, {"payment": {}, "order": {}}
    assert list(differences("made_of.checkpoints", first, second)) == []
    assert len(list(differences("made_of.checkpoints", second, first))) == 1
