"""Transcripts of bad faith change nothing but the count of attempts."""

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hostile_transcripts import TRANSCRIPTS
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.conversation import CheckpointPlan, Conversation, HandoffPlan, Plan, ToolPlan
from callwright.conversation.entities import Digits, PersonName, YesNo, yes_and_no
from callwright.engines.dialogue import word

NOTE, CONSENT, AGREE = "This call is recorded.", "We keep it for thirty days.", "Do you agree?"
PLAN = Plan(
    greeting="How can I help?",
    closing="Goodbye.",
    entities={
        "name": PersonName(type="person_name", ask="May I have your name?", confirm="read_back"),
        "pin": Digits(type="digits", ask="What is your pin?", length=4, confirm="read_back"),
        "agreed": YesNo(type="yes_no", ask=AGREE),
    },
    checkpoints={
        "note": CheckpointPlan(say=NOTE, attempts=1),
        "identity": CheckpointPlan(needs=("name", "pin"), verify="find", keep="override"),
        "consent": CheckpointPlan(
            say=CONSENT, needs=("agreed",), wanted={"agreed": "yes"}, attempts=2
        ),
    },
    tools={
        "find": ToolPlan(needs=("name", "pin"), after=("note",)),
        "book": ToolPlan(needs=("name", "pin"), after=("identity", "consent")),
    },
    handoff=HandoffPlan(),
)
WAY = ("go on", "my name is anna bell", "yes", "one two three four", "yes that's right")
MOMENTS = {"the start": 0, "the name": 1, "a name": 2, "the pin": 3, "a pin": 4, "consent": 5}


def at(moment: str) -> Conversation:
    """A call that has come so far; the bot's last words were heard."""
    call = Conversation(PLAN, date(2026, 11, 20))
    call.bot_said(word(call.greeting(), PLAN, call))
    for said in WAY[: MOMENTS[moment]]:
        answered(call, said)
    return call


def answered(call: Conversation, said: str) -> None:
    call.turn_started()
    call.caller_said(said)
    decision = call.decide()
    while decision.tool is not None:
        call.tool_started(decision.tool, call.arguments(decision.tool))
        call.tool_returned(decision.tool, {"guest": 7})
        decision = call.decide()
    call.bot_said(word(decision, PLAN, call))


def standing(call: Conversation) -> dict[str, Any]:
    steps = {name: replace(one, attempts=0) for name, one in call.checkpoints.items()}
    # Any word may be a name until it was read back: what counts is what has been confirmed.
    facts = {name: one.value for name, one in call.entities.items() if one.status == "confirmed"}
    return {"steps": steps, "facts": facts, "results": call.results, "outcome": call.outcome}


def test_the_way_leads_to_every_moment() -> None:
    asked = {moment: call.expected[0].name for moment in MOMENTS for call in [at(moment)]}
    assert asked == {
        "the start": "name", "the name": "name", "a name": "confirmation", "the pin": "pin",
        "a pin": "confirmation", "consent": "agreed",
    }  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", TRANSCRIPTS)
def test_a_hostile_transcript_changes_nothing(kind: str, moment: str) -> None:
    call = at(moment)
    before = standing(call)
    began = time.process_time()
    call.turn_started()
    call.caller_said(TRANSCRIPTS[kind])
    assert standing(call) == before
    decision = call.decide()
    assert time.process_time() - began < 1.5
    assert decision.tool is None
    assert call.tool_refused("book")
    # What it answers is a sentence of its own, with nothing of the caller's words in it.
    assert TRANSCRIPTS[kind][:40] not in word(decision, PLAN, call)
    assert call.outcome == "incomplete"


@pytest.mark.parametrize("moment", MOMENTS)
@settings(max_examples=60)
@given(
    said=st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from([*TRANSCRIPTS.values(), "please", "\n"]), max_size=3).map(
            " ".join
        ),
    )
)
def test_no_text_confirms_passes_or_calls_anything(moment: str, said: str) -> None:
    call = at(moment)
    before = standing(call)
    call.turn_started()
    call.caller_said(said)
    if not yes_and_no(said):
        assert standing(call)["steps"] == before["steps"]
        assert standing(call)["facts"].items() <= before["facts"].items()
    assert call.tool_refused("book") is not None or call.checkpoints["consent"].status == "passed"
    assert call.decide().reason
