"""espeak-ng through ctypes: one piece of text in, its samples and word times out.

The library keeps the state of its oscillators for as long as it is loaded, so what it says depends
on what it said before. Each piece is therefore spoken by a library loaded afresh (under 2 ms): the
same words give the same bytes, whichever calls share the process.
"""

import ctypes
import importlib
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

SAMPLE_RATE = 22050

INSTALL_HINT = (
    "the embedded voice needs espeak-ng: run `uv sync --extra embedded` "
    "or `pip install 'callwright[embedded]'`"
)

_SYNCHRONOUS = 2
_BUFFER_MS = 60
_DONT_EXIT = 1 << 15
_UTF8 = 1
_RATE, _PITCH = 1, 3
_EVENT_WORD = 1

# espeak-ng has one engine a process.
_engine = threading.Lock()


class VoiceUnavailable(RuntimeError):
    """The voice cannot be used: the library is missing, or it has no such voice."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice, how fast it speaks (words a minute, 80 to 450) and how high (0 to 99)."""

    name: str
    rate_wpm: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples (16-bit mono at `SAMPLE_RATE`) and word starts: (position, length, sample index).

    Positions and lengths count characters of the text given.
    """

    pcm: bytes
    words: tuple[tuple[int, int, int], ...]


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


def synthesise(text: str, voice: Voice) -> Piece:
    """Speak one short piece of text; blocks for about 2 ms and 1 ms a second of speech.

    Raises:
        VoiceUnavailable: The library is not installed or has no voice of that name.
    """
    sound = bytearray()
    words: list[tuple[int, int, int]] = []

    def collect(samples: int | None, count: int, events: Any) -> int:
        if samples and count > 0:
            sound.extend(ctypes.string_at(samples, 2 * count))
        index = 0
        while events[index].type:
            event = events[index]
            if event.type == _EVENT_WORD:
                words.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0

    encoded = text.encode("utf-8", "ignore")
    with _engine, _loaded(collect) as library:
        _choose(library, voice)
        library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, 1, 0, _UTF8, None, None)
    return Piece(bytes(sound), tuple(words))


def require(voice: Voice) -> None:
    """Raise `VoiceUnavailable` when the voice cannot speak; costs about 2 ms."""
    with _engine, _loaded(lambda _samples, _count, _events: 1) as library:
        _choose(library, voice)


def _choose(library: ctypes.CDLL, voice: Voice) -> None:
    if library.espeak_SetVoiceByName(voice.name.encode("utf-8", "ignore")) != 0:
        raise VoiceUnavailable(
            f"espeak-ng has no voice {voice.name!r}; use a language such as 'en-us' or 'es', "
            "optionally with a variant: 'en-us+f3'"
        )
    library.espeak_SetParameter(_RATE, voice.rate_wpm, 0)
    library.espeak_SetParameter(_PITCH, voice.pitch, 0)


@cache
def _installed() -> tuple[str, bytes]:
    """Paths of the library and of its data; looked up once, since that asks the disk."""
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError as error:
        raise VoiceUnavailable(INSTALL_HINT) from error
    return str(loader.get_library_path()), str(loader.get_data_path()).encode()


@contextmanager
def _loaded(callback: Callable[[int | None, int, Any], int]) -> Generator[ctypes.CDLL]:
    path, data = _installed()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise VoiceUnavailable(f"espeak-ng cannot be loaded ({error}); {INSTALL_HINT}") from error
    native = _Callback(callback)
    try:
        rate = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _DONT_EXIT)
        if rate != SAMPLE_RATE:
            raise VoiceUnavailable(f"espeak-ng did not start (it answered {rate}); {INSTALL_HINT}")
        library.espeak_SetSynthCallback(native)
        yield library
    finally:
        library.espeak_Terminate()
        _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    native: Any = importlib.import_module("_ctypes")
    close = native.FreeLibrary if sys.platform == "win32" else native.dlclose
    close(library._handle)  # pyright: ignore[reportPrivateUsage]  # ctypes has no public unload
