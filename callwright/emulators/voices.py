"""Voices of a stand-in: one that really speaks, and one that only sounds, for tests."""

import math
from collections.abc import Iterator

import numpy as np

from callwright.emulators.parts import Speech, TimedWord
from callwright.engines.mouth import Mouth
from callwright.engines.resample import Resampler
from callwright.engines.word_spread import spread, weight
from callwright.engines.word_times import WordTimes


class LocalVoice:
    """Speaks with the mouth of this machine, at any sample rate.

    Args:
        voice: See `Mouth`.
        rate_wpm: Words a minute.
    """

    def __init__(self, voice: str = "en-us", rate_wpm: int = 165) -> None:
        self._mouth = Mouth(voice, rate_wpm)

    def speak(self, text: str, rate: int) -> Iterator[Speech]:
        """Speak a text at a sample rate in Hz, piece by piece.

        A word ends where the next one begins, so a piece waits until that is known.
        """
        written, resampler = WordTimes(text), Resampler(Mouth.SAMPLE_RATE, rate)
        waiting: list[bytes] = []
        begun: tuple[str, float] | None = None
        made = 0.0
        for spoken in self._mouth.speak(text):
            made += len(spoken.pcm) / 2 / Mouth.SAMPLE_RATE
            for word in spoken.words:
                taken = written.take(word.text)
                if taken is None:
                    continue
                if begun is not None:
                    yield _piece(waiting, begun, word.start_seconds)
                begun = (taken, word.start_seconds)
            waiting.append(resampler.feed(spoken.pcm))
        waiting.append(resampler.flush())
        rest = written.rest()
        if begun is not None:
            last = f"{begun[0]} {rest}" if rest else begun[0]
            yield _piece(waiting, (last, begun[1]), made)
        elif any(waiting):
            yield Speech(b"".join(waiting))


def _piece(waiting: list[bytes], begun: tuple[str, float], end: float) -> Speech:
    """What has been made, with the written words that were being spoken meanwhile."""
    pcm = b"".join(waiting)
    waiting.clear()
    texts = begun[0].split()
    return Speech(
        pcm,
        tuple(
            TimedWord(text, round(start, 3), round(until, 3))
            for text, (start, until) in zip(texts, spread(texts, [(begun[1], end)]), strict=True)
        ),
    )


class ToneVoice:
    """A beep for each word, as long as the word is: cheap, and the same everywhere.

    Args:
        sounds_a_second: How fast it speaks, in speech sounds.
        gap: Seconds of silence after each word.
    """

    def __init__(self, sounds_a_second: float = 14.0, gap: float = 0.04) -> None:
        self._each = 1.0 / sounds_a_second
        self._gap = gap

    def speak(self, text: str, rate: int) -> Iterator[Speech]:
        """Beep a text at a sample rate in Hz, a word a piece."""
        at = 0
        for index, word in enumerate(text.split()):
            if not any(letter.isalnum() for letter in word):
                continue
            length = round(weight(word) * self._each * rate)
            tone = 220.0 * 2 ** (index % 5 / 6)
            samples = np.sin(np.arange(length) * (2 * math.pi * tone / rate)) * 6000.0
            edge = min(length // 2, rate // 200)
            if edge:
                ramp = np.linspace(0.0, 1.0, edge)
                samples[:edge] *= ramp
                samples[-edge:] *= ramp[::-1]
            sound = np.concatenate([samples, np.zeros(round(self._gap * rate))])
            begin, end = at / rate, (at + length) / rate
            at += len(sound)
            spoken = TimedWord(word, round(begin, 3), round(end, 3))
            yield Speech(sound.astype("<i2").tobytes(), (spoken,))
