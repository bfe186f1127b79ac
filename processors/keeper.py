"""What the processors that keep an agent's steps around a model have in common."""

from typing import Any

from pipecat.processors.frame_processor import FrameProcessor

from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.state_message import StateMessage


class Keeper(FrameProcessor):
    """Stands before a model or behind it.

    Args:
        conversation: The rules of the call.
        by_rule: Answers in the model's place.
        state: Says what the model has to know.
    """

    def __init__(
        self, conversation: Conversation, by_rule: ByRule, state: StateMessage, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._conversation = conversation
        self._by_rule = by_rule
        self._state = state
