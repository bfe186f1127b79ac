"""Telephone numbers, however their digits are grouped."""

from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from callwright.conversation.entities import Hearing, Phone

PHONE = Phone(type="phone", ask="What is your number?")
TODAY = date(2026, 11, 20)
ASKED = Hearing(TODAY, asked=True)
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pytest.mark.parametrize(
    "words",
    [
        "four one five five five five oh one three two",
        "four one five five five five zero one three two",
        "my number is 415-555-0132",
        "(415) 555-0132",
        "415.555.0132",
        "415 555 01 32",
        "+1 415 555 0132",
        "one four one five five five five oh one three two",
        "four fifteen triple five zero one thirty two",
        "um it's four one five uh five five five and then oh one three two",
        "4155550132",
        "four one five, five five five, oh one three two please",
        "call me back at four one five double five five o one three two thanks",
    ],
)
def test_hears_a_number(words: str) -> None:
    (candidate,) = PHONE.hear(words, ASKED)
    assert candidate.value == "+14155550132"
    assert PHONE.problem(candidate.value) is None


@pytest.mark.parametrize(
    ("words", "region", "value"),
    [
        ("oh two oh seven nine four six oh nine five eight", "GB", "+442079460958"),
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("plus four four two oh seven nine four six oh nine five eight", "US", "+442079460958"),
        ("612 345 678", "ES", "+34612345678"),
        ("one eight hundred five five five one two one two", "US", "+18005551212"),
    ],
)
def test_follows_the_numbering_plan(words: str, region: str, value: str) -> None:
    phone = Phone(type="phone", ask="?", region=region)
    assert [one.value for one in phone.hear(words, ASKED)] == [value]


def test_spanish_digits() -> None:
    context = Hearing(TODAY, asked=True, region="ES", language="es")
    words = "seis uno dos tres cuatro cinco seis siete ocho"
    assert [one.value for one in PHONE.hear(words, context)] == ["+34612345678"]


def test_a_whole_number_counts_unasked_and_takes_its_introduction_along() -> None:
    words = "about my bill and my number is four one five five five five oh one three two thanks"
    (candidate,) = PHONE.hear(words, Hearing(TODAY))
    assert words[candidate.start : candidate.end].endswith("oh one three two")
    assert "my number is" in words[candidate.start : candidate.end]
    assert "bill" not in words[candidate.start : candidate.end]
    assert candidate.cued


def test_a_part_of_a_number_is_a_problem_when_asked_and_nothing_otherwise() -> None:
    (part,) = PHONE.hear("five five five oh one three two", ASKED)
    assert part.value == "5550132"
    assert PHONE.problem(part.value) == "I only got 7 digits of that number"
    assert PHONE.hear("five five five oh one three two", Hearing(TODAY)) == []


@pytest.mark.parametrize("words", ["", "two people", "no", "i do not have one", "one moment"])
def test_hears_no_number(words: str) -> None:
    assert PHONE.hear(words, ASKED) == []


def test_two_numbers_are_two_readings() -> None:
    found = PHONE.hear("415 555 0132 or 415 555 0199", ASKED)
    assert [one.value for one in found] == ["+14155550132", "+14155550199"]


def test_nobody_has_this_number() -> None:
    (candidate,) = PHONE.hear("123 456 7890", ASKED)
    assert PHONE.problem(candidate.value) == "that does not look like a phone number I can call"


@pytest.mark.parametrize("value", ["+1", "+", "x", "+9999999999999999", "1" * 60])
def test_a_bad_value_has_a_problem_and_never_raises(value: str) -> None:
    assert PHONE.problem(value)


def test_says_groups() -> None:
    assert PHONE.say("+14155550132") == "4 1 5, 5 5 5, 0 1 3 2"
    assert PHONE.say("+442079460958") == "plus 4 4, 2 0, 7 9 4 6, 0 9 5 8"


@pytest.mark.parametrize("region", ["XX", "us", "USA", ""])
def test_an_unknown_region_is_refused_with_a_remedy(region: str) -> None:
    with pytest.raises(ValidationError, match="two-letter country code in capitals"):
        Phone(type="phone", ask="?", region=region)


@given(
    area=st.sampled_from(["415", "212", "303", "617"]),
    rest=st.integers(2_000_000, 9_999_999),
    written=st.booleans(),
)
def test_what_is_said_is_heard_again(area: str, rest: int, written: bool) -> None:
    value = f"+1{area}{rest}"
    if not phonenumbers.is_valid_number(phonenumbers.parse(value)):
        return
    said = PHONE.say(value)
    if not written:
        said = " ".join(WORDS[int(char)] for char in said if char.isdecimal())
    assert [one.value for one in PHONE.hear(said, ASKED)] == [value]


@given(st.sampled_from(["GB", "ES", "DE", "FR", "AU", "IN", "BR", "JP"]))
def test_foreign_numbers_are_said_so_that_they_are_heard_again(region: str) -> None:
    example = phonenumbers.example_number(region)
    value = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert [one.value for one in PHONE.hear(PHONE.say(value), ASKED)] == [value]
    at_home = Phone(type="phone", ask="?", region=region)
    assert [one.value for one in at_home.hear(at_home.say(value), ASKED)] == [value]


@given(st.text(max_size=200))
def test_any_text_is_survived(words: str) -> None:
    for candidate in PHONE.hear(words, ASKED):
        assert PHONE.say(candidate.value)
