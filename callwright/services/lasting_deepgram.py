"""Deepgram's recogniser, with words that a broken connection does not swallow."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from deepgram.listen.v1.types import ListenV1Finalize, ListenV1Results
from pipecat.frames.frames import Frame, VADUserStoppedSpeakingFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessorSetup

from callwright.services.deepgram_stt import SettlingDeepgramSTTService

LONGEST_WORD = 1.0

# A connection that lets no farewell through by then is dropped without one.
LONGEST_FAREWELL = 1.0

# A connection that takes nothing for so long is dropped, and the next one told what it was not:
# until then the sound waits here, and nobody in the call hears the caller.
LONGEST_SENDING = 1.0

# Nobody speaks for longer than this without words for good.
LONGEST_SECONDS = 15.0


class UnsettledSound:
    """The sound of which no words for good have come yet.

    Args:
        rate: Of its 16-bit mono samples, Hz.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._pieces: deque[bytes] = deque()
        self._from = 0.0
        self._until = 0.0

    @property
    def since(self) -> float:
        """Where it begins, seconds of all sound."""
        return self._from

    def add(self, pcm: bytes) -> None:
        """Keep more of it."""
        self._pieces.append(pcm)
        self._until += self._seconds(pcm)
        self.settle(self._until - LONGEST_SECONDS)

    def settle(self, until: float) -> None:
        """Words for good have come of all sound up to here."""
        while self._pieces and self._from + self._seconds(self._pieces[0]) <= until:
            self._from += self._seconds(self._pieces.popleft())

    def sound(self) -> bytes:
        """All of it, in one piece."""
        return b"".join(self._pieces)

    def _seconds(self, pcm: bytes) -> float:
        return len(pcm) / (2 * self._rate)


class LastingDeepgramService(SettlingDeepgramSTTService):
    """The settling service; what a connection left without words is said again to the next one."""

    _unsettled: UnsettledSound | None = None
    _told: object = None
    _began = 0.0
    _finishing = False

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Connect."""
        self._unsettled = UnsettledSound(setup.audio_in_sample_rate)
        await super().setup(setup)

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        """Send sound; to a new connection with what the last one did not settle."""
        unsettled = self._unsettled
        if unsettled is None:
            return
        unsettled.add(audio)
        new = self._connection is not None and self._connection is not self._told
        if new:
            self._told, self._began = self._connection, unsettled.since
            audio = unsettled.sound()
        async for frame in super().run_stt(audio):
            yield frame
        if new and self._finishing and self._connection is not None:
            # Speech ended while there was nobody to be told.
            await self._connection.send_finalize(ListenV1Finalize(type="Finalize"))

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Remember that speech ended while there was no connection; drop one that takes nothing."""
        if isinstance(frame, VADUserStoppedSpeakingFrame):
            self._finishing = self._connection is None
        loop = asyncio.get_running_loop()
        dropping = loop.call_later(LONGEST_SENDING, _abort, self._connection)
        try:
            await super().process_frame(frame, direction)
        finally:
            dropping.cancel()

    async def _disconnect(self) -> None:
        connection = self._connection
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(super()._disconnect(), LONGEST_FAREWELL)
            return
        # A link that lets nothing through any more: whoever asks it to close waits as long as it
        # likes, and the client gives it up without closing it.
        _abort(connection)
        await super()._disconnect()

    async def _on_message(self, message: Any) -> None:
        if isinstance(message, ListenV1Results) and message.is_final and self._unsettled:
            self._unsettled.settle(self._began + _settled_until(message))
        await super()._on_message(message)


def _settled_until(message: ListenV1Results) -> float:
    """Up to where nothing more will be recognised: a word may be under way where a result ends."""
    words = [word for heard in message.channel.alternatives[:1] for word in heard.words or ()]
    if words:
        return words[-1].end
    return message.start + message.duration - LONGEST_WORD


def _abort(connection: Any) -> None:
    """Drop a connection of Deepgram's client, which offers no way but a farewell."""
    transport = getattr(getattr(connection, "_websocket", None), "transport", None)
    if transport is not None:
        transport.abort()
