"""Tells a model where the call stands: appended to its context, so that what is cached stays."""

from collections.abc import Callable

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema

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
        self._offered = conversation.offered_tools

    def news(self) -> str | None:
        """Return where the call stands, in brackets; None when that was told already."""
        if not self._conversation.plan.checkpoints:
            return None
        summary = self._conversation.summary()
        if summary == self._told:
            return None
        self._told = summary
        return f"[{summary}]"

    def new_tools(self) -> ToolsSchema | None:
        """Return the tools that may be used now; None when they are the same as before."""
        offered = self._conversation.offered_tools
        if not self._conversation.plan.checkpoints or offered == self._offered:
            return None
        self._offered = offered
        return self._tools(offered)
