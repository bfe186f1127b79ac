"""Models that hear and speak by themselves and stand in for each other.

A realtime session cannot be taken over: the next model is told the conversation in writing, the
caller's last words as the ears or the failing model wrote them down. What was heard of a broken
answer in speech is dropped, and the answer given anew from its beginning; an answer in writing goes
on a sentence at a time, as every model's does. A session that broke is not tried again in the call.
"""

from typing import Any

from pipecat.frames.frames import (
    Frame,
    FunctionCallsStartedFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMSetToolsFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
    TTSTextFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.llm_service import LLMService
from pipecat.utils.time import time_now_iso8601

from callwright.services.failover import AbandonFrame, is_connected
from callwright.services.failover_llm import LLMFailover
from callwright.services.said_already import alike
from processors.frames import EarsFrame, QuietTurnFrame

_NOT_HEARD = (
    "The caller has spoken, but the line to you was lost. Say that you did not hear the last "
    "words, and ask for them again."
)


class S2SFailover(LLMFailover):
    """Switches between speech-to-speech models.

    Args:
        services: In order of preference.
        names: What the stack calls them.
        within: Seconds until an answer begins; between two pieces of it as for any model.
    """

    ROLE = "s2s"

    def __init__(
        self, services: list[FrameProcessor], names: list[str], within: float | None = None
    ) -> None:
        super().__init__(services, names, within)
        self._context: LLMContext | None = None
        self._handed: LLMContext | None = None
        self._informed: set[FrameProcessor] = set()
        self._spoken = False
        self._sounded = False
        self._quiet = False
        self._heard_by_ears: list[str] = []
        self._heard_by_model: list[str] = []

    def know(self, context: LLMContext) -> None:
        """Take the context before anybody asks for an answer: the first words are another's."""
        self._context = context
        self._informed.add(self.strategy.active_service)

    # --- in ---------------------------------------------------------------------------------------

    async def _entering(self, frame: Frame, direction: FrameDirection) -> bool:
        match frame:
            case LLMContextFrame():
                return await self._told(frame, direction)
            case InterruptionFrame():
                self._forget()
            case UserStartedSpeakingFrame():
                self._heard_by_ears, self._heard_by_model = [], []
            case EarsFrame() if frame.settled:
                self._heard_by_ears.append(frame.text)
            case LLMSetToolsFrame() if self._handed is not None:
                # A session sends the tools of the context that it has been handed.
                self._handed.set_tools(frame.tools)
            case QuietTurnFrame():
                self._quiet = True
            case UserStoppedSpeakingFrame() if self._quiet:
                # The rules answer this turn.
                self._quiet = False
            case UserStoppedSpeakingFrame() if self._context is not None:
                return await self._turn_ended(frame, self._context)
            case _:
                pass
        return True

    async def _told(self, frame: LLMContextFrame, direction: FrameDirection) -> bool:
        """The context: to be answered when it is the first one, or comes back from downstream."""
        asks = direction is FrameDirection.UPSTREAM or self._context is None
        self._context = frame.context
        if not asks:
            # To a model that knows nothing yet, what is only an update would be a question.
            return self.strategy.active_service in self._informed
        await self._ask(frame)
        active = self.strategy.active_service
        if active in self._informed or direction is FrameDirection.DOWNSTREAM:
            self._informed.add(active)
            return True
        await self._replay(active)
        return False

    async def _turn_ended(self, frame: UserStoppedSpeakingFrame, context: LLMContext) -> bool:
        await self._ask(LLMContextFrame(context))
        self._spoken = True
        active = self.strategy.active_service
        connected = is_connected(active)
        if connected and active in self._informed:
            return True
        await self._pass_on(frame)
        if connected:
            await self._replay(active)
        else:
            await self._fail("the connection is gone")
        return False

    async def _ask(self, frame: LLMContextFrame) -> None:
        self._forget()
        await self._begin()
        self._asked = frame
        self._due("no answer")

    # --- out --------------------------------------------------------------------------------------

    async def _leaving(self, frame: Frame, direction: FrameDirection) -> bool:
        if isinstance(frame, TranscriptionFrame) and direction is FrameDirection.UPSTREAM:
            self._heard_by_model.append(frame.text)
        if self._asked is None or direction is not FrameDirection.DOWNSTREAM:
            return True
        match frame:
            case TTSAudioRawFrame() | TTSTextFrame():
                self._sounded = True
                self._go_on()
                return True
            case LLMTextFrame() if frame.append_to_context is False:
                return True  # what is being spoken, for clients to show
            case LLMFullResponseEndFrame() if self._sounded:
                await self._answered()
                return True
            case LLMFullResponseEndFrame() if not self._opened:
                return True  # of an answer that was interrupted
            case FunctionCallsStartedFrame():
                await self._answered()
                return True
            case _:
                return await super()._leaving(frame, direction)

    # --- switching --------------------------------------------------------------------------------

    async def _error_before_start(self, service: FrameProcessor, error: Any) -> None:
        if not self._started:
            self._hopeless.add(service)
        await super()._error_before_start(service, error)

    async def _fail(self, reason: str) -> None:
        self._hopeless.add(self.strategy.active_service)
        await super()._fail(reason)

    async def _abandon(self, service: FrameProcessor) -> None:
        """Its session goes on by itself: a tool that it calls late must not run."""
        await super()._abandon(service)
        tools = self._context.tools if self._context is not None else None
        for tool in getattr(tools, "standard_tools", []):
            if isinstance(service, LLMService) and service.has_function(tool.name):
                service.unregister_function(tool.name)

    async def _replay(self, service: FrameProcessor) -> None:
        if self._asked is None:
            return
        if self._sounded:
            await self._pass_on(AbandonFrame())
            self._sounded = self._opened = False
        self._informed.add(service)
        self._handed = await self._whole(self._asked.context)
        self._asked = LLMContextFrame(self._handed)
        await super()._replay(service)

    async def _whole(self, context: LLMContext) -> LLMContext:
        """The conversation, with the words of a turn that are not in it yet: then, a copy."""
        if not self._spoken:
            return context
        messages: list[Any] = list(context.get_messages())
        words = " ".join(self._heard_by_model or self._heard_by_ears)
        if not words:
            messages.append({"role": "developer", "content": _NOT_HEARD})
        elif not _ends_with(messages, words):
            messages.append({"role": "user", "content": words})
            if not self._heard_by_model:
                written = TranscriptionFrame(words, "", time_now_iso8601())
                await self.push_frame(written, FrameDirection.UPSTREAM)
        return LLMContext(messages, tools=context.tools, tool_choice=context.tool_choice)

    async def _give_up(self) -> None:
        sounded = self._sounded
        await super()._give_up()
        if sounded:
            await self._pass_on(TTSStoppedFrame())

    def _forget(self) -> None:
        super()._forget()
        self._spoken = self._sounded = False


def _ends_with(messages: list[Any], words: str) -> bool:
    """Whether these are the caller's last words in a conversation."""
    said = [one for one in messages if isinstance(one, dict) and one.get("role") == "user"]
    return bool(said) and alike(str(said[-1].get("content")), words)
