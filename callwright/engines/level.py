"""Bringing a caller's voice to the level the acoustic model was made for."""

import numpy as np
from numpy.typing import NDArray

_TARGET_DB = 64.0
_QUIETEST_SPEECH_DB = 34.0
_ABOVE_FLOOR_DB = 9.0
_ENOUGH_FRAMES = 16
_OVER_FRAMES = 6
_LONGEST_WAIT = 100
_MOST_GAIN_DB = 24.0

Samples = NDArray[np.float32]


class SteadyLevel:
    """Holds sound back until it knows how loud the caller speaks, then passes it on at one level.

    The gain is chosen once an utterance, from its first quarter of a second of speech: a gain that
    moved would look like a change of voice to the recogniser.
    """

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._levels: list[float] = []
        self._gain: float | None = None

    def pass_on(self, pcm: bytes) -> bytes:
        """Take 20 ms of 16-bit mono samples, give those that are ready: none while undecided."""
        if self._gain is not None:
            return self._louder(pcm)
        self._held.append(pcm)
        self._measure(pcm)
        return self.rest() if self._known() else b""

    def rest(self) -> bytes:
        """What is still held back, when no more will come."""
        speech = self._speech()
        wanted = _TARGET_DB - float(np.mean(sorted(speech)[-_ENOUGH_FRAMES:])) if speech else 0.0
        self._gain = 10 ** (float(np.clip(wanted, -_MOST_GAIN_DB, _MOST_GAIN_DB)) / 20)
        held, self._held = b"".join(self._held), []
        return self._louder(held)

    def _known(self) -> bool:
        """Whether there was enough speech, or some and then silence, or nothing for too long."""
        speech = self._speech()
        if len(speech) >= _ENOUGH_FRAMES or len(self._levels) >= _LONGEST_WAIT:
            return True
        return bool(speech) and max(self._levels[-_OVER_FRAMES:]) < min(speech)

    def _measure(self, pcm: bytes) -> None:
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        power = float(np.mean(np.square(samples))) if len(samples) else 0.0
        self._levels.append(10.0 * float(np.log10(power + 1.0)))

    def _speech(self) -> list[float]:
        """The levels of the frames that stand out, in decibels over one step of the converter."""
        if not self._levels:
            return []
        floor = max(min(self._levels) + _ABOVE_FLOOR_DB, _QUIETEST_SPEECH_DB)
        return [level for level in self._levels if level > floor]

    def _louder(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) * (self._gain or 1.0)
        return np.clip(samples, -32768, 32767).astype("<i2").tobytes()
