"""A caller's sound on its way: a street behind it, a telephone's codec, packets that get lost.

All of it follows from a seed; the street is made here, from shaped noise and passing cars.
"""

import random
from functools import cache

import numpy as np
import numpy.typing as npt

from callwright.emulators.encodings import decoded, encoded
from callwright.engines.resample import Resampler
from callwright.lab.caller import CHUNK
from callwright.lab.personas import TelephoneLine
from callwright.lab.sound import RATE

TELEPHONE = 8000

# A lost packet is followed by a lost one this often: networks lose them in bursts.
_BURST = 0.5

# What stands in for a lost packet is the one before, softer every time, and then nothing.
_CONCEALED = (0.7, 0.35)

_STREET_SECONDS = 24

_FULL_SCALE = 32767.0


class Telephone:
    """Carries a caller's sound, 20 ms at a time.

    Args:
        line: What it goes through.
        seed: Decides which packets get lost, and where in the street the caller stands.
    """

    def __init__(self, line: TelephoneLine, seed: str) -> None:
        self._line = line
        self._draw = random.Random(f"telephone {seed}")
        self._street = street() if line.street is not None else None
        self._gain = 10 ** ((line.street or 0.0) / 20)
        self._at = self._draw.randrange(_STREET_SECONDS * RATE)
        self._down = Resampler(RATE, TELEPHONE)
        self._up = Resampler(TELEPHONE, RATE)
        # The filters keep a little back; one packet of delay makes up for it.
        self._ready = bytearray(2 * CHUNK)
        self._lost = 0
        self._before = bytes(2 * CHUNK)

    def carry(self, chunk: bytes) -> bytes:
        """What arrives of 20 ms, 16-bit mono at 16 kHz, a packet later where there is a codec."""
        if self._street is not None:
            chunk = self._in_the_street(chunk, self._street)
        if self._line.codec == "none":
            return self._received(chunk)
        pcm = self._down.feed(chunk)
        pcm = decoded(encoded(pcm, "mulaw"), "mulaw")
        self._ready += self._up.feed(pcm)
        arrived = bytes(self._ready[: 2 * CHUNK]).ljust(2 * CHUNK, b"\0")
        del self._ready[: 2 * CHUNK]
        return self._received(arrived)

    def _in_the_street(self, chunk: bytes, noise: npt.NDArray[np.float32]) -> bytes:
        samples = np.frombuffer(chunk, np.int16).astype(np.float32)
        behind = np.take(noise, range(self._at, self._at + len(samples)), mode="wrap")
        self._at = (self._at + len(samples)) % len(noise)
        mixed = samples + behind * (self._gain * _FULL_SCALE)
        return np.clip(np.round(mixed), -32768, 32767).astype(np.int16).tobytes()

    def _received(self, packet: bytes) -> bytes:
        if not self._line.loss:
            return packet
        # So that, bursts included, the share that gets lost is the line's.
        first = self._line.loss * (1 - _BURST)
        if self._draw.random() >= (_BURST if self._lost else first):
            self._lost, self._before = 0, packet
            return packet
        share = _CONCEALED[self._lost] if self._lost < len(_CONCEALED) else 0.0
        self._lost += 1
        softer = np.frombuffer(self._before, np.int16).astype(np.float32) * share
        return np.round(softer).astype(np.int16).tobytes()


@cache
def street() -> npt.NDArray[np.float32]:
    """A street to be heard over and over, 16 kHz; its loudness, on average, is 1.

    A rumble that falls off towards high tones, and cars that come and go.
    """
    draw = np.random.default_rng(20261120)
    count = _STREET_SECONDS * RATE
    spectrum = np.fft.rfft(draw.standard_normal(count))
    tones = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1.0 / np.maximum(tones, 80.0) ** 0.7
    sound = np.fft.irfft(spectrum, count)
    seconds = np.arange(count) / RATE
    swell = np.full(count, 0.6)
    for _ in range(6):
        passes, lasts = draw.uniform(0, _STREET_SECONDS), draw.uniform(0.8, 2.5)
        away = np.abs(seconds - passes)
        away = np.minimum(away, _STREET_SECONDS - away)  # it is heard over and over
        swell += draw.uniform(0.5, 1.5) * np.exp(-((away / lasts) ** 2))
    sound *= swell
    return (sound / np.sqrt(np.mean(np.square(sound)))).astype(np.float32)
