"""Sound as it travels: 16-bit and 32-bit linear, floating point, and the telephone's two laws."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Encoding = Literal["s16", "s32", "f32", "mulaw", "alaw"]

BYTES: dict[Encoding, int] = {"s16": 2, "s32": 4, "f32": 4, "mulaw": 1, "alaw": 1}

_BIAS = 0x84
_CLIP = 32635


def decoded(sound: bytes, encoding: Encoding) -> bytes:
    """16-bit samples of a whole number of samples in another encoding."""
    match encoding:
        case "s16":
            return sound
        case "s32":
            return (np.frombuffer(sound, "<i4") >> 16).astype("<i2").tobytes()
        case "f32":
            scaled = np.round(np.frombuffer(sound, "<f4") * 32767.0)
            return np.clip(scaled, -32768, 32767).astype("<i2").tobytes()
        case "mulaw":
            return _FROM_MULAW[np.frombuffer(sound, np.uint8)].tobytes()
        case "alaw":
            return _FROM_ALAW[np.frombuffer(sound, np.uint8)].tobytes()


def encoded(pcm: bytes, encoding: Encoding) -> bytes:
    """16-bit samples in another encoding."""
    samples = np.frombuffer(pcm, "<i2")
    match encoding:
        case "s16":
            return pcm
        case "s32":
            return (samples.astype("<i4") << 16).tobytes()
        case "f32":
            return (samples.astype("<f4") / 32768.0).tobytes()
        case "mulaw":
            return _to_mulaw(samples).tobytes()
        case "alaw":
            return _to_alaw(samples).tobytes()


def _to_mulaw(samples: NDArray[np.int16]) -> NDArray[np.uint8]:
    wide = samples.astype(np.int32)
    sign = np.where(wide < 0, 0x80, 0)
    size = np.minimum(np.abs(wide), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)


def _to_alaw(samples: NDArray[np.int16]) -> NDArray[np.uint8]:
    wide = samples.astype(np.int32) >> 3
    sign = np.where(wide >= 0, 0x80, 0)
    size = np.minimum(np.where(wide >= 0, wide, -wide - 1), 0xFFF)
    exponent = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(np.int32) - 4, 0)
    mantissa = (size >> np.maximum(exponent, 1)) & 0x0F
    return ((sign | (exponent << 4) | mantissa) ^ 0x55).astype(np.uint8)


def _mulaw_table() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + _BIAS) << ((code >> 4) & 7)
    return np.where(code & 0x80, _BIAS - size, size - _BIAS).astype("<i2")


def _alaw_table() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent = (code >> 4) & 7
    low = ((code & 0x0F) << 4) + 8
    size = np.where(exponent == 0, low, (low + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype("<i2")


_FROM_MULAW = _mulaw_table()
_FROM_ALAW = _alaw_table()
