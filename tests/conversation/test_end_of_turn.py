"""When a turn is over: silence, words and voice together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.expectation import Expectation
from callwright.conversation.turns import TurnLimits, end_of_turn, looks_complete

PHONE = Expectation("phone", "phone")
NAME = Expectation("full_name", "person_name")
LIMITS = TurnLimits()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("anna bell", NAME),
        ("my name is anna bell", NAME),
        ("yes", Expectation("confirmation", "yes_no")),
        ("four one five five five five oh one three two", PHONE),
        ("415-555-0132", PHONE),
        ("i don't have one", PHONE),
        ("what?", PHONE),
        ("i'm calling about my bill", None),
        ("452719", Expectation("account", "digits")),
        ("yes it is", Expectation("confirmation", "yes_no")),
        ("i think so", Expectation("confirmation", "yes_no")),
        ("who is this", NAME),
        ("no it's 415 555 0199", Expectation("confirmation", "yes_no")),
        ("i have 3", Expectation("guests", "number")),
        ("i live at number four", None),
    ],
)
def test_looks_complete(words: str, expected: Expectation | None) -> None:
    assert looks_complete(words, expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", None),
        ("my name is", NAME),
        ("it's", NAME),
        ("my name is um", NAME),
        ("i'm calling about my", None),
        ("i'm calling about", None),
        ("anna bell and", NAME),
        ("because", None),
        ("four one five", PHONE),
        ("four one five five five five", PHONE),
        ("my number is", PHONE),
        ("five five five oh one three two", PHONE),
        ("it's four", Expectation("account", "digits")),
        ("mi nombre es", NAME),
        ("no it's four one five", Expectation("confirmation", "yes_no")),
        ("about my bill and my number is four one five", Expectation("reason", "text")),
    ],
)
def test_looks_unfinished(words: str, expected: Expectation | None) -> None:
    assert not looks_complete(words, expected)


def test_a_number_is_whole_where_its_region_says_so() -> None:
    assert looks_complete("612 345 678", PHONE, region="ES")
    assert not looks_complete("612 345 678", PHONE, region="US")


@pytest.mark.parametrize(
    ("verdict", "words", "final", "silence", "ended", "reason"),
    [
        (None, "anna bell", True, 0.5, True, "silence, and the words look finished"),
        (None, "anna bell", True, 0.3, False, "waiting: silence, and the words look finished"),
        (True, "anna bell", True, 0.4, True, "words and voice sound finished"),
        (False, "anna bell", True, 0.5, False,
         "waiting: the words look finished, the voice does not"),
        (False, "anna bell", True, 0.9, True, "the words look finished, the voice does not"),
        (True, "my name is", True, 0.5, False, "waiting: the words look unfinished"),
        (True, "my name is", True, 1.6, True, "the words look unfinished"),
        (True, "anna bell", False, 0.5, False, "waiting: recognition has not settled"),
        (True, "", True, 0.5, False, "waiting: nothing recognised"),
        (None, " ", True, 1.6, True, "nothing recognised"),
    ],
)  # fmt: skip
def test_the_witnesses_decide_together(
    verdict: bool | None, words: str, final: bool, silence: float, ended: bool, reason: str
) -> None:
    decision = end_of_turn(verdict, silence, words, final, NAME, LIMITS)
    assert (decision.ended, decision.reason) == (ended, reason)


@given(
    st.sampled_from([None, True, False]),
    st.floats(0, 5),
    st.text(max_size=80),
    st.booleans(),
    st.sampled_from([None, PHONE, NAME]),
)
def test_every_turn_ends_after_the_wait_it_announces(
    verdict: bool | None, silence: float, words: str, final: bool, expected: Expectation | None
) -> None:
    decision = end_of_turn(verdict, silence, words, final, expected, LIMITS)
    assert decision.ended == (decision.wait is None)
    if decision.wait is not None:
        assert 0 < decision.wait <= LIMITS.patience
        later = end_of_turn(verdict, silence + decision.wait, words, final, expected, LIMITS)
        assert later.ended
    assert decision.ended or silence < LIMITS.patience


def test_limits_have_to_rise() -> None:
    with pytest.raises(ValueError, match="0 <= eager <= silence <= patience"):
        TurnLimits(silence=2.0)


@pytest.mark.parametrize("words", ["hi", "Yes, hello.", "good morning", "well", "hola buenas"])
def test_a_greeting_is_given_time_to_go_on(words: str) -> None:
    """The voice falls after "hi" as after a sentence, and the sentence follows."""
    reason = Expectation("reason", "text")
    early = end_of_turn(True, LIMITS.eager, words, final=True, expected=reason, limits=LIMITS)
    late = end_of_turn(True, LIMITS.silence, words, final=True, expected=reason, limits=LIMITS)
    assert not early.ended
    assert late.ended


def test_a_yes_that_was_asked_for_is_no_beginning() -> None:
    asked = Expectation("confirmation", "yes_no")
    assert end_of_turn(True, LIMITS.eager, "yes", final=True, expected=asked, limits=LIMITS).ended
