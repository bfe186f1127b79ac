"""Tells a model where the call stands: appended to its context, so that what is cached stays."""

from collections.abc import Callable
from typing import Any

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.processors.aggregators.llm_context import LLMContext

from callwright.conversation.machine import Conversation


class StateMessage:
    """The validated facts and the steps, as a message of its own whenever they have changed.

    Args:
        conversation: The rules of the call.
        tools: Makes the tools that may be used now, by their names.
    """

    def __init__(
        self, conversation: Conversation, tools: Callable[[tuple[str, ...]], ToolsSchema]
    ) -> None:
        self._conversation = conversation
        self._tools = tools
        self._told = ""
        self._offered: tuple[str, ...] | None = None

    def bring_up_to_date(self, context: LLMContext) -> None:
        """Append what has changed since the model was asked last."""
        if not self._conversation.plan.checkpoints:
            return
        summary = self._conversation.summary()
        if summary != self._told:
            self._told = summary
            message: Any = {"role": "developer", "content": f"[{summary}]"}
            context.add_message(message)
        offered = self._conversation.offered_tools
        if offered != self._offered:
            self._offered = offered
            context.set_tools(self._tools(offered))
