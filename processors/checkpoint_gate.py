"""Keeps a model from being asked while a gated step is open; the rules answer in its place."""

from typing import Any

from pipecat.frames.frames import (
    EagerEndOfTurnCancelFrame,
    Frame,
    LLMContextFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection

from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.keeper import Keeper
from processors.state_message import StateMessage


class CheckpointGate(Keeper):
    """Stands between the caller's turns and a model that is handed words.

    In: `LLMContextFrame`s, each a turn that wants an answer.
    Out: the same, with the state of the call in the context, or the rules' own answer instead;
    everything else unchanged.

    Args as of any keeper.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._early: LLMContextFrame | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Pass a turn on to the model, or answer it."""
        await super().process_frame(frame, direction)
        if direction is FrameDirection.DOWNSTREAM:
            match frame:
                case LLMContextFrame(speculation=True):
                    if self._conversation.gated:
                        self._early = frame
                        return
                    self._state.update_copy(frame.context)
                case LLMContextFrame(speculation=False):
                    self._early = None
                    if self._conversation.gated:
                        await self._by_rule.answer(self.push_frame)
                        return
                    self._state.update_copy(frame.context)
                    self._state.update_context()
                case EagerEndOfTurnCancelFrame():
                    self._early = None
                case UserStoppedSpeakingFrame() if self._early is not None:
                    # The turn is over as was foretold, and nobody will ask again.
                    early, self._early = self._early, None
                    await self.push_frame(frame)
                    await self.queue_frame(LLMContextFrame(early.context))
                    return
                case _:
                    pass
        await self.push_frame(frame, direction)
