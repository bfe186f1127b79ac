"""Free text: the words as recognised."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.entities import Hearing, Text
from callwright.conversation.spoken import Span

TODAY = date(2026, 11, 20)
ASKED = Hearing(TODAY, asked=True)
REASON = Text(type="text", ask="Why are you calling?")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("I'm calling about a bill", "I'm calling about a bill"),
        ("um well i'm calling because my internet is down",
         "um well i'm calling because my internet is down"),
        ("The brakes make a noise.", "The brakes make a noise."),
        ("please call me back!", "please call me back!"),
        (" ¿Me pueden llamar? ", "¿Me pueden llamar?"),
        ("a billing question", "a billing question"),
        ("my daughter has a fever", "my daughter has a fever"),
        ("hello i need a refill please", "i need a refill please"),
        ("bill", "bill"),
    ],
)  # fmt: skip
def test_keeps_the_words_as_recognised(words: str, value: str) -> None:
    assert [one.value for one in REASON.hear(words, ASKED)] == [value]


@pytest.mark.parametrize("words", ["", "yes", "hello", "um", "i don't know", "thank you", "what"])
def test_hears_nothing_in_words_without_substance(words: str) -> None:
    assert REASON.hear(words, ASKED) == []


def test_unasked_it_takes_a_reason_s_words() -> None:
    assert REASON.hear("my daughter has a fever", Hearing(TODAY)) == []
    assert REASON.hear("i have a question about my bill", Hearing(TODAY))


def test_unasked_it_leaves_what_leads_to_it() -> None:
    found = REASON.hear("hello um i need a refill please", Hearing(TODAY))
    assert [one.value for one in found] == ["i need a refill"]


def test_leaves_what_is_taken() -> None:
    words = "my name is anna bell and i need a refill"
    taken = (Span(0, len("my name is anna bell")),)
    found = REASON.hear(words, Hearing(TODAY, asked=True, taken=taken))
    assert [one.value for one in found] == ["i need a refill"]


def test_too_short_is_a_problem() -> None:
    assert Text(type="text", ask="?", min_words=3).problem("a bill")
    assert Text(type="text", ask="?", min_words=3).problem("about a bill") is None


@given(st.text(max_size=200))
def test_any_text_is_survived_and_kept_as_recognised(words: str) -> None:
    for candidate in REASON.hear(words, ASKED):
        assert words[candidate.start : candidate.end] == candidate.value
