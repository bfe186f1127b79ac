"""Strings of digits and quantities."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from callwright.conversation.entities import Digits, Hearing, Number

TODAY = date(2026, 11, 20)
ASKED = Hearing(TODAY, asked=True)
PIN = Digits(type="digits", ask="What is your account number?", length=6)
GUESTS = Number(type="number", ask="How many guests?", min=1, max=200, integer=True)
ANY = Number(type="number", ask="How much?")


@pytest.mark.parametrize(
    "words",
    [
        "four five two seven one nine",
        "forty five twenty seven nineteen",
        "it's 452719",
        "452 719",
        "four five two, seven one nine.",
        "um four five two then seven one nine",
    ],
)
def test_hears_digits(words: str) -> None:
    assert [one.value for one in PIN.hear(words, ASKED)] == ["452719"]


def test_repeated_digits_and_leading_zeros() -> None:
    assert PIN.hear("double oh triple five one", ASKED)[0].value == "005551"


def test_digits_unasked_need_their_name() -> None:
    context = Hearing(TODAY, cues=frozenset({"account"}))
    assert [one.value for one in PIN.hear("my account number is 452719", context)] == ["452719"]
    assert PIN.hear("452719", context) == []


def test_digit_problems_are_sentences() -> None:
    assert PIN.problem("452719") is None
    assert PIN.problem("4") == "I heard 1 digit, and it should be 6"
    few = Digits(type="digits", ask="?", min=4, max=8)
    assert few.problem("123") == "I heard 3 digits, and it should be at least 4"
    assert few.problem("123456789") == "I heard 9 digits, and it should be at most 8"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("one fifty", "150"),
        ("a hundred and twenty", "120"),
        ("one hundred and fifty", "150"),
        ("two twenty five", "225"),
        ("two point five", "2.5"),
        ("2.50", "2.5"),
        ("1,200", "1200"),
        ("five thousand", "5000"),
        ("we are 3", "3"),
        ("a dozen", "12"),
        ("half a dozen", "6"),
        ("a couple", "2"),
        ("minus two", "-2"),
        ("twenty-one", "21"),
        ("zero", "0"),
    ],
)
def test_hears_a_quantity(words: str, value: str) -> None:
    assert ANY.hear(words, ASKED)[0].value == value


def test_spanish_quantities() -> None:
    context = Hearing(TODAY, asked=True, language="es")
    assert ANY.hear("ciento veinte", context)[0].value == "120"


def test_two_quantities_are_two_readings() -> None:
    assert [one.value for one in GUESTS.hear("two or three", ASKED)] == ["2", "3"]


def test_number_problems_are_sentences() -> None:
    assert GUESTS.problem("2.5") == "it has to be a whole number"
    assert GUESTS.problem("0") == "it has to be at least 1"
    assert GUESTS.problem("500") == "it can be at most 200"
    assert GUESTS.problem("4") is None


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Digits(type="digits", ask="?", min=8, max=4), "min 8 is above max 4"),
        (lambda: Digits(type="digits", ask="?", length=4, max=8), "leave out min and max"),
        (lambda: Number(type="number", ask="?", min=2, max=1), "min 2 is above max 1"),
        (lambda: Digits(type="digits", ask="?", length=0), "greater than or equal to 1"),
    ],
)
def test_impossible_bounds_are_refused(make: object, remedy: str) -> None:
    assert callable(make)
    with pytest.raises(ValidationError, match=remedy):
        make()


@given(st.text("0123456789", min_size=1, max_size=12))
def test_digits_said_are_heard_again(value: str) -> None:
    anything = Digits(type="digits", ask="?")
    assert [one.value for one in anything.hear(anything.say(value), ASKED)] == [value]


@given(st.integers(-99_999, 99_999))
def test_numbers_said_are_heard_again(number: int) -> None:
    assert ANY.hear(ANY.say(str(number)), ASKED)[0].value == str(number)


@given(st.text(max_size=200))
def test_any_text_is_survived(words: str) -> None:
    for entity in (ANY, PIN):
        for candidate in entity.hear(words, ASKED):
            entity.problem(candidate.value)
            assert entity.say(candidate.value)
