"""Keeps a model from being asked while a gated step is open; the rules answer in its place."""

from typing import Any

from pipecat.frames.frames import Frame, LLMContextFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.state_message import StateMessage


class CheckpointGate(FrameProcessor):
    """Stands between the caller's turns and the model.

    In: `LLMContextFrame`s, each a turn that wants an answer.
    Out: the same, with the state of the call in the context, or the rules' own answer instead;
    everything else unchanged.

    Args:
        conversation: The rules of the call.
        by_rule: Answers in the model's place.
        state: Keeps the model's context up to date.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._conversation = conversation
        self._by_rule = by_rule
        self._state = state

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Pass a turn on to the model, or answer it."""
        await super().process_frame(frame, direction)
        if isinstance(frame, LLMContextFrame) and direction is FrameDirection.DOWNSTREAM:
            if self._conversation.gated:
                if not frame.speculation:
                    await self._by_rule.answer(self.push_frame)
                return
            self._state.bring_up_to_date(frame.context)
        await self.push_frame(frame, direction)
