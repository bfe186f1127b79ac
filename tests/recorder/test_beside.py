"""Which words that were said beside the conversation the caller has heard."""

from hypothesis import given
from hypothesis import strategies as st

from callwright.recorder.beside import Beside


def heard(text: str, audible: list[float], cut: float | None = None) -> str:
    """What is heard of a text when the bot becomes audible at these seconds."""
    beside = Beside()
    beside.expect(text)
    for at in audible:
        beside.audible(at, unsaid=False)
    return beside.heard(cut)


def test_words_count_once_they_are_audible() -> None:
    assert heard("One moment, please.", []) == ""
    assert heard("One moment, please.", [], cut=4.0) == ""
    assert heard("One moment, please.", [2.0, 3.0]) == "One moment, please."
    assert heard("One moment, please.", [2.0, 3.0], cut=2.0) == ""
    assert heard("One moment, please.", [2.0, 3.0], cut=2.3) == "One moment,"
    assert heard("One moment, please.", [2.0, 3.0], cut=4.0) == "One moment, please."


def test_sound_is_theirs_as_long_as_they_can_take() -> None:
    beside = Beside()
    beside.opens("a")
    assert not beside.sounds("a", 0.1)  # nothing is to be said
    beside.expect("One moment, please.")
    beside.opens("a")
    assert not beside.sounds("b", 0.1)
    assert [beside.sounds("a", 1.0) for _ in range(5)] == [True, True, True, True, False]


@given(st.text(), st.floats(0, 9), st.floats(0, 9))
def test_what_is_cut_later_holds_what_is_cut_earlier(text: str, first: float, more: float) -> None:
    early, late = heard(text, [1.0], 1.0 + first), heard(text, [1.0], 1.0 + first + more)
    assert late.split()[: len(early.split())] == early.split()
    assert text.split()[: len(late.split())] == late.split()
