"""Where speech begins and ends in a stream of sound, by its energy; to 10 ms.

The floor follows the quietest sound at once and rises slowly, but at least to what nothing has
undercut for four seconds: a steady noise is not taken for speech for longer. A stop consonant is
silence of up to 80 ms within a word: only a longer one counts, and then from its beginning.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

RATE = 16000
FRAME = RATE // 100
FRAME_SECONDS = 0.01

# Levels are decibels over one step of the converter. Below the first nothing counts as speech:
# it is the rounding of a telephone's codec, or a hum.
_QUIETEST_SPEECH = 30.0
_ONSET_ABOVE_FLOOR = 12.0
_OFFSET_ABOVE_FLOOR = 8.0
_HIGHEST_FIRST_FLOOR = 36.0
_RISE_IN_QUIET = 0.06
_RISE_IN_SPEECH = 0.02

# Nobody speaks for so many blocks of a tenth of a second without a breath.
_BREATH_BLOCKS = 40
_BLOCK_FRAMES = 10

_ONSET_FRAMES = 3
_OFFSET_FRAMES = 8


class Endpointer:
    """Follows one stream of 16-bit mono sound at 16000 Hz.

    `speaking` is whether somebody speaks now; `began` and `quiet_since` are seconds of sound: when
    the last stretch of speech began, and since when it is quiet again, None while there is speech
    or before there was any; `received` is how much sound has come.
    """

    def __init__(self) -> None:
        self.speaking = False
        self.began: float | None = None
        self.quiet_since: float | None = None
        self._rest = b""
        self._frames = 0
        self._floor: float | None = None
        self._run = 0
        self._block = float("inf")
        self._blocks: deque[float] = deque(maxlen=_BREATH_BLOCKS)

    @property
    def received(self) -> float:
        """Seconds of sound, to the last whole frame."""
        return self._frames * FRAME_SECONDS

    def hear(self, pcm: bytes) -> None:
        """Take the next samples, any number of bytes of them."""
        sound = self._rest + pcm
        whole = len(sound) // (FRAME * 2) * (FRAME * 2)
        self._rest = sound[whole:]
        if whole:
            for level in levels(np.frombuffer(sound[:whole], "<i2")).tolist():
                self._frames += 1
                self._follow(level)

    def _follow(self, level: float) -> None:
        if self._floor is None:
            self._floor = min(level, _HIGHEST_FIRST_FLOOR)
        rise = _RISE_IN_SPEECH if self.speaking else _RISE_IN_QUIET
        self._floor = min(level, max(self._floor + rise, self._undercut(level)))
        margin = _OFFSET_ABOVE_FLOOR if self.speaking else _ONSET_ABOVE_FLOOR
        loud = level > max(self._floor + margin, _QUIETEST_SPEECH)
        self._run = self._run + 1 if loud != self.speaking else 0
        if not self.speaking and self._run >= _ONSET_FRAMES:
            self.speaking, self.quiet_since = True, None
            self.began = (self._frames - self._run) * FRAME_SECONDS
            self._run = 0
        elif self.speaking and self._run >= _OFFSET_FRAMES:
            self.speaking = False
            self.quiet_since = (self._frames - self._run) * FRAME_SECONDS
            self._run = 0

    def _undercut(self, level: float) -> float:
        """The quietest of the last seconds; nothing until there were so many."""
        self._block = min(self._block, level)
        if self._frames % _BLOCK_FRAMES == 0:
            self._blocks.append(self._block)
            self._block = float("inf")
        return min(self._blocks) if len(self._blocks) == _BREATH_BLOCKS else 0.0


def levels(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """The level of each whole frame of 10 ms at 16000 Hz, in decibels over one step."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float32)
    # What a microphone adds at 0 Hz is no sound.
    power = np.square(frames).mean(axis=1) - np.square(frames.mean(axis=1))
    return 10.0 * np.log10(np.maximum(power, 0.0) + 1.0)


def stretches(
    samples: NDArray[np.int16], shortest_pause: float = 0.12
) -> list[tuple[float, float]]:
    """From and to, in seconds, of what is not silence in a whole recording at 16000 Hz.

    Args:
        samples: The recording.
        shortest_pause: Seconds of silence that divide two stretches; less is part of speaking.
    """
    level = levels(samples)
    if not len(level):
        return []
    floor = float(np.percentile(level, 5))
    loudest = float(np.percentile(level, 95))
    # Thirty decibels below the loud parts of a voice there is nothing left of it to hear.
    loud = level > max(
        _QUIETEST_SPEECH, min(floor + _ONSET_ABOVE_FLOOR, loudest - 15), loudest - 30
    )
    found: list[tuple[float, float]] = []
    for index in np.flatnonzero(loud).tolist():
        begin, end = index * FRAME_SECONDS, (index + 1) * FRAME_SECONDS
        if found and begin - found[-1][1] < shortest_pause:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found
