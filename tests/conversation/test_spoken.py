"""Transcripts as tokens with places."""

from hypothesis import given
from hypothesis import strategies as st

from callwright.conversation.spoken import LONGEST, clean, longest_phrase, table, tokens


def test_tokens_know_their_place_and_what_stands_before_them() -> None:
    words = "It’s Anna-Maria, O'Brien: 2.50!"
    heard = tokens(words)
    assert [token.norm for token in heard] == ["it's", "anna", "maria", "o'brien", "2.50"]
    assert [words[token.start : token.end] for token in heard] == [t.text for t in heard]
    assert [token.broken for token in heard] == [False, False, False, True, True]


def test_cleaning_removes_control_characters_and_cuts_between_words() -> None:
    assert clean(" a\x00\tb \x1b c ") == "a b c"
    assert clean("word " * 1000).endswith(" word")
    assert clean("x" * 10_000) == "x" * LONGEST
    assert clean("\x00" * 50) == ""


def test_the_longest_phrase_wins() -> None:
    phrases = table("that's | that's right | right")
    heard = tokens("that's right then")
    assert longest_phrase(heard, 0, phrases) == ("that's", "right")
    assert longest_phrase(heard, 2, phrases) is None


@given(st.text(max_size=3000))
def test_cleaning_is_final_and_short(words: str) -> None:
    once = clean(words)
    assert clean(once) == once
    assert len(once) <= LONGEST
    assert once.isprintable()
