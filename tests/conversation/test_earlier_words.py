"""Words that were spoken before the bot said what is in the air: facts, but no answer to that."""

from datetime import date

import pytest

from bot.plan import plan_of
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from callwright.engines.dialogue import word

NUMBER = "four one five five five five zero one three two"


@pytest.fixture
def call() -> Conversation:
    """A call in which a number has been given, and is about to be read back."""
    agent = load("reception", "s2s-openai", need_keys=False).agent
    call = Conversation(plan_of(agent), date(2026, 1, 5))
    call.greeting()
    for said in ("my name is anna bell", "i have a question about my bill"):
        turn(call, said)
        call.bot_said(decided(call))
    turn(call, NUMBER)
    return call


def turn(call: Conversation, *words: str) -> None:
    call.turn_started()
    for said in words:
        call.caller_said(said)


def decided(call: Conversation) -> str:
    return word(call.decide(), call.plan, call)


def status(call: Conversation) -> str:
    return call.entities["callback_number"].status


def test_a_yes_that_came_before_the_read_back_confirms_nothing(call: Conversation) -> None:
    read_back = decided(call)
    call.caller_said("yes that's right")  # of the turn before, from ears that are late
    call.bot_begins()
    call.bot_said(read_back)
    assert status(call) == "captured"
    call.caller_said("yes")
    assert status(call) == "confirmed"


def test_nor_does_it_when_more_is_said_afterwards(call: Conversation) -> None:
    read_back = decided(call)
    call.caller_said("yes that's right")
    call.bot_begins()
    call.bot_said(read_back)
    turn(call, "hello are you there")
    call.decide()
    assert status(call) == "captured"


def test_a_yes_over_the_last_words_of_the_read_back_confirms(call: Conversation) -> None:
    read_back = decided(call)
    call.bot_begins()
    turn(call, "yes that's right")
    call.bot_said(read_back)
    assert status(call) == "confirmed"


def test_a_transcript_of_an_earlier_turn_confirms_nothing(call: Conversation) -> None:
    read_back = decided(call)
    call.bot_begins()
    call.bot_said(read_back)
    call.turn_started()
    call.caller_said("yes that's right", earlier=True)
    call.model_asked()
    assert status(call) == "captured"
    turn(call, "yes that's right")
    assert status(call) == "confirmed"


def test_what_came_before_still_brings_facts(call: Conversation) -> None:
    read_back = decided(call)
    call.caller_said("and my name is john miller")
    call.bot_begins()
    call.bot_said(read_back)
    assert call.entities["full_name"].value == "John Miller"
    turn(call, "yes that's right")
    assert status(call) == "confirmed"


def test_a_yes_that_was_heard_before_the_bot_went_on_stands(call: Conversation) -> None:
    call.bot_said(decided(call))
    call.turn_started()
    call.caller_said("yes that's right")
    call.bot_begins()  # with something that was under way already
    call.bot_said("One moment, please.")
    assert status(call) == "confirmed"
    assert not call.heard_nothing
    assert call.decide().topic != "misheard"
