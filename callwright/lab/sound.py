"""Sound files as a caller's voice: any rate, depth and channel count in, 16 kHz mono out."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from callwright.declarations.errors import InputError

RATE = 16000

Samples = npt.NDArray[np.int16]

# Trailing sound below this amplitude (about -60 dBFS) is silence and is cut off.
_SILENT = 33

_MAX_SECONDS = 4 * 3600


def read_sound(path: Path) -> Samples:
    """The first channel of a WAV file, 16-bit mono at 16 kHz, trailing silence trimmed.

    Raises:
        InputError: There is no such file, or it is not a whole WAV file with sound in it.
    """
    _refuse_broken(path)
    try:
        with soundfile.SoundFile(str(path)) as file:
            if file.frames > _MAX_SECONDS * file.samplerate:
                raise InputError(f"{path}: longer than four hours", "cut it into calls")
            rate = file.samplerate
            first = file.read(dtype="float32", always_2d=True)[:, 0]
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise InputError(
            f"{path}: this WAV cannot be read ({error})",
            "convert it to 16-bit PCM, for example with `sox in.wav -b 16 out.wav`",
        ) from None
    samples = np.nan_to_num(first, nan=0.0, posinf=1.0, neginf=-1.0)
    if rate != RATE:
        samples = soxr.resample(samples, rate, RATE)
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)
    return _trimmed(pcm)


def _trimmed(pcm: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _SILENT)
    return pcm[: int(loud[-1]) + 1] if loud.size else pcm


def _refuse_broken(path: Path) -> None:
    """Say what is wrong in a user's words before a library says it in its own."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            size = path.stat().st_size
            if size == 0:
                raise InputError(f"{path}: the file is empty", "record it again")
            if head[:4] not in (b"RIFF", b"RIFX", b"RF64") or head[8:12] != b"WAVE":
                raise InputError(
                    f"{path}: not a WAV file, whatever its name ({_kind(head)})",
                    "convert it, for example with `ffmpeg -i FILE out.wav`",
                )
            if head[:4] == b"RIFF":
                _refuse_cut_off(path, file.read(1 << 20), size)
    except OSError as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"{path}: {what}", "check the path") from None


def _refuse_cut_off(path: Path, chunks: bytes, size: int) -> None:
    at = 0
    while at + 8 <= len(chunks):
        name, length = struct.unpack_from("<4sI", chunks, at)
        if name == b"data":
            have = size - 12 - at - 8
            # Writers to a pipe cannot know the length and put in all ones, or nothing.
            if 0 < length < 0xFFFFFF00 and have < length:
                raise InputError(
                    f"{path}: the file is cut off: its header promises {length} bytes of sound "
                    f"and {have} are there",
                    "copy or record it again; `sox --ignore-length` saves what is there",
                )
            if have <= 0 or length == 0:
                raise InputError(f"{path}: there is no sound in it", "record it again")
            return
        at += 8 + length + (length & 1)
    raise InputError(f"{path}: the file is cut off before its sound begins", "copy it again")


def _kind(head: bytes) -> str:
    kinds = {b"ID3": "it is an MP3", b"OggS": "it is Ogg", b"fLaC": "it is FLAC"}
    for magic, kind in kinds.items():
        if head.startswith(magic):
            return kind
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0:
        return "it is an MP3"
    return "it does not begin with RIFF … WAVE"
