"""Writes a call folder as the call runs, on a thread of its own so that the call never waits.

A crash loses at most the last second; a disk that fails costs the record, never the call.
"""

import contextlib
import json
import struct
import threading
import wave
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from loguru import logger

from callwright.calls.events import Event, to_line
from callwright.calls.folder import BOT_WAV, EVENTS, USER_WAV

OpenFile = Callable[[Path], IO[bytes]]
"""Opens a file of the record, for writing and unseen before."""

FLUSH_SECONDS = 0.5

# Bytes before the sound of a WAV file, and where in them its size stands, and the sound's.
_HEADER, _SIZE_AT, _SOUND_AT = 44, 4, 40

# Sound that comes at most this late still continues what came before: a network's jitter is not
# a silence.
_SLACK_SECONDS = 0.1


def opened(path: Path) -> IO[bytes]:
    """Open a file of the record."""
    return path.open("wb")


class Track:
    """One side of the call as a WAV file whose header is always valid.

    Args:
        path: The file.
        rate: Hz; 16-bit mono.
        open_file: Opens it.
    """

    def __init__(self, path: Path, rate: int, open_file: OpenFile = opened) -> None:
        self.rate = rate
        self._path, self._open = path, open_file
        self._file: IO[bytes] | None = None
        self._wav: wave.Wave_write | None = None
        self._pending = bytearray()
        self._written = 0  # samples, pending ones included
        self._kept = 0
        self._broken = False

    def start(self) -> None:
        """Open the file and write the header, so that even an empty file is a WAV."""
        self._file = self._open(self._path)
        self._wav = wav = wave.open(self._file, "wb")  # noqa: SIM115 - closed in close()
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(self.rate)
        wav.writeframes(b"")
        self._file.flush()

    @property
    def seconds(self) -> float:
        """How much of it the file holds."""
        return self._kept / self.rate

    def put(self, pcm: bytes, start: float) -> None:
        """Add 16-bit mono samples that sounded from `start` seconds on."""
        gap = round(start * self.rate) - self._written
        if gap > _SLACK_SECONDS * self.rate:
            self._fill(gap)
        self._pending += pcm
        self._written += len(pcm) // 2

    def flush(self) -> None:
        """Bring the file up to date; `writeframes` patches the header too.

        A file that has failed once takes nothing any more: it would stand in the wrong place.

        Raises:
            OSError: The disk does not take all of it; what it took is kept.
        """
        if self._pending and not self._broken and self._wav is not None and self._file is not None:
            try:
                self._wav.writeframes(bytes(self._pending))
                self._file.flush()
            except OSError:
                self._broken = True
                self._settle()
                raise
            self._kept += len(self._pending) // 2
            self._pending.clear()

    def close(self, seconds: float) -> None:
        """Pad with silence up to `seconds` and close."""
        try:
            self._fill(round(seconds * self.rate) - self._written)
            self.flush()
        finally:
            self._close_file()

    def _close_file(self) -> None:
        try:
            if self._wav is not None:
                self._wav.close()
        finally:
            if self._file is not None:
                self._file.close()

    def _settle(self) -> None:
        """Have the header tell what the disk took of a piece that it did not take whole.

        How much that is follows from the room there was, and not from how the sound was cut.
        """
        sound = self._path.stat().st_size - _HEADER
        if sound < 0:
            return  # not even a header fitted
        self._kept = sound // 2
        with contextlib.suppress(OSError), self._path.open("r+b") as file:
            for at, size in ((_SIZE_AT, _HEADER - 8), (_SOUND_AT, 0)):
                file.seek(at)
                file.write(struct.pack("<L", size + 2 * self._kept))

    def _fill(self, samples: int) -> None:
        if samples > 0:
            self._pending += bytes(2 * samples)
            self._written += samples


class FolderWriter:
    """Takes events and sound from the call's thread and writes them on its own.

    Args:
        folder: An existing folder.
        user_rate: Rate of the caller's sound, Hz.
        bot_rate: Rate of the bot's sound, Hz.
        sound: Whether sound is kept.
        open_file: Opens each of its files.
    """

    def __init__(
        self,
        folder: Path,
        *,
        user_rate: int,
        bot_rate: int,
        sound: bool = True,
        open_file: OpenFile = opened,
    ) -> None:
        # Not a queue that wakes the thread for every chunk: each waking takes time from the call.
        self._tasks: deque[tuple[str, Callable[[], None]]] = deque()
        self._woken = threading.Event()
        self._events: IO[bytes] | None = None
        rates = {USER_WAV: user_rate, BOT_WAV: bot_rate} if sound else {}
        self._tracks = {name: Track(folder / name, rate, open_file) for name, rate in rates.items()}
        self.failures: dict[str, Exception] = {}
        """What could not be written any more, by file."""
        self._closing: float | None = None
        self._guarded(EVENTS, lambda: self._start(open_file(folder / EVENTS)))
        for name, track in self._tracks.items():
            self._guarded(name, track.start)
        self._thread = threading.Thread(target=self._work, name="call-recorder", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> Exception | None:
        """Why the record is incomplete; None when it is whole."""
        return next(iter(self.failures.values()), None)

    @property
    def lost(self) -> dict[str, str]:
        """What is missing of each file that could not be written to its end, and why."""
        told: dict[str, str] = {}
        # In the files' own order: which of them failed first is a matter of threads.
        for name in (EVENTS, *self._tracks):
            if (failure := self.failures.get(name)) is None:
                continue
            track = self._tracks.get(name)
            since = f"all after {track.seconds:.1f} s" if track else "what came last"
            told[name] = f"{since} ({getattr(failure, 'strerror', None) or failure})"
        return told

    def event(self, event: Event) -> None:
        """Append an event."""
        self._tasks.append((EVENTS, lambda: self._append(event)))

    def user(self, pcm: bytes, start: float) -> None:
        """Sound of the caller, 16-bit mono, from `start` seconds on."""
        self._put(USER_WAV, pcm, start)

    def bot(self, pcm: bytes, start: float) -> None:
        """Sound of the bot as it was played, 16-bit mono, from `start` seconds on."""
        self._put(BOT_WAV, pcm, start)

    def close(self, seconds: float) -> None:
        """Write what is left, pad both tracks to `seconds`, close. Blocks; idempotent."""
        if self._closing is None:
            self._closing = seconds
            self._woken.set()
        self._thread.join()

    def _put(self, name: str, pcm: bytes, start: float) -> None:
        if (track := self._tracks.get(name)) is not None:
            self._tasks.append((name, lambda: track.put(pcm, start)))

    def _start(self, events: IO[bytes]) -> None:
        self._events = events

    def _append(self, event: Event) -> None:
        if self._events is None:
            return
        # Words come from models and callers: whatever cannot be written as it is, is spelled out.
        text = json.dumps(to_line(event), ensure_ascii=False, default=str)
        self._events.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def _work(self) -> None:
        while not self._woken.wait(FLUSH_SECONDS):
            self._catch_up()
            self._guarded(EVENTS, self._flush_events)
            for name, track in self._tracks.items():
                self._guarded(name, track.flush)
        self._catch_up()
        seconds = self._closing or 0.0
        # What has failed is still worth closing.
        self._guarded(EVENTS, self._close_events, always=True)
        for name, track in self._tracks.items():
            self._guarded(name, partial(track.close, seconds), always=True)

    def _flush_events(self) -> None:
        if self._events is not None:
            self._events.flush()

    def _close_events(self) -> None:
        if self._events is not None:
            self._events.close()

    def _catch_up(self) -> None:
        while self._tasks:
            name, work = self._tasks.popleft()
            self._guarded(name, work)

    def _guarded(self, name: str, work: Callable[[], None], *, always: bool = False) -> None:
        """Do something with one file; one that has failed is left alone, and the others are not."""
        if name in self.failures and not always:
            return
        try:
            work()
        except Exception as error:
            if name not in self.failures:
                logger.error(f"the call goes on, but its record lacks some of {name}: {error}")
            self.failures.setdefault(name, error)
