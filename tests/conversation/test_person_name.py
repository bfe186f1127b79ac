"""Names out of introductions and bare answers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.entities import Hearing, PersonName

NAME = PersonName(type="person_name", ask="Who is calling?")
ASKED = Hearing(date(2026, 11, 20), asked=True)
UNASKED = Hearing(date(2026, 11, 20))


def heard(words: str, context: Hearing = ASKED) -> list[str]:
    return [candidate.value for candidate in NAME.hear(words, context)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("my name is anna bell", "Anna Bell"),
        ("My name's Anna Bell.", "Anna Bell"),
        ("this is John Smith from Acme", "John Smith"),
        ("it's anna", "Anna"),
        ("anna bell", "Anna Bell"),
        ("um anna bell please", "Anna Bell"),
        ("yes it's anna bell", "Anna Bell"),
        ("i'm maria lopez and i'm calling about my bill", "Maria Lopez"),
        ("my name is anna bell i'm calling about my bill", "Anna Bell"),
        ("my name is will young", "Will Young"),
        ("grace park", "Grace Park"),
        ("anna may", "Anna May"),
        ("John O’Brien", "John O'Brien"),
        ("john o brien", "John O'Brien"),
        ("john mcdonald", "John McDonald"),
        ("JOHN SMITH", "John Smith"),
        ("it's Anna-Maria Lopez.", "Anna-Maria Lopez"),
        ("my name is vincent van gogh", "Vincent van Gogh"),
        ("mister john smith here", "John Smith"),
        ("i am mohammed ali", "Mohammed Ali"),
        ("the name is bond james bond", "James Bond"),
        ("The name is Smith, John Smith.", "John Smith"),
        ("my name is john and my last name is smith", "John Smith"),
        ("me llamo ana garcía", "Ana García"),
        ("will smith", "Will Smith"),
        ("that would be john smith", "John Smith"),
        ("j o h n", "John"),
        ("john spelled j o h n", "John"),
        ("my name is anna smith s m y t h", "Anna Smyth"),
        ("actually my name is hannah bell", "Hannah Bell"),
    ],
)
def test_hears_a_name(words: str, name: str) -> None:
    assert heard(words) == [name]


@pytest.mark.parametrize(
    "words",
    [
        "I'm fine",
        "I'm calling about my bill",
        "i'm looking for help",
        "i'm sorry",
        "i am very interested",
        "this is about my bill",
        "this is urgent",
        "it's not anna",
        "yes",
        "no",
        "that's right",
        "hello",
        "what",
        "sorry i didn't hear you",
        "a billing question",
        "i don't know",
        "four one five",
        "will you help me",
        "",
        "!!!",
    ],
)
def test_hears_no_name(words: str) -> None:
    assert heard(words) == []


@pytest.mark.parametrize("words", ["anna bell", "it's anna bell", "grace park", "towing please"])
def test_a_bare_name_counts_only_when_asked_for(words: str) -> None:
    assert heard(words, UNASKED) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("anna bell i have a question", ["Anna Bell"]),
        ("John Smith, I need a refill.", ["John Smith"]),
        ("it's maria lopez here i need help", ["Maria Lopez"]),
        ("It's Priya Raman.", ["Priya Raman"]),
        ("test results", []),
        ("it's about my bill", []),
        ("anna", []),
        ("my mother's name is anna bell", []),
        ("her name is anna bell", []),
    ],
)
def test_first_words_may_hold_a_name_that_looks_like_one(words: str, names: list[str]) -> None:
    assert heard(words, Hearing(date(2026, 11, 20), opening=True)) == names


def test_an_introduction_counts_unasked_and_says_where_it_stands() -> None:
    words = "hi my name is anna bell and i need help"
    (candidate,) = NAME.hear(words, UNASKED)
    assert words[candidate.start : candidate.end] == "my name is anna bell"
    assert candidate.cued


def test_spells_letter_by_letter() -> None:
    assert NAME.spell("Anna Bell") == (
        "A as in apple, N as in nancy, N as in nancy, A as in apple. "
        "B as in boy, E as in edward, L, L"
    )


FIRST = st.sampled_from(["Anna", "John", "Maria", "Grace", "Wei", "Fatima", "Sean", "Ed", "Olga"])
LAST = st.sampled_from(["Bell", "Lopez", "O'Brien", "McDonald", "King", "Garcia", "Novak", "Stone"])
FRAMES = st.sampled_from(
    ["{}", "my name is {}", "it's {}", "this is {} calling", "um {}", "yes hello i'm {}"]
)


@given(first=FIRST, last=LAST, frame=FRAMES)
def test_what_is_said_is_heard_again(first: str, last: str, frame: str) -> None:
    name = f"{first} {last}"
    assert heard(frame.format(NAME.say(name))) == [name]
    assert heard(frame.format(NAME.say(name).lower())) == [name]


@given(st.text(max_size=300))
def test_any_text_is_survived_and_places_lie_inside(words: str) -> None:
    for candidate in NAME.hear(words, ASKED):
        assert 0 <= candidate.start < candidate.end <= len(words)
        assert candidate.value
