"""Which words really sounded before the bot fell silent: found in the recorded sound, not believed.

What the voice was to say is spoken again by the same voice, which knows when each word begins and
ends; where that sound stands in `bot.wav`, and how far it goes, is found by comparing samples.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from callwright.calls.loudness import AUDIBLE
from callwright.emulators.parts import TimedWord
from callwright.emulators.voices import LocalVoice

Samples = NDArray[np.float32]

_BLOCK_SECONDS = 0.02
# A piece is looked for by its first sounds.
_FIRST_SECONDS = 0.3
# Sound that went through a resampler is alike, not equal.
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that the voice spoke, as it stands in the recorded sound.

    Args:
        text: The text.
        begin: Where its sound begins, seconds of the call.
        end: Where it ends, or is cut off.
        words: Its words with their times in its own sound.
    """

    text: str
    begin: float
    end: float
    words: tuple[TimedWord, ...]

    def whole_words(self) -> int:
        """How many of its words sounded to their end."""
        return sum(self.begin + word.end <= self.end + _BLOCK_SECONDS for word in self.words)

    def begun_words(self) -> int:
        """How many of its words began to sound."""
        return sum(self.begin + word.start < self.end - _BLOCK_SECONDS for word in self.words)


def pieces(texts: Iterable[str], bot: Samples, rate: int) -> list[Piece]:
    """Where each text sounds, in order; texts of which nothing sounds are left out.

    Args:
        texts: What the voice was to say, in order.
        bot: The bot's side of the call.
        rate: Its rate, Hz.
    """
    found: list[Piece] = []
    after = 0
    for text in texts:
        pcm, words = _spoken(text, rate)
        at = _place(pcm, bot, after, rate)
        if at is None:
            continue
        length = _alike_for(pcm, bot[max(at, 0) :], rate)
        found.append(Piece(text, at / rate, (at + length) / rate, words))
        after = at + length
    return found


@lru_cache(maxsize=256)
def _spoken(text: str, rate: int) -> tuple[Samples, tuple[TimedWord, ...]]:
    speeches = list(LocalVoice().speak(text, rate))
    pcm = np.frombuffer(b"".join(one.pcm for one in speeches), "<i2").astype(np.float32)
    return pcm, tuple(word for one in speeches for word in one.words)


def _place(pcm: Samples, bot: Samples, after: int, rate: int) -> int | None:
    """Where a piece begins in the sound; None where it does not."""
    loud = np.flatnonzero(np.abs(pcm) > AUDIBLE)
    if not loud.size:
        return None
    first = int(loud[0])
    pattern = pcm[first : first + round(_FIRST_SECONDS * rate)]
    within = bot[after:]
    if within.size < pattern.size:
        return None
    size = 1 << int(np.ceil(np.log2(within.size + pattern.size)))
    spectrum = np.fft.rfft(within, size) * np.conj(np.fft.rfft(pattern, size))
    dots = np.fft.irfft(spectrum, size)[: within.size - pattern.size + 1]
    energy = np.concatenate([[0.0], np.cumsum(np.square(within, dtype=np.float64))])
    windows = energy[pattern.size :] - energy[: -pattern.size]
    scale = np.sqrt(np.maximum(windows, 1.0) * float(np.sum(np.square(pattern))))
    likeness = dots / scale
    best = int(np.argmax(likeness > _ALIKE)) if bool(np.any(likeness > _ALIKE)) else None
    if best is None:
        return None
    # The first place that is alike lies on the slope of the true one.
    near = likeness[best : best + round(0.01 * rate)]
    return after + best + int(np.argmax(near)) - first


def _alike_for(pcm: Samples, bot: Samples, rate: int) -> int:
    """For how many samples the sound is that of the piece; silence within counts as alike."""
    block = round(_BLOCK_SECONDS * rate)
    alike = 0
    for start in range(0, min(pcm.size, bot.size) - block + 1, block):
        own, heard = pcm[start : start + block], bot[start : start + block]
        power = float(np.sqrt(np.sum(np.square(own)) * np.sum(np.square(heard))))
        if np.max(np.abs(own)) > AUDIBLE:
            if power == 0.0 or float(np.dot(own, heard)) / power < _ALIKE:
                return alike
            alike = start + block
    return pcm.size if alike and alike + block * 3 >= pcm.size else alike
