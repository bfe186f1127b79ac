"""The sound of a realtime connection: 24 kHz PCM, or G.711 at 8 kHz, to and from 16-bit samples."""

from collections.abc import Mapping
from typing import Any

from callwright.emulators.encodings import BYTES, Encoding, decoded, encoded
from callwright.engines.resample import Resampler

EAR_RATE = 16000

_ENCODINGS: dict[str, Encoding] = {"audio/pcm": "s16", "audio/pcmu": "mulaw", "audio/pcma": "alaw"}


class Format:
    """One direction's audio format.

    Args:
        name: The format as the protocol names it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rate = 24000 if name == "audio/pcm" else 8000
        self._encoding: Encoding = _ENCODINGS[name]
        self._width = BYTES[self._encoding]

    def shape(self) -> dict[str, Any]:
        """The format as the protocol writes it."""
        rated = {"rate": self.rate} if self.name == "audio/pcm" else {}
        return {"type": self.name, **rated}

    def seconds(self, size: int) -> float:
        """How long this many bytes sound."""
        return size / (self.rate * self._width)

    def size(self, seconds: float) -> int:
        """How many bytes sound this long, whole samples only."""
        return int(seconds * self.rate) * self._width

    def decode(self, data: bytes) -> bytes:
        """16-bit samples at the format's rate; half a sample at the end is left out."""
        return decoded(data[: len(data) // self._width * self._width], self._encoding)

    def encode(self, pcm: bytes) -> bytes:
        """The format's bytes of 16-bit samples at its rate."""
        return encoded(pcm, self._encoding)

    def to_ear(self) -> Resampler:
        """Turns decoded samples into what a listener takes."""
        return Resampler(self.rate, EAR_RATE)


def format_of(config: Mapping[str, Any]) -> Format:
    """The format that one direction's configuration names."""
    return Format(config["format"]["type"])


PCM = Format("audio/pcm")
