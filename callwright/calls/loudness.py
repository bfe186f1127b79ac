"""When the bot can be heard: audible stretches in the sound that was really played. Pure."""

from dataclasses import dataclass

import numpy as np

# 16-bit amplitude below which a sample counts as silence (about -50 dBFS).
AUDIBLE = 100

# A pause shorter than this lies within speech.
SILENCE_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Edge:
    """The bot became audible (`audible`) or had fallen silent, at `at` seconds."""

    audible: bool
    at: float


class Loudness:
    """Follows one side's sound, chunk by chunk, and reports where speech begins and ends."""

    def __init__(self) -> None:
        self._last_audible: float | None = None

    @property
    def audible(self) -> bool:
        """Whether speech is going on, short pauses included."""
        return self._last_audible is not None

    def hear(self, pcm: bytes, rate: int, start: float) -> list[Edge]:
        """Take 16-bit mono samples that sounded from `start` seconds on; edges in order."""
        edges = self.silence_until(start)
        samples = np.frombuffer(pcm[: len(pcm) & ~1], dtype=np.int16)
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
        if loud.size == 0:
            return edges + self.silence_until(start + samples.size / rate)
        if self._last_audible is None:
            edges.append(Edge(True, start + int(loud[0]) / rate))
        self._last_audible = start + (int(loud[-1]) + 1) / rate
        return edges

    def silence_until(self, now: float) -> list[Edge]:
        """Nothing was played until `now`; the end of speech, where that settles it."""
        if self._last_audible is None or now - self._last_audible < SILENCE_SECONDS:
            return []
        edge = Edge(False, self._last_audible)
        self._last_audible = None
        return [edge]
