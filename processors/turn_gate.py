"""Keeps a model that hears the caller itself from answering while a gated step is open."""

import asyncio
import contextlib
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMContextFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection

from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.frames import ModelHeardFrame, QuietTurnFrame
from processors.keeper import Keeper
from processors.state_message import StateMessage

# Where the ears heard nothing, the model's own transcript has so long to come, seconds: whoever
# spoke is to be heard before the rules answer. Later, and the watch over silence would be first.
LONGEST_TRANSCRIPT = 1.5


class TurnGate(Keeper):
    """Stands between the caller's turns and a model that hears the caller itself.

    In: `UserStoppedSpeakingFrame`s, which ask the model for an answer.
    Out: the same, and what the model has to know before each; or a `QuietTurnFrame` before it and
    the rules' own answer behind it; everything else unchanged. Words of the model's, a
    `ModelHeardFrame`, end here: they are what the rules answer where the ears have failed, at once
    if they come after the turn was answered without them.

    Args as of any keeper.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._answering: asyncio.Task[None] | None = None
        self._model_heard = asyncio.Event()
        self._in_turn = False

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
            if self._conversation.gated and not self._in_turn and self._idle:
                # It came after the answer to its turn, or after another piece of it.
                self._answering = self.create_task(self._answer_late(), "answer")
            return
        if down and isinstance(frame, UserStartedSpeakingFrame):
            self._in_turn = True
        if down and isinstance(frame, UserStoppedSpeakingFrame):
            self._in_turn = False
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

    @property
    def _idle(self) -> bool:
        return self._answering is None or self._answering.done()

    async def _answer_late(self) -> None:
        if not self._conversation.heard_nothing:
            await self._by_rule.answer(self.push_frame)

    async def _answer(self) -> None:
        if self._conversation.heard_nothing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_TRANSCRIPT):
                    await self._model_heard.wait()
        if self._conversation.awaits_caller:
            # Somebody made a sound; without a word to it there is nothing to answer.
            await self._by_rule.misheard(self.push_frame)
        else:
            await self._by_rule.answer(self.push_frame)

    async def _stop(self) -> None:
        answering, self._answering = self._answering, None
        if answering is not None:
            await self.cancel_task(answering)
