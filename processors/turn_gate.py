"""Keeps a model that hears the caller itself from answering while a gated step is open."""

import asyncio
import contextlib
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMContextFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection

from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.frames import ModelHeardFrame, QuietTurnFrame
from processors.keeper import Keeper
from processors.state_message import StateMessage

# Where the ears heard nothing, the model's own transcript has so long to come, seconds. Whoever
# coughed waits for nothing meanwhile; whoever spoke is to be heard before the rules answer.
LONGEST_TRANSCRIPT = 3.0


class TurnGate(Keeper):
    """Stands between the caller's turns and a model that hears the caller itself.

    In: `UserStoppedSpeakingFrame`s, which ask the model for an answer.
    Out: the same, and what the model has to know before each; or a `QuietTurnFrame` before it and
    the rules' own answer behind it; everything else unchanged. Words of the model's, a
    `ModelHeardFrame`, end here: they are what the rules answer where the ears have failed.

    Args as of any keeper.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._answering: asyncio.Task[None] | None = None
        self._model_heard = asyncio.Event()

    async def cleanup(self) -> None:
        """Stop answering."""
        await self._stop()
        await super().cleanup()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Let a turn ask for an answer, or answer it."""
        await super().process_frame(frame, direction)
        down = direction is FrameDirection.DOWNSTREAM
        if isinstance(frame, InterruptionFrame):
            await self._stop()
        if isinstance(frame, ModelHeardFrame):
            self._model_heard.set()
            return
        if down and isinstance(frame, UserStoppedSpeakingFrame):
            if self._conversation.gated:
                await self.push_frame(QuietTurnFrame())
                await self.push_frame(frame)
                # The caller goes on being heard, so nothing may wait for a tool here.
                self._model_heard.clear()
                self._answering = self.create_task(self._answer(), "answer")
                return
            for update in self._state.updates():
                await self.push_frame(update)
        elif down and isinstance(frame, LLMContextFrame) and self._conversation.has_more:
            # The statement that was just heard asked nothing, so nobody else goes on.
            await self._by_rule.answer(self.push_frame)
            return
        await self.push_frame(frame, direction)

    async def _answer(self) -> None:
        if self._conversation.heard_nothing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_TRANSCRIPT):
                    await self._model_heard.wait()
        await self._by_rule.answer(self.push_frame)

    async def _stop(self) -> None:
        answering, self._answering = self._answering, None
        if answering is not None:
            await self.cancel_task(answering)
