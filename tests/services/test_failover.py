"""A provider fails in the middle of a turn, and the turn is answered all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callwright.calls import events as ev
from callwright.emulators.faults import Fault
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed

# One call with a failure of each in every run; each by itself, in all its ways, in `make soak`.
LONG = pytest.mark.soak

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"

STACK = """
stack: two-of-each
kind: cascaded
services:
  vad: {use: silero}
  turn: {use: smart_turn_v3}
  stt:
    use: deepgram_stt
    settings: {model: nova-3-general, punctuate: false}
    else: [{use: embedded_stt}]
  llm:
    use: anthropic_llm
    settings: {model: claude-sonnet-4-6}
    else: [{use: openai_llm, settings: {model: gpt-5}}]
  tts:
    use: cartesia_tts
    settings: {voice: '${CARTESIA_VOICE}'}
    within: 1.5
    else: [{use: embedded_tts}]
steps: [input, stt, hear_entities, context.user, llm, tts, output, context.bot]
"""

Call = Callable[..., Replayed]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    stack = tmp_path / "stack.yaml"
    stack.write_text(STACK)

    def replayed(**faults: Fault) -> Replayed:
        struck = {role: (fault,) for role, fault in faults.items()}
        return replay(PLAIN, ReplayOptions(stack=str(stack), out=tmp_path / "calls", faults=struck))

    return replayed


def switches(replayed: Replayed) -> list[tuple[str, str, str]]:
    return [
        (event.role, event.service, event.to)
        for event in replayed.result.events
        if isinstance(event, ev.SwitchedOver)
    ]


def took_the_message(replayed: Replayed) -> None:
    assert replayed.result.outcome == "completed"
    assert replayed.violations == []
    assert all(turn.bot for turn in replayed.turns)
    entities = replayed.result.conversation.entities
    assert entities["full_name"].value == "Anna Bell"
    assert entities["callback_number"].value == "+14155550132"
    assert not any("trouble" in turn.bot for turn in replayed.turns)


def test_one_of_each_fails_in_a_call_and_is_replaced(call: Call) -> None:
    replayed = call(
        stt=Fault("disconnect", request=0, after=3),
        llm=Fault("stall", request=1, after=4),
        tts=Fault("disconnect", request=0, after=30),
    )
    took_the_message(replayed)
    assert {
        ("stt", "deepgram_stt", "embedded_stt"),
        ("llm", "anthropic_llm", "openai_llm"),
        ("tts", "cartesia_tts", "embedded_tts"),
    } <= set(switches(replayed))
    the_turn_was_heard_again(replayed)
    the_answer_was_given_once(replayed)
    the_greeting_was_heard_whole(replayed)


def the_turn_was_heard_again(replayed: Replayed) -> None:
    assert "a question about my bill" in replayed.turns[1].user
    assert replayed.turns[1].bot == "Thank you. May I have your full name?"


def the_answer_was_given_once(replayed: Replayed) -> None:
    """What was said of the broken answer is not said again."""
    asked = [turn.bot for turn in replayed.turns if turn.user == "my name is anna bell"]
    assert asked == ["Thanks, Anna. What number can we call you back on?"]


def the_greeting_was_heard_whole(replayed: Replayed) -> None:
    greeting = replayed.turns[0].bot
    assert greeting.startswith("Lakeside Clinic, this is Robin, an automated assistant.")
    assert greeting.endswith("How can I help you?")


def test_nobody_is_switched_without_a_reason(call: Call) -> None:
    replayed = call()
    took_the_message(replayed)
    assert switches(replayed) == []


@LONG
@pytest.mark.parametrize(
    "fault",
    [
        Fault("stall", request=1, after=4),
        Fault("disconnect", request=1, after=5),
        Fault("unauthorized", request=1),
        Fault("malformed", request=1, after=5),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.after}",
)
def test_a_model_that_fails_is_replaced_within_the_turn(call: Call, fault: Fault) -> None:
    replayed = call(llm=fault)
    took_the_message(replayed)
    assert switches(replayed) == [("llm", "anthropic_llm", "openai_llm")]
    the_answer_was_given_once(replayed)


@LONG
@pytest.mark.parametrize(
    "fault",
    [
        Fault("refuse"),
        Fault("disconnect", request=0, after=30),
        Fault("unauthorized", request=0),
        Fault("stall", request=0, after=30),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.after}",
)
def test_a_voice_that_fails_is_replaced_within_the_sentence(call: Call, fault: Fault) -> None:
    replayed = call(tts=fault)
    took_the_message(replayed)
    assert ("tts", "cartesia_tts", "embedded_tts") in switches(replayed)
    the_greeting_was_heard_whole(replayed)


@LONG
@pytest.mark.parametrize(
    "fault",
    [Fault("unauthorized", request=0), Fault("disconnect", request=0, after=3)],
    ids=lambda fault: f"{fault.kind}-{fault.after}",
)
def test_a_recogniser_that_fails_is_replaced_and_hears_the_turn_again(
    call: Call, fault: Fault
) -> None:
    replayed = call(stt=fault)
    assert replayed.violations == []
    assert ("stt", "deepgram_stt", "embedded_stt") in switches(replayed)
    the_turn_was_heard_again(replayed)
    assert replayed.result.outcome == "completed"


def test_the_first_choice_is_tried_again_after_a_while(call: Call) -> None:
    replayed = call(llm=Fault("error", request=0, after=3))
    assert switches(replayed) == [
        ("llm", "anthropic_llm", "openai_llm"),
        ("llm", "openai_llm", "anthropic_llm"),
    ]


def test_when_the_second_fails_too_the_caller_hears_an_apology(call: Call) -> None:
    replayed = call(**{"llm": Fault("server_error"), "llm.1": Fault("server_error")})
    said = " ".join(turn.bot for turn in replayed.turns)
    assert "having some trouble" in said
    assert replayed.result.outcome == "failed"
    assert replayed.violations == []
