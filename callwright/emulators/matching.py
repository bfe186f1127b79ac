"""Where in a recording a piece of sound comes from: normalised cross-correlation, at 8000 Hz.

It compares wave forms, so it holds for any gain, for sound that went through another rate or a
telephone's codec, and tells repetitions of one word apart; another speaker's voice matches nowhere.
"""

import numpy as np
import soxr
from numpy.typing import NDArray

Wave = NDArray[np.float32]

RATE = 8000

# Half a sample apart, high tones no longer fit: below 2000 Hz they do. The lowest tones, which a
# telephone does not let through, must not weigh much either.
_FILTER = np.convolve([0.25, 0.5, 0.25], [1.0, -0.97]).astype(np.float32)

# Windows softer than this, on average, are silence: anything would match there.
_SOFTEST = 4.0


def wave(samples: NDArray[np.int16], rate: int) -> Wave:
    """16-bit samples as they are compared."""
    sound = samples.astype(np.float32)
    if rate != RATE:
        sound = soxr.resample(sound, rate, RATE, quality="MQ")
    if len(sound) < len(_FILTER):
        return np.zeros(0, np.float32)
    return np.convolve(sound, _FILTER)[: len(sound)].astype(np.float32)


def best_match(whole: Wave, piece: Wave) -> tuple[int, float]:
    """Where the piece fits best into the whole, in samples, and how well: 1 is the same sound.

    Either too short, or silent, fits nowhere: 0 at 0.
    """
    if len(piece) < 2 or len(whole) < len(piece):
        return 0, 0.0
    size = float(np.sqrt(np.dot(piece, piece)))
    least = _SOFTEST * np.sqrt(len(piece))
    if size < least:
        return 0, 0.0
    products = _correlated(whole, piece)
    upto = np.concatenate([[0.0], np.cumsum(np.square(whole, dtype=np.float64))])
    sizes = np.sqrt(np.maximum(upto[len(piece) :] - upto[: len(upto) - len(piece)], 0.0))
    fits = products / (size * np.maximum(sizes, least))
    at = int(np.argmax(fits))
    return at, float(fits[at])


def _correlated(whole: Wave, piece: Wave) -> NDArray[np.float64]:
    room = len(whole) - len(piece) + 1
    if room <= 600:
        return np.correlate(whole, piece, "valid").astype(np.float64)
    length = 1 << (len(whole) - 1).bit_length()
    spectrum = np.fft.rfft(whole, length) * np.conj(np.fft.rfft(piece, length))
    return np.fft.irfft(spectrum, length)[:room].astype(np.float64)
