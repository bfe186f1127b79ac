"""What can be heard in the two sounds of a recorded call: when the caller spoke, when the bot did.

Nothing but sound goes in, so that any system that records both sides is measured the same way.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from callwright.calls.loudness import Loudness
from callwright.emulators.endpointing import RATE, stretches

Span = tuple[float, float]

# The recorded callers breathe a little noise; between their turns the line is digitally silent.
_BETWEEN_TURNS = 0.1
_CHUNK = RATE // 50


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call as it sounded.

    Args:
        spoken: The caller's turns: from the first sound of each to the last, seconds.
        latencies: Seconds from the end of a turn to the bot's first audible sample.
        talked_over: How many turns the bot began to speak into.
    """

    spoken: list[Span]
    latencies: list[float]
    talked_over: int


def heard_call(user: Path, bot: Path) -> HeardCall:
    """Measure a call by its two WAV files, both from the same moment on."""
    spoken, onsets = caller_turns(read(user)), bot_onsets(read(bot))
    latencies: list[float] = []
    talked_over = 0
    following = [*(begin for begin, _ in spoken[1:]), float("inf")][: len(spoken)]
    for (begin, end), until in zip(spoken, following, strict=True):
        if any(begin < onset < end for onset in onsets):
            talked_over += 1
            continue
        first = next((onset for onset in onsets if end <= onset < until), None)
        if first is not None:
            latencies.append(first - end)
    return HeardCall(spoken, latencies, talked_over)


def read(path: Path) -> NDArray[np.int16]:
    """16-bit mono sound at 16 kHz, whatever rate it has in the file."""
    with wave.open(str(path), "rb") as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = np.frombuffer(data, "<i2")
    if rate == RATE:
        return samples
    resampled = soxr.resample(samples.astype(np.float32), rate, RATE)
    return np.clip(np.round(resampled), -32768, 32767).astype(np.int16)


def caller_turns(samples: NDArray[np.int16]) -> list[Span]:
    """The turns of a caller at 16 kHz; a turn keeps the pauses that were recorded in it."""
    sounding = np.flatnonzero(samples)
    if not sounding.size:
        return []
    breaks = np.flatnonzero(np.diff(sounding) > _BETWEEN_TURNS * RATE)
    begins = sounding[np.concatenate(([0], breaks + 1))]
    ends = sounding[np.concatenate((breaks, [len(sounding) - 1]))]
    spans: list[Span] = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        loud = stretches(samples[begin : end + 1])
        if loud:
            spans.append((begin / RATE + loud[0][0], begin / RATE + loud[-1][1]))
    return spans


def bot_onsets(samples: NDArray[np.int16]) -> list[float]:
    """When the bot became audible after silence, seconds; sound at 16 kHz."""
    loudness = Loudness()
    found: list[float] = []
    for at in range(0, len(samples), _CHUNK):
        edges = loudness.hear(samples[at : at + _CHUNK].tobytes(), RATE, at / RATE)
        found += [edge.at for edge in edges if edge.audible]
    return found
