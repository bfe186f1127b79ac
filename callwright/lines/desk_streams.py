"""Sound between PortAudio's thread and the event loop, at the rates the call wants.

PortAudio calls back on a thread of its own. Nothing here makes that thread wait for the loop, or
the loop for the device: the microphone hands each block over with ``call_soon_threadsafe``, the
speaker takes what lies ready and plays silence when nothing does.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from callwright.declarations.errors import InputError
from callwright.lines.desk_devices import Device, Kind

BLOCK_SECONDS = 0.02
# Two device blocks. Less, and a loop that is busy for one block is heard as a gap; more, and the
# bot seems to have said what still lies here when the caller interrupts.
LEAD_SECONDS = 0.04
# What the device itself may hold. The callbacks are Python and share its lock with the call: with
# the least a device offers, a busy machine is heard as crackling. With 0.1 a PulseAudio server
# takes all of it at once when it starts, or goes on after a pause: the device then asks for block
# after block and plays none, for seconds, and what the bot says meanwhile is lost.
DEVICE_SECONDS = 0.15

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Format:
    """What a device agreed to.

    Args:
        rate: Hz.
        channels: 1, or 2 where the device does no mono.
    """

    rate: int
    channels: int

    @property
    def block(self) -> int:
        """Frames of one callback."""
        return int(self.rate * BLOCK_SECONDS)


def agree_format(portaudio: Any, device: Device, kind: Kind, rate: int) -> Format:
    """The format nearest to 16-bit mono at ``rate`` that the device takes.

    Raises:
        InputError: It takes none: unplugged meanwhile, or held by another program.
    """
    check = (
        portaudio.check_input_settings if kind == "microphone" else portaudio.check_output_settings
    )
    refusal = ""
    for channels in (1, 2):
        for candidate in dict.fromkeys((rate, device.rate)):
            try:
                check(device=device.index, channels=channels, dtype="int16", samplerate=candidate)
            except (portaudio.PortAudioError, ValueError) as error:
                refusal = str(error)
            else:
                return Format(candidate, channels)
    raise InputError(
        f"the {kind} '{device.name}' cannot be opened ({refusal})",
        f"close the program that holds it, or choose another with --{kind}",
    )


class Stream:
    """One PortAudio stream, opened before the call and closed after it.

    Args:
        device: The device it stands on.
        kind: For messages.
        on_lost: Called on the loop, once, when the device stops by itself.
    """

    def __init__(self, device: Device, kind: Kind, on_lost: Callable[[str], None]) -> None:
        self.device = device
        self.kind: Kind = kind
        self.callbacks = 0
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._stream: Any = None
        self._leaving = False

    async def open(self, make: Callable[..., Any], form: Format) -> None:
        """Open the device without starting it.

        Args:
            make: ``RawInputStream`` or ``RawOutputStream``.
            form: As agreed with the device.
        """
        self._stream = await asyncio.to_thread(
            make,
            device=self.device.index,
            samplerate=form.rate,
            channels=form.channels,
            dtype="int16",
            blocksize=form.block,
            latency=DEVICE_SECONDS,
            callback=self._callback,
            finished_callback=self._finished,
        )

    async def start(self) -> None:
        """Let the sound flow."""
        await asyncio.to_thread(self._stream.start)

    async def close(self) -> None:
        """Give the device back. Harmless when repeated."""
        self._leaving = True
        stream, self._stream = self._stream, None
        if stream is not None:
            # Closing waits for the callback's thread, which may be waiting for the GIL.
            await asyncio.to_thread(stream.close, ignore_errors=True)

    def _callback(self, data: Any, frames: int, time: Any, status: Any) -> None:
        raise NotImplementedError

    def _finished(self) -> None:
        if not self._leaving:
            self._on_loop(self._lost)

    def _lost(self) -> None:
        if not self._leaving:
            self._leaving = True
            self._on_lost(f"the {self.kind} '{self.device.name}' has stopped answering")

    def _on_loop(self, call: Callable[..., None], *args: object) -> None:
        # The last callbacks may come while the loop is being closed.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)


class Microphone(Stream):
    """Blocks of about 20 ms, 16-bit mono at the rate asked for."""

    def __init__(
        self, device: Device, rate: int, form: Format, on_lost: Callable[[str], None]
    ) -> None:
        super().__init__(device, "microphone", on_lost)
        self.blocks: asyncio.Queue[bytes] = asyncio.Queue()
        self._form = form
        self._resampler = _resampler(form.rate, rate)

    def _callback(self, data: Any, frames: int, time: Any, status: Any) -> None:
        self.callbacks += 1
        self._on_loop(self._heard, bytes(data))

    def _heard(self, raw: bytes) -> None:
        samples = np.frombuffer(raw, dtype=np.int16)
        if self._form.channels == 2:
            samples = samples.reshape(-1, 2).mean(axis=1).astype(np.int16)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        if samples.size:
            self.blocks.put_nowait(samples.tobytes())


@dataclass(slots=True)
class _Piece:
    data: bytes
    droppable: bool
    taken: asyncio.Future[bool]
    at: int = 0


class Speaker(Stream):
    """Plays 16-bit mono at the rate asked for, at the device's own pace."""

    def __init__(
        self, device: Device, rate: int, form: Format, on_lost: Callable[[str], None]
    ) -> None:
        super().__init__(device, "speaker", on_lost)
        self._form = form
        self._rate = rate
        self._resampler = _resampler(rate, form.rate)
        self._lead = int(form.rate * LEAD_SECONDS) * form.channels * 2
        self._lock = threading.Lock()
        self._pieces: deque[_Piece] = deque()
        self._waiting: deque[_Piece] = deque()

    async def play(self, audio: bytes, *, droppable: bool = True) -> bool:
        """Hand over audio and wait until the device has all but the last 40 ms of it.

        Args:
            audio: 16-bit mono at the speaker's rate.
            droppable: Whether `drop` may take it back.

        Returns:
            False when it was dropped, or when the device is gone.
        """
        piece = _Piece(self._to_device(audio), droppable, self._loop.create_future())
        with self._lock:
            if self._leaving:
                return False
            self._pieces.append(piece)
            self._waiting.append(piece)
            ready = self._release()
        self._resolve(ready, True)
        return await piece.taken

    async def drain(self) -> None:
        """Wait until the device has everything that was handed over."""
        silence = bytes(int(self._rate * LEAD_SECONDS) * 2)
        await self.play(silence)

    def drop(self) -> None:
        """Forget what may be dropped and has not been played."""
        with self._lock:
            gone = [piece for piece in self._pieces if piece.droppable]
            self._pieces = deque(piece for piece in self._pieces if not piece.droppable)
            self._waiting = deque(piece for piece in self._waiting if not piece.droppable)
            if self._resampler is not None and not self._pieces:
                self._resampler.clear()
        self._resolve(gone, False)

    async def close(self) -> None:
        """Give the device back; whoever waits for it is told that it is gone."""
        self._abandon()
        await super().close()

    def _lost(self) -> None:
        super()._lost()
        self._abandon()

    def _abandon(self) -> None:
        with self._lock:
            self._leaving = True
            gone = list(self._pieces)
            self._pieces.clear()
            self._waiting.clear()
        self._resolve(gone, False)

    def _callback(self, data: Any, frames: int, time: Any, status: Any) -> None:
        self.callbacks += 1
        room = memoryview(data).cast("B")
        filled = 0
        with self._lock:
            while filled < len(room) and self._pieces:
                piece = self._pieces[0]
                part = piece.data[piece.at : piece.at + len(room) - filled]
                room[filled : filled + len(part)] = part
                filled += len(part)
                piece.at += len(part)
                if piece.at >= len(piece.data):
                    self._pieces.popleft()
            ready = self._release()
        room[filled:] = bytes(len(room) - filled)
        if ready:
            self._on_loop(self._resolve, ready, True)

    def _release(self) -> list[_Piece]:
        """The pieces that leave no more than the lead behind them; call it with the lock held."""
        ready: list[_Piece] = []
        left = sum(len(piece.data) - piece.at for piece in self._pieces)
        while self._waiting and left <= self._lead:
            ready.append(self._waiting.popleft())
        return ready

    def _resolve(self, pieces: list[_Piece], taken: bool) -> None:
        for piece in pieces:
            if not piece.taken.done():
                piece.taken.set_result(taken)

    def _to_device(self, audio: bytes) -> bytes:
        samples = np.frombuffer(audio, dtype=np.int16)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        if self._form.channels == 2:
            samples = np.repeat(samples, 2)
        return samples.tobytes()


def _resampler(source: int, target: int) -> "soxr.ResampleStream | None":
    if source == target:
        return None
    return soxr.ResampleStream(source, target, 1, dtype="int16", quality="HQ")
