"""Tells a model where the call stands: appended to its context, so that what is cached stays."""

from collections.abc import Callable
from typing import Any

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import Frame
from pipecat.processors.aggregators.llm_context import LLMContext

from callwright.conversation.machine import Conversation
from processors.frames import OfferToolsFrame, TellModelFrame


class StateMessage:
    """The validated facts and the steps, as a message of its own whenever they have changed.

    Args:
        conversation: The rules of the call.
        context: The model's; its tools are those that may be used.
        tools: Makes the tools that may be used now, by their names.
    """

    def __init__(
        self,
        conversation: Conversation,
        context: LLMContext,
        tools: Callable[[tuple[str, ...]], ToolsSchema],
    ) -> None:
        self._conversation = conversation
        self._context = context
        self._tools = tools
        self._told = ""
        self._offered = conversation.offered_tools

    def update_context(self) -> None:
        """Bring the context up to date, for a model that is handed it."""
        if (summary := self._news()) is not None:
            message: Any = {"role": "developer", "content": summary}
            self._context.add_message(message)
        self._new_tools()

    def update_copy(self, context: LLMContext) -> None:
        """Bring a copy up to date that a model is handed before the turn is over.

        The context itself is told of it in its own time: the copy may come to nothing.
        """
        if context is self._context or not self._conversation.plan.checkpoints:
            return
        if (summary := self._conversation.summary()) != self._told:
            message: Any = {"role": "developer", "content": f"[{summary}]"}
            context.add_message(message)
        if (offered := self._conversation.offered_tools) != self._offered:
            context.set_tools(self._tools(offered))

    def updates(self) -> list[Frame]:
        """Return what a model has to be told that keeps the conversation itself."""
        frames: list[Frame] = []
        if (summary := self._news()) is not None:
            frames.append(TellModelFrame("system", summary))
        if (tools := self._new_tools()) is not None:
            frames.append(OfferToolsFrame(tools))
        return frames

    def _news(self) -> str | None:
        if not self._conversation.plan.checkpoints:
            return None
        summary = self._conversation.summary()
        if summary == self._told:
            return None
        self._told = summary
        return f"[{summary}]"

    def _new_tools(self) -> ToolsSchema | None:
        offered = self._conversation.offered_tools
        if not self._conversation.plan.checkpoints or offered == self._offered:
            return None
        self._offered = offered
        tools = self._tools(offered)
        self._context.set_tools(tools)
        return tools
