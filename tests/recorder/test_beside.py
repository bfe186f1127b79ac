"""Which words that were said beside the conversation the caller has heard."""

from hypothesis import given
from hypothesis import strategies as st

from callwright.recorder.beside import Beside


def test_words_count_once_they_are_audible() -> None:
    beside = Beside("One moment, please.")
    assert beside.heard() == ""
    assert beside.heard(cut=4.0) == ""
    beside.audible(2.0)
    beside.audible(3.0)
    assert beside.heard() == "One moment, please."
    assert beside.heard(cut=2.0) == ""
    assert beside.heard(cut=2.3) == "One moment,"
    assert beside.heard(cut=4.0) == "One moment, please."


@given(st.text(), st.floats(0, 9), st.floats(0, 9))
def test_what_is_cut_later_holds_what_is_cut_earlier(text: str, first: float, more: float) -> None:
    beside = Beside(text)
    beside.audible(1.0)
    early, late = beside.heard(1.0 + first), beside.heard(1.0 + first + more)
    assert late.split()[: len(early.split())] == early.split()
    assert text.split()[: len(late.split())] == late.split()
