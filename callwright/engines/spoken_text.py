"""Which words of a text have been spoken by a moment of its sound, where nobody says so.

A speech-to-speech model sends what it says twice, as sound and as text, and keeps the two together
only roughly. The pauses of the sound and the length of the words bring them back together; see
`word_spread`. While the answer is still coming, the text may be ahead of the sound: then no more of
it counts as spoken than fits into the sound at the voice's pace.
"""

import math
import re

import numpy as np

from callwright.engines.word_spread import Span, spread, weight

# A sound of speech lasts about so long, seconds, until the voice has shown its own pace.
USUAL_PACE = 0.075

_STEP_SECONDS = 0.02
# Quieter than this share of the loudest step is a pause; about -30 dB.
_PAUSE_SHARE = 0.03
# A gap within a word, before a stop, is shorter than this.
_SHORTEST_PAUSE = 0.1
_WORD = re.compile(r"\s*\S+")


class SpokenText:
    """The text and the sound of one answer, as far as both have come.

    Args:
        rate: Of its 16-bit mono sound, Hz.
        pace: Seconds that a sound of speech lasts, as far as the voice is known.
    """

    def __init__(self, rate: int, pace: float = USUAL_PACE) -> None:
        self._rate = rate
        self._pace = pace
        self._text = ""
        self._pcm = bytearray()
        self._levels: list[float] = []
        self._whole = False
        self._edges: list[float] | None = None

    @property
    def seconds(self) -> float:
        """How long the sound is that has come."""
        return len(self._pcm) / (2 * self._rate)

    @property
    def whole(self) -> bool:
        """Whether nothing more comes."""
        return self._whole

    def hear(self, pcm: bytes) -> None:
        """Take more of its sound."""
        self._pcm += pcm
        step = 2 * round(self._rate * _STEP_SECONDS)
        for start in range(len(self._levels) * step, len(self._pcm) - step + 1, step):
            samples = np.frombuffer(self._pcm[start : start + step], "<i2").astype(np.float32)
            self._levels.append(float(np.sqrt(np.mean(np.square(samples)))))
        self._edges = None

    def write(self, text: str) -> None:
        """Take more of its text."""
        self._text += text
        self._edges = None

    def close(self) -> float:
        """Nothing more comes; returns the pace of the voice."""
        self._whole = True
        self._edges = None
        spoken = math.fsum(end - begin for begin, end in self._speech())
        sounds = math.fsum(weight(word) for word in self._words())
        return spoken / sounds if spoken and sounds else self._pace

    def words(self) -> list[str]:
        """Its words so far, each with the space before it."""
        return _WORD.findall(self._text)

    def spoken_at(self, number: int) -> float | None:
        """When the word of this number (from 0) is half spoken, seconds of the sound.

        None while its sound has not come; once nothing more comes, a word without sound is spoken
        at the end.
        """
        if self._edges is None:
            self._edges = [(begin + end) / 2 for begin, end in self._spread()]
        if number < len(self._edges):
            return self._edges[number]
        return self.seconds if self._whole else None

    def _words(self) -> list[str]:
        return self._text.split()

    def _spread(self) -> list[Span]:
        words, speech = self._words(), self._speech()
        if not self._whole:
            # The last one may be half written.
            words = self._fitting(words[:-1], math.fsum(end - begin for begin, end in speech))
        return spread(words, speech)

    def _fitting(self, words: list[str], seconds: float) -> list[str]:
        """As many words as so much speech holds at the voice's pace."""
        taken = 0.0
        for number, word in enumerate(words):
            taken += weight(word) * self._pace
            if taken > seconds:
                return words[:number]
        return words

    def _speech(self) -> list[Span]:
        """The stretches of speech, pauses shorter than a breath included."""
        if not self._levels:
            return []
        quiet = max(self._levels) * _PAUSE_SHARE
        stretches: list[Span] = []
        for number, level in enumerate(self._levels):
            if level <= quiet:
                continue
            begin, end = number * _STEP_SECONDS, (number + 1) * _STEP_SECONDS
            if stretches and begin - stretches[-1][1] < _SHORTEST_PAUSE:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((begin, end))
        return stretches
