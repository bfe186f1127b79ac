"""A line on which a recording calls: sound goes in and out in time with the event loop's clock.

On a virtual clock that is as fast as the machine allows; on a real one it is real time. Both
directions follow absolute schedules, since a sleep per chunk drifts.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import numpy as np
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InputTransportMessageFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    OutputTransportMessageUrgentFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams

from callwright.calls.loudness import Loudness
from callwright.lines.line import Line

CHUNK_SECONDS = 0.02

# Real callers' packets come a little late; exact ties would be decided by float rounding.
JITTER_SECONDS = 0.003


# A jitter buffer waits for a packet that was overtaken, and makes up for one that is lost.
BUFFER_SECONDS = 0.04

# What a lost packet is replaced by: the one before it, fading.
_FADING = 0.5


class BadLine:
    """A line that loses and reorders the caller's packets, as far as a jitter buffer mends it.

    Args:
        seed: Decides which.
        lost: Share of the packets that never come.
        reordered: Share of those that are overtaken; what comes after them waits, too.
    """

    def __init__(self, seed: int, *, lost: float = 0.0, reordered: float = 0.0) -> None:
        self._random = random.Random(f"line {seed}")
        self._lost, self._reordered = lost, reordered
        self._before: bytes = b""

    def late(self) -> float:
        """Seconds by which the next packet is later than usual."""
        overtaken = self._random.random() < self._reordered
        return self._random.uniform(0, BUFFER_SECONDS) if overtaken else 0.0

    def heard(self, pcm: bytes) -> bytes:
        """The next packet, 16-bit mono samples, or what stands in for it."""
        if self._random.random() < self._lost:
            faded = np.frombuffer(self._before.ljust(len(pcm), b"\0"), np.int16) * _FADING
            pcm = faded.astype(np.int16).tobytes()[: len(pcm)]
        self._before = pcm
        return pcm


class BotVoice:
    """What the caller hears of the bot: whether it speaks, since when, and until when it did."""

    def __init__(self) -> None:
        self._loudness = Loudness()
        self.began: float | None = None
        self.ended: float | None = None

    @property
    def speaking(self) -> bool:
        """Whether the bot speaks, short pauses included."""
        return self._loudness.audible

    def hear(self, pcm: bytes, rate: int, start: float) -> None:
        """Take 16-bit mono sound that plays from `start` seconds on."""
        for edge in self._loudness.hear(pcm, rate, start):
            self._note(edge.audible, edge.at)

    def silence_until(self, now: float) -> None:
        """Nothing has been played up to `now`."""
        for edge in self._loudness.silence_until(now):
            self._note(edge.audible, edge.at)

    def _note(self, audible: bool, at: float) -> None:
        if audible:
            self.began = at
        else:
            self.ended = at


class Caller(Protocol):
    """Somebody who speaks when it is their turn."""

    def speak(self, now: float, bot: BotVoice) -> bytes | None:
        """The next 20 ms as 16-bit mono samples at the line's rate; None hangs up.

        Args:
            now: Seconds since the call began.
            bot: What has been heard of the bot so far.
        """
        ...


Messages = Callable[[Any], Awaitable[None]]
"""Takes a message of the bot to its client."""


class _Input(BaseInputTransport):
    """The caller's side of the line."""

    def __init__(self, transport: "RecordedTransport", params: TransportParams) -> None:
        super().__init__(params)
        self._transport = transport
        self._speaking: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._speaking = self.create_task(self._speak())

    async def stop(self, frame: EndFrame) -> None:
        await self._fall_silent()
        await super().stop(frame)

    async def cancel(self, frame: CancelFrame) -> None:
        await self._fall_silent()
        await super().cancel(frame)

    async def deliver(self, frame: Frame) -> None:
        """Let in what came over the line and is not sound, as Pipecat's own transports do."""
        if isinstance(frame, InputTransportMessageFrame):
            await self.broadcast_frame(InputTransportMessageFrame, message=frame.message)
        else:
            await self.push_frame(frame)

    async def _fall_silent(self) -> None:
        if self._speaking:
            await self.cancel_task(self._speaking)
            self._speaking = None

    async def _speak(self) -> None:
        await self._transport.connected()
        async for pcm in self._transport.caller_sound():
            await self.push_audio_frame(
                InputAudioRawFrame(audio=pcm, sample_rate=self.sample_rate, num_channels=1)
            )
        # The disconnect handler ends the call and with it this task; it must not wait for itself.
        self._speaking = None
        await self._transport.disconnected()


class _Output(BaseOutputTransport):
    """The bot's side of the line: a chunk is written when it has been played."""

    def __init__(self, transport: "RecordedTransport", params: TransportParams) -> None:
        super().__init__(params)
        self._transport = transport
        self._played_until = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._played_until)
        self._played_until = start + frame.num_frames / frame.sample_rate
        self._transport.bot_heard(frame, start)
        await asyncio.sleep(self._played_until - loop.time())
        return True

    async def send_message(
        self, frame: OutputTransportMessageFrame | OutputTransportMessageUrgentFrame
    ) -> None:
        await self._transport.message(frame.message)


class RecordedTransport(BaseTransport):
    """A Pipecat transport between a recorded caller and the bot.

    Args:
        caller: Who speaks.
        rate: Rate of the caller's sound, Hz.
        seed: Decides how late each chunk of the caller's sound arrives (0 to 3 ms).
        bad: What becomes of the caller's packets; None keeps them all.
        together: How many chunks of 20 ms come as one.
        params: Pipecat's parameters; audio both ways.
        messages: Takes what the bot tells its client beside the sound (RTVI).
    """

    def __init__(
        self,
        caller: Caller,
        *,
        rate: int,
        seed: int,
        params: TransportParams,
        bad: BadLine | None = None,
        together: int = 1,
        messages: Messages | None = None,
    ) -> None:
        super().__init__()
        self._caller, self._bad, self._together = caller, bad, together
        self._messages = messages
        self._rate = rate
        self._random = random.Random(seed)
        self._bot = BotVoice()
        self._began = 0.0
        self._input = _Input(self, params)
        self._output = _Output(self, params)
        self._register_event_handler("on_client_connected")
        self._register_event_handler("on_client_disconnected")

    def input(self) -> FrameProcessor:
        return self._input

    def output(self) -> FrameProcessor:
        return self._output

    async def connected(self) -> None:
        """The caller is on the line."""
        self._began = asyncio.get_running_loop().time()
        await self._call_event_handler("on_client_connected", self._caller)

    async def disconnected(self) -> None:
        """The caller has hung up."""
        await self._call_event_handler("on_client_disconnected", self._caller)

    async def deliver(self, frame: Frame) -> None:
        """Something else than sound comes over the line."""
        await self._input.deliver(frame)

    async def message(self, message: Any) -> None:
        """The bot tells its client something."""
        if self._messages is not None:
            await self._messages(message)

    def bot_heard(self, frame: OutputAudioRawFrame, start: float) -> None:
        """The bot's sound reaches the caller at loop time `start`."""
        self._bot.hear(frame.audio, frame.sample_rate, start - self._began)

    async def caller_sound(self) -> AsyncIterator[bytes]:
        """The caller's sound, 20 ms at a time or a few of them together, until they hang up."""
        loop = asyncio.get_running_loop()
        number = 0
        while True:
            due = self._began + number * CHUNK_SECONDS + self._random.uniform(0, JITTER_SECONDS)
            if self._bad is not None:
                due += self._bad.late()
            await asyncio.sleep(max(0.0, due - loop.time()))
            sound = b""
            for _ in range(self._together):
                now = number * CHUNK_SECONDS
                self._bot.silence_until(now)
                pcm = self._caller.speak(now, self._bot)
                if pcm is None:
                    return
                sound += pcm if self._bad is None else self._bad.heard(pcm)
                number += 1
            yield sound


def recorded_line(
    caller: Caller,
    *,
    rate: int = 16000,
    seed: int = 0,
    bad: BadLine | None = None,
    together: int = 1,
) -> Line:
    """A line on which `caller` calls.

    Args:
        caller: Who speaks; delivers 16-bit mono at `rate`.
        rate: Hz.
        seed: Decides the jitter of the caller's sound.
        bad: What becomes of the caller's packets; None keeps them all.
        together: How many chunks of 20 ms come as one: with more there is less to do.
    """
    transport = RecordedTransport(
        caller, rate=rate, seed=seed, bad=bad, together=together, params=_params()
    )
    return Line(name="recorded", transport=transport, audio_in_rate=rate)


def talking_line(
    caller: Caller, messages: Messages, *, rate: int = 16000, seed: int = 0
) -> tuple[Line, RecordedTransport]:
    """The same, for a client that the bot talks to beside the sound; and its transport.

    Args:
        caller: Who speaks; delivers 16-bit mono at `rate`.
        messages: Takes the bot's RTVI messages.
        rate: Hz.
        seed: Decides the jitter of the caller's sound.
    """
    transport = RecordedTransport(caller, rate=rate, seed=seed, params=_params(), messages=messages)
    line = Line("recorded", transport, "client_ready", audio_in_rate=rate)
    return line, transport


def _params() -> TransportParams:
    return TransportParams(
        audio_in_enabled=True, audio_out_enabled=True, audio_out_end_silence_secs=0
    )
