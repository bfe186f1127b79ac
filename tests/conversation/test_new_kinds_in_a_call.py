"""Dates, codes and the rest in a conversation: who claims the words, what is asked again."""

from datetime import date

import pytest
from in_full import InFull

from callwright.conversation import Conversation, Plan
from callwright.conversation.entities import EntityBase
from callwright.conversation.entities.parameters import TYPES, entity_of
from callwright.conversation.expectation import Expectation
from callwright.conversation.turns import looks_complete

TODAY = date(2026, 11, 20)


def entity(kind: str, ask: str = "?", **params: str) -> EntityBase:
    return entity_of(TYPES[kind], params).model_copy(update={"ask": ask})


def call(**entities: EntityBase) -> Conversation:
    conversation = InFull(Plan(greeting="Hello.", entities=entities), TODAY)
    conversation.greeting()
    return conversation


def turn(conversation: Conversation, words: str, confidence: float | None = None) -> str:
    conversation.turn_started()
    conversation.caller_said(words, confidence)
    return conversation.decide().kind


def known(conversation: Conversation) -> dict[str, str | None]:
    return {name: state.value for name, state in conversation.entities.items()}


def test_several_facts_in_one_breath_in_any_order() -> None:
    conversation = call(
        full_name=entity("person_name"),
        birth_date=entity("date", "What is your date of birth?", past="true"),
        mail=entity("email"),
        number=entity("phone"),
    )
    turn(
        conversation,
        "my mail is anna dot bell at gmail dot com, i was born march third eighty five, "
        "my name is anna bell and my number is four one five five five five oh one three two",
    )
    assert known(conversation) == {
        "full_name": "Anna Bell",
        "birth_date": "1985-03-03",
        "mail": "anna.bell@gmail.com",
        "number": "+14155550132",
    }


def test_a_time_that_may_be_two_is_asked_and_a_word_decides() -> None:
    conversation = call(when=entity("time", "At what time?"))
    turn(conversation, "hello")
    assert turn(conversation, "half past three") == "clarify"
    assert known(conversation) == {"when": None}
    turn(conversation, "in the afternoon")
    assert known(conversation) == {"when": "15:30"}


def test_of_two_dates_the_one_that_is_announced_or_asked() -> None:
    conversation = call(
        arrival=entity("date", "What day do you arrive?", future="true"),
        departure=entity("date", "What day do you leave?", future="true"),
    )
    turn(conversation, "hello")
    turn(conversation, "december third")
    assert known(conversation) == {"arrival": "2026-12-03", "departure": None}


def read_back(value: str) -> Conversation:
    conversation = call(
        birth_date=entity("date", "Your date of birth?", past="true").model_copy(
            update={"confirm": "read_back"}
        )
    )
    turn(conversation, "hello")
    assert turn(conversation, value) == "read_back"
    return conversation


def test_a_part_said_anew_after_the_read_back_mends_it_and_is_read_back_again() -> None:
    conversation = read_back("march third nineteen eighty five")
    assert turn(conversation, "no, fourth") == "read_back"
    assert known(conversation) == {"birth_date": "1985-03-04"}
    assert conversation.entities["birth_date"].status == "captured"


@pytest.mark.parametrize("words", ["yes, nineteen eighty six", "yes but actually 1986"])
def test_a_yes_with_other_digits_confirms_nothing(words: str) -> None:
    conversation = read_back("march third nineteen eighty five")
    turn(conversation, words)
    assert conversation.entities["birth_date"].status != "confirmed"


def test_a_yes_that_says_it_again_confirms() -> None:
    conversation = read_back("march third nineteen eighty five")
    turn(conversation, "yes, march third nineteen eighty five")
    assert conversation.entities["birth_date"].status == "confirmed"


def test_words_heard_badly_are_read_back_though_nobody_said_so() -> None:
    conversation = call(when=entity("date", "What day?", future="true"))
    turn(conversation, "hello")
    assert turn(conversation, "next tuesday", 0.3) == "read_back"


CODE = {"pattern": "[A-Z]{2}[0-9]{6}"}


@pytest.mark.parametrize(
    ("kind", "params", "half", "whole"),
    [
        ("date", {"past": "true"}, "march third", "march third eighty five"),
        ("date", {"future": "true"}, "on the third of", "on the third of march"),
        ("datetime", {}, "next tuesday", "next tuesday at three in the afternoon"),
        ("datetime", {}, "at 3 pm", "at 3 pm next tuesday"),
        ("email", {}, "anna dot bell at", "anna dot bell at gmail dot com"),
        ("email", {}, "anna dot bell", "anna dot bell at gmail dot com"),
        ("code", CODE, "a b one two three", "a b one two three four five six"),
        ("digits", {"length": "6"}, "four five two", "four five two seven one nine"),
        ("postal_address", {}, "seven forty two", "seven forty two oak street"),
    ],
)
def test_a_caller_who_dictates_is_not_cut_off(
    kind: str, params: dict[str, str], half: str, whole: str
) -> None:
    expected = Expectation("it", kind, entity=entity(kind, **params))
    assert not looks_complete(half, expected)
    assert looks_complete(whole, expected)


@pytest.mark.parametrize("kind", ["date", "datetime", "email", "code", "postal_address"])
@pytest.mark.parametrize("words", ["i don't have one", "no", "i don't know"])
def test_another_answer_is_whole(kind: str, words: str) -> None:
    assert looks_complete(words, Expectation("it", kind, entity=entity(kind)))
