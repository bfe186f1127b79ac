"""Writes a call folder as the call runs, on a thread of its own so that the call never waits.

A crash loses at most the last second; a disk that fails costs the record, never the call.
"""

import json
import threading
import wave
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from loguru import logger

from callwright.calls.events import Event, to_line
from callwright.calls.folder import BOT_WAV, EVENTS, USER_WAV

FLUSH_SECONDS = 0.5

# Sound that comes at most this late still continues what came before: a network's jitter is not
# a silence.
_SLACK_SECONDS = 0.1


class Track:
    """One side of the call as a WAV file whose header is always valid.

    Args:
        path: The file.
        rate: Hz; 16-bit mono.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self.rate = rate
        self._file = path.open("wb")
        self._wav = wave.open(self._file, "wb")  # noqa: SIM115 - closed in close()
        self._wav.setnchannels(1)
        self._wav.setsampwidth(2)
        self._wav.setframerate(rate)
        self._wav.writeframes(b"")  # the header, so that even an empty file is a WAV
        self._file.flush()
        self._pending = bytearray()
        self._written = 0  # samples, pending ones included

    def put(self, pcm: bytes, start: float) -> None:
        """Add 16-bit mono samples that sounded from `start` seconds on."""
        gap = round(start * self.rate) - self._written
        if gap > _SLACK_SECONDS * self.rate:
            self._fill(gap)
        self._pending += pcm
        self._written += len(pcm) // 2

    def flush(self) -> None:
        """Bring the file up to date; `writeframes` patches the header too."""
        if self._pending:
            self._wav.writeframes(bytes(self._pending))
            self._file.flush()
            self._pending.clear()

    def close(self, seconds: float) -> None:
        """Pad with silence up to `seconds` and close."""
        try:
            self._fill(round(seconds * self.rate) - self._written)
            self.flush()
        finally:
            self._wav.close()
            self._file.close()

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
    """

    def __init__(self, folder: Path, *, user_rate: int, bot_rate: int, sound: bool = True) -> None:
        # Not a queue that wakes the thread for every chunk: each waking takes time from the call.
        self._tasks: deque[Callable[[], None]] = deque()
        self._woken = threading.Event()
        self._events: IO[bytes] = (folder / EVENTS).open("wb")
        self._user = Track(folder / USER_WAV, user_rate) if sound else None
        self._bot = Track(folder / BOT_WAV, bot_rate) if sound else None
        self.failure: Exception | None = None
        self._closing: float | None = None
        self._thread = threading.Thread(target=self._work, name="call-recorder", daemon=True)
        self._thread.start()

    def event(self, event: Event) -> None:
        """Append an event."""
        self._tasks.append(lambda: self._append(event))

    def user(self, pcm: bytes, start: float) -> None:
        """Sound of the caller, 16-bit mono, from `start` seconds on."""
        if (track := self._user) is not None:
            self._tasks.append(lambda: track.put(pcm, start))

    def bot(self, pcm: bytes, start: float) -> None:
        """Sound of the bot as it was played, 16-bit mono, from `start` seconds on."""
        if (track := self._bot) is not None:
            self._tasks.append(lambda: track.put(pcm, start))

    def close(self, seconds: float) -> None:
        """Write what is left, pad both tracks to `seconds`, close. Blocks; idempotent."""
        if self._closing is None:
            self._closing = seconds
            self._woken.set()
        self._thread.join()

    def _append(self, event: Event) -> None:
        # Words come from models and callers: whatever cannot be written as it is, is spelled out.
        text = json.dumps(to_line(event), ensure_ascii=False, default=str)
        self._events.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def _work(self) -> None:
        while not self._woken.wait(FLUSH_SECONDS):
            self._catch_up()
            self._guarded(self._flush)
        self._catch_up()
        self._guarded(self._finish)

    def _catch_up(self) -> None:
        while self._tasks:
            self._guarded(self._tasks.popleft())

    def _flush(self) -> None:
        self._events.flush()
        for track in self._tracks:
            track.flush()

    def _finish(self) -> None:
        # Every one of them is closed, whatever becomes of the others.
        with ExitStack() as closing:
            for track in self._tracks:
                closing.callback(track.close, self._closing or 0.0)
            closing.callback(self._events.close)

    @property
    def _tracks(self) -> list[Track]:
        return [track for track in (self._user, self._bot) if track is not None]

    def _guarded(self, work: Callable[[], None]) -> None:
        # After a failure only closing is still worth a try.
        if self.failure is not None and work != self._finish:
            return
        try:
            work()
        except Exception as error:
            self.failure = error
            logger.error(f"the call goes on, but its record is incomplete: {error}")
