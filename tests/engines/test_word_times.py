"""Written words out of spoken pieces."""

from hypothesis import given
from hypothesis import strategies as st

from callwright.engines.word_times import WordTimes


def spoken(text: str, *pieces: str) -> list[str | None]:
    times = WordTimes(text)
    return [times.take(piece) for piece in pieces] + [times.rest()]


def test_contractions_and_numbers_are_one_word_with_their_punctuation() -> None:
    assert spoken("Sorry, I didn't get that.", "Sorry", "I", "didn", "t", "get", "that") == [
        "Sorry,", "I", "didn't", None, "get", "that.", "",
    ]  # fmt: skip
    assert spoken("It is 8526.", "It", "is", "8526", "8526", "526") == [
        "It", "is", "8526.", None, None, "",
    ]  # fmt: skip


def test_a_word_that_is_not_reported_comes_with_the_next_one() -> None:
    assert spoken("a – b c", "a", "b") == ["a", "– b", "c"]


def test_pieces_from_elsewhere_are_passed_over() -> None:
    assert spoken("hello there", "zebra", "hello") == [None, "hello", "there"]


@given(st.text(), st.lists(st.text(min_size=1, max_size=3)))
def test_every_word_is_told_once_and_in_order(text: str, pieces: list[str]) -> None:
    told = " ".join(word for word in spoken(text, *pieces) if word)
    assert told.split() == text.split()
