"""Keeps a model that hears the caller itself from answering while a gated step is open."""

import asyncio
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
from processors.frames import QuietTurnFrame
from processors.keeper import Keeper
from processors.state_message import StateMessage


class TurnGate(Keeper):
    """Stands between the caller's turns and a model that hears the caller itself.

    In: `UserStoppedSpeakingFrame`s, which ask the model for an answer.
    Out: the same, and what the model has to know before each; or a `QuietTurnFrame` before it and
    the rules' own answer behind it; everything else unchanged.

    Args as of any keeper.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._answering: asyncio.Task[None] | None = None

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
        if down and isinstance(frame, UserStoppedSpeakingFrame):
            if self._conversation.gated:
                await self.push_frame(QuietTurnFrame())
                await self.push_frame(frame)
                # The caller goes on being heard, so nothing may wait for a tool here.
                answer = self._by_rule.answer(self.push_frame)
                self._answering = self.create_task(answer, "answer")
                return
            for update in self._state.updates():
                await self.push_frame(update)
        elif down and isinstance(frame, LLMContextFrame) and self._conversation.has_more:
            # The statement that was just heard asked nothing, so nobody else goes on.
            await self._by_rule.answer(self.push_frame)
            return
        await self.push_frame(frame, direction)

    async def _stop(self) -> None:
        answering, self._answering = self._answering, None
        if answering is not None:
            await self.cancel_task(answering)
