"""The rule-driven dialogue engine as a Pipecat LLM service: decides by rule, answers in sentences.

Aggregators, tools, interruptions and metrics see an LLM like any other: text streams between the
frames that open and close a response, and tools run as function calls.
"""

import itertools
import re
from dataclasses import dataclass, fields
from typing import Any

from pipecat.frames.frames import (
    EndWorkerFrame,
    Frame,
    FunctionCallFromLLM,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
)
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService
from pipecat.services.settings import LLMSettings

from callwright.calls import events as ev
from callwright.conversation.machine import Conversation, Decision
from callwright.engines.dialogue import word
from processors.frames import NoteFrame


@dataclass
class EmbeddedLLMSettings(LLMSettings):
    """Settings of the dialogue engine: none of its own."""


class EmbeddedLLMService(LLMService[Any]):
    """Answers from the agent's declaration, by rule.

    Args:
        conversation: The rules of the call; it decides, this service puts it into words.
        settings: None needed.
    """

    Settings = EmbeddedLLMSettings

    def __init__(
        self,
        *,
        conversation: Conversation,
        settings: EmbeddedLLMSettings | None = None,
        **kwargs: Any,
    ) -> None:
        # Rules have no temperature: every field is unsupported, which Pipecat wants said.
        unsupported: dict[str, Any] = {item.name: None for item in fields(LLMSettings)}
        unsupported["extra"] = {}
        chosen = EmbeddedLLMSettings(**unsupported)
        if settings is not None:
            chosen.apply_update(settings)
        super().__init__(settings=chosen, **kwargs)
        self._conversation = conversation
        self._call_numbers = itertools.count(1)

    def can_generate_metrics(self) -> bool:
        """TTFB and processing time are reported like any model's."""
        return True

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """A context asks for an answer; everything else passes."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        await self.start_processing_metrics()
        await self.start_ttfb_metrics()
        decision = self._conversation.decide()
        try:
            await self._answer(decision, frame.context)
        finally:
            await self.stop_processing_metrics()
            await self.push_frame(LLMFullResponseEndFrame())
        if decision.ends:
            await self.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)

    async def _answer(self, decision: Decision, context: LLMContext) -> None:
        await self.push_frame(
            NoteFrame(
                ev.Decided(kind=decision.kind, reason=decision.reason, entity=decision.entity)
            )
        )
        text = word(decision, self._conversation.plan, self._conversation)
        # Whole words with their spaces, as a model's tokens come.
        for piece in re.findall(r"\S+\s*", text):
            await self.stop_ttfb_metrics()
            await self.push_frame(LLMTextFrame(piece))
        await self.stop_ttfb_metrics()
        if decision.tool:
            call = FunctionCallFromLLM(
                function_name=decision.tool,
                tool_call_id=f"call-{next(self._call_numbers)}",
                arguments=dict(decision.arguments),
                context=context,
            )
            await self.run_function_calls([call])
