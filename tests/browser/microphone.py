"""What the browser's fake microphone says: turns, with time for the agent between them."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

from callwright.engines.mouth import Mouth

RATE = 48000


def compose(path: Path, parts: list[tuple[float, np.ndarray, int]], after: float = 30.0) -> Path:
    """Write a WAV, 48 kHz mono.

    Args:
        path: Where to.
        parts: Silence before it in seconds, the sound (float32 mono), its rate in Hz.
        after: Silence at the end, seconds.
    """
    pieces: list[np.ndarray] = []
    for pause, sound, rate in parts:
        pieces += [_silence(pause), soxr.resample(sound, rate, RATE)]
    soundfile.write(path, np.concatenate([*pieces, _silence(after)]), RATE, subtype="PCM_16")
    return path


def spoken(text: str) -> tuple[np.ndarray, int]:
    """Return a text as the embedded voice speaks it, and its rate."""
    pcm = b"".join(chunk.pcm for chunk in Mouth().speak(text))
    return np.frombuffer(pcm, np.int16).astype(np.float32) / 32768, Mouth.SAMPLE_RATE


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)
