"""A model words the replies; the rules know what it asked and what the caller answered."""

from datetime import date

import pytest

from callwright.conversation import Conversation, Plan
from callwright.conversation.entities import Date, PersonName, Phone, Text
from callwright.conversation.plan import ToolPlan

ASKS = {
    "full_name": PersonName(type="person_name", ask="May I have your full name?"),
    "reason": Text(type="text", ask="What is your call about?"),
    "number": Phone(type="phone", ask="What number can we call you on?", confirm="read_back"),
}


@pytest.fixture
def call() -> Conversation:
    plan = Plan(
        greeting="Hello, how can I help?",
        entities=ASKS,
        tools={"take_message": ToolPlan(needs=tuple(ASKS))},
    )
    conversation = Conversation(plan, date(2026, 11, 20))
    conversation.greeting()
    return conversation


def turn(call: Conversation, caller: str, model: str) -> None:
    call.turn_started()
    call.caller_said(caller)
    call.model_asked()
    call.model_said(model)


def test_questions_in_other_words_are_understood(call: Conversation) -> None:
    turn(call, "I have a question about my bill", "Sure. And your full name, please?")
    turn(call, "Anna Bell", "Thanks, Anna! Which number can we call you on?")
    turn(call, "415 555 0132", "That was 415-555-0132, correct?")
    assert call.entities["number"].status == "captured"
    turn(call, "yes that's right", "Wonderful, I have passed it on. Goodbye!")
    assert {name: known.value for name, known in call.entities.items()} == {
        "full_name": "Anna Bell",
        "reason": "I have a question about my bill",
        "number": "+14155550132",
    }
    assert call.entities["number"].status == "confirmed"
    call.tool_started("take_message", call.arguments("take_message"))
    call.tool_returned("take_message", {})
    call.model_ends()
    assert call.outcome == "completed"


@pytest.mark.parametrize(
    "read", ["I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?", "So (415) 555-0132?", "+14155550132?"]
)
def test_a_number_may_be_read_back_in_any_form(call: Conversation, read: str) -> None:
    turn(call, "my name is Anna Bell and my number is 415 555 0132", read)
    turn(call, "yes", "What is your call about?")
    assert call.entities["number"].status == "confirmed"


@pytest.mark.parametrize("said", ["Noted.", "I have 415 555 9999. Is that right?", ""])
def test_without_a_read_back_yes_confirms_nothing(call: Conversation, said: str) -> None:
    turn(call, "my number is 415 555 0132", said)
    turn(call, "yes", "")
    assert call.entities["number"].status != "confirmed"


def test_what_a_turn_brought_outlives_the_tool_it_led_to(call: Conversation) -> None:
    turn(call, "my number is 415 555 0132", "That was 415-555-0132?")
    call.turn_started()
    call.caller_said("yes")
    call.model_asked()
    call.tool_returned("take_message", {})
    assert call.entities["number"].status == "confirmed"


def test_a_model_that_stops_early_completes_nothing(call: Conversation) -> None:
    turn(call, "my name is Anna Bell", "Goodbye!")
    call.model_ends()
    assert (call.ended, call.outcome) == (True, "incomplete")


def test_a_model_may_hand_over(call: Conversation) -> None:
    call.model_ends(hands_off=True)
    assert call.outcome == "handed_off"


@pytest.mark.parametrize(
    "reply", ["That is March 3rd, 1985, right?", "So 3/3/1985?", "March third eighty-five, yes?"]
)
def test_a_date_is_read_back_in_the_models_own_words(reply: str) -> None:
    born = Date(type="date", ask="Your date of birth?", past=True, confirm="read_back")
    call = Conversation(Plan(greeting="Hello.", entities={"born": born}), date(2026, 11, 20))
    call.greeting()
    turn(call, "march third nineteen eighty five", reply)
    turn(call, "yes", "Thank you.")
    assert call.entities["born"].status == "confirmed"
