"""Deepgram's Flux, asked to settle its words where it cannot tell that the caller has finished."""

import asyncio
from typing import Any

from pipecat.frames.frames import (
    Frame,
    ProposedUserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService

# Seconds of silence. Flux ends a finished turn well within them, and the turn of the call may last
# longer.
SETTLE_AFTER = 1.0


class SettlingFluxService(DeepgramFluxSTTService):
    """Pipecat's service; where the VAD hears nobody, Flux does not go on listening for ever.

    Flux gives words for good only at the end of a turn as it sees it. In a noise it may see none
    for many seconds, while it repeats the words it has: the turn would be taken for one without
    words, and the next repetition for another one. It is told to end it (`ForceEndTurn`); whether
    the turn of the call is over stays the turn strategy's decision.

    Words for good that open a turn by themselves, of a voice that was too quiet for the VAD, break
    into what the bot says. The end that Flux tells right behind them is not swept away by that:
    nothing else would end the turn.
    """

    _settling: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Count the silence from the end of speech; speech that goes on ends the count."""
        if isinstance(frame, VADUserStartedSpeakingFrame):
            await self._stop_counting()
        elif isinstance(frame, VADUserStoppedSpeakingFrame):
            await self._stop_counting()
            left = max(0.0, SETTLE_AFTER - frame.stop_secs)
            self._settling = self.create_task(self._settle(left), "settling")
        await super().process_frame(frame, direction)

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        """Let the end of a turn outlast an interruption."""
        if isinstance(frame, ProposedUserStoppedSpeakingFrame):
            frame.interruptible = False
        await super().push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Stop counting."""
        await self._stop_counting()
        await super().cleanup()

    async def _settle(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._settling = None
        if self._user_is_speaking and self._transport_is_active():
            message: dict[str, Any] = {"type": "ForceEndTurn"}
            await self._transport_send_json(message)

    async def _stop_counting(self) -> None:
        counting, self._settling = self._settling, None
        if counting is not None:
            await self.cancel_task(counting)
