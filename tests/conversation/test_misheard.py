"""Numbers run together or written as words of the same sound, heard where nothing else fits."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.misheard import number_tokens, parted_tokens
from callwright.conversation.spoken import tokens


def heard(words: str, language: str = "en", *, strings: bool = False) -> str:
    return " ".join(token.norm for token in number_tokens(words, language, strings=strings))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("twentyfive", "twenty five"),
        ("twothirty pm", "two thirty pm"),
        ("onehundred dollars", "one hundred dollars"),
        ("to pm please", "two pm please"),
        ("for thirty pm", "four thirty pm"),
        ("just too of us", "just two of us"),
        ("for people", "four people"),
        ("a table for to people", "a table for two people"),
        ("january won nineteen sixty", "january one nineteen sixty"),
        ("april for two thousand", "april four two thousand"),
        ("two thousand and ate", "two thousand and eight"),
        ("half past for", "half past four"),
    ],
)
def test_hears_what_was_meant(words: str, meant: str) -> None:
    assert heard(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        "i want to go to the airport",
        "table for people who smoke",
        "can you move it to pm",
        "i ate at six pm",
        "we won people over",
        "it's for people with kids",
        "april for two people",
        "from march to nineteen eighty",
        "up to hundred dollars",
        "seventeen",
        "someone",
        "the number for you to call",
    ],
)
def test_leaves_plain_words_alone(words: str) -> None:
    assert heard(words) == words
    assert heard(words, strings=True) == words


def test_only_a_string_makes_digits_of_sounds_alone() -> None:
    assert heard("to for won ate", strings=True) == "to four one eight"
    assert heard("k r for to won ate", strings=True) == "k r four two one eight"
    assert heard("to for won ate") == "to for won ate"


def test_parts_spanish_numbers_and_spells_them() -> None:
    assert heard("treintaycinco", "es") == "treinta y cinco"
    assert heard("doscientoscincuenta euros", "es") == "doscientos cincuenta euros"
    assert heard("sinco", "es") == "cinco"


@given(st.text(max_size=200), st.sampled_from(["en", "es", "fr"]))
def test_every_token_keeps_its_place(words: str, language: str) -> None:
    parted = parted_tokens(words, language)
    assert {token.start for token in tokens(words)} <= {token.start for token in parted}
    assert all(one.end <= other.start for one, other in pairwise(parted))
