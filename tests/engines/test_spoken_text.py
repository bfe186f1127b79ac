"""Which words of an answer have been spoken: held against a voice that knows its words' times."""

from collections.abc import Iterator
from functools import cache

import pytest

from callwright.emulators.parts import TimedWord
from callwright.emulators.voices import LocalVoice
from callwright.engines.spoken_text import SpokenText

RATE = 24000
TEXTS = [
    "Lakeside Clinic, this is Robin, an automated assistant. How can I help you?",
    "Thanks, John. What number can we call you back on?",
    "I have passed your message on. Thank you, John Harris. Goodbye.",
    "I'm sorry, I did not understand. Could you say that again, please?",
    "We are open from nine in the morning until five in the afternoon, Monday to Friday.",
]


@cache
def spoken(text: str) -> tuple[bytes, tuple[TimedWord, ...]]:
    speeches = list(LocalVoice().speak(text, RATE))
    words = tuple(word for one in speeches for word in one.words)
    assert len(words) == len(text.split())
    return b"".join(one.pcm for one in speeches), words


def counted(answer: SpokenText, words: int, at: float) -> int:
    middles = [answer.spoken_at(number) for number in range(words)]
    return sum(middle is not None and middle <= at for middle in middles)


def moments(words: tuple[TimedWord, ...]) -> Iterator[float]:
    return (step * 0.02 for step in range(1, int(words[-1].end / 0.02)))


def test_most_moments_are_right_to_the_word_and_nearly_all_within_one() -> None:
    wrong: list[int] = []
    for text in TEXTS:
        pcm, words = spoken(text)
        answer = SpokenText(RATE)
        answer.write(text)
        answer.hear(pcm)
        answer.close()
        for at in moments(words):
            least = sum(word.end <= at for word in words)
            most = sum(word.start < at for word in words)
            found = counted(answer, len(words), at)
            wrong.append(max(0, least - found, found - most))
    assert sum(off > 0 for off in wrong) < 0.1 * len(wrong)
    assert sum(off > 1 for off in wrong) < 0.02 * len(wrong)


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_is_ahead_of_its_sound_is_not_spoken_yet(text: str) -> None:
    pcm, words = spoken(text)
    known = SpokenText(RATE)
    known.write(text)
    known.hear(pcm)
    pace = known.close()
    answer = SpokenText(RATE, pace)
    answer.write(text)
    half = len(pcm) // 4 * 2
    answer.hear(pcm[:half])
    begun = sum(word.start < answer.seconds for word in words)
    found = counted(answer, len(words), answer.seconds)
    assert 0 < found <= begun + 1
    assert answer.spoken_at(len(words) - 1) is None


def test_words_without_sound_are_spoken_at_the_end_of_it() -> None:
    answer = SpokenText(RATE)
    answer.write("Goodbye.")
    assert answer.spoken_at(0) is None
    answer.close()
    assert answer.spoken_at(0) == 0.0


def test_words_keep_the_space_before_them() -> None:
    answer = SpokenText(RATE)
    for piece in ("Thank", " you,", " John", "."):
        answer.write(piece)
    assert "".join(answer.words()) == "Thank you, John."
    assert answer.words()[1] == " you,"
