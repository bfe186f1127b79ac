"""A realtime session that the rules of a call can guide: told things, kept quiet, overruled.

The provider keeps the conversation, so whatever the rules say or do in the model's place has to be
told to it, and what it said in vain has to be taken out.
"""

import json
from collections.abc import Callable
from typing import Any

from pipecat.frames.frames import Frame, FunctionCallInProgressFrame
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.openai.realtime import events

from callwright.services.realtime_answers import Answer
from callwright.services.realtime_items import items_of, said_last, text_item
from callwright.services.realtime_session import LastingSession
from processors.frames import (
    QuietTurnFrame,
    ReplyDroppedFrame,
    ReplyReleasedFrame,
    ReplyWholeFrame,
    TellModelFrame,
)


class GuidedSession(LastingSession):
    """Adds to the realtime service what a gate and a guard around it need.

    In: `TellModelFrame`s and `QuietTurnFrame`s from before it, `ReplyReleasedFrame`s and
    `ReplyDroppedFrame`s from behind it.
    Out: a `ReplyWholeFrame` when all words of a reply are written; none of the others.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._quiet = False
        self._guarded: Callable[[], bool] = lambda: False

    def know(self, context: LLMContext) -> None:
        """Take the context before anybody asks for an answer: the first words are another's."""
        self._context = context

    def heed(self, guarded: Callable[[], bool]) -> None:
        """Let no word count as heard while `guarded` says that answers are held behind it."""
        self._guarded = guarded

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Follow the rules; everything else as usual."""
        match frame:
            case TellModelFrame():
                await self._take_in(frame.role, frame.text)
            case QuietTurnFrame():
                self._quiet = True
            case ReplyReleasedFrame():
                self._shift(frame.held)
            case ReplyDroppedFrame():
                await self._take_back()
            case _:
                await super().process_frame(frame, direction)

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        """Tell the model of the calls that the rules make; their results follow as any other's."""
        if isinstance(frame, FunctionCallInProgressFrame):
            await self._tell_of_call(frame)
        await super().push_frame(frame, direction)

    async def _handle_user_stopped_speaking(self, frame: Frame) -> None:
        quiet, self._quiet = self._quiet, False
        await self._set_up_conversation()
        if not quiet:
            await super()._handle_user_stopped_speaking(frame)
            return
        self._turn.end()
        if self._is_turn_detection_disabled() and self._takes_in:
            await self.send_client_event(events.InputAudioBufferCommitEvent())

    async def _handle_evt_response_done(self, evt: Any) -> None:
        # What is done may be followed by another answer at once.
        await self.push_frame(ReplyWholeFrame())
        await super()._handle_evt_response_done(evt)

    def _answer(self, response_id: str) -> Answer:
        new = response_id not in self._answer_of
        answer = super()._answer(response_id)
        if new:
            answer.held = self._guarded()
        return answer

    async def _set_up_conversation(self) -> bool:
        """Send what the session has to know before its first turn; whether that was done now."""
        needed = self._llm_needs_conversation_setup and self._api_session_ready
        if not needed or self._context is None:
            return False
        for item in items_of(self._context.get_messages()):
            await self._tell(item)
        await self._send_session_update()
        self._llm_needs_conversation_setup = False
        return True

    async def _take_in(self, role: str, text: str) -> None:
        if not self._takes_in:
            return  # The context is told to the session once it is ready.
        now = await self._set_up_conversation()
        told = now and self._context is not None and said_last(self._context.get_messages()) == text
        if not told:
            await self._tell(text_item(role, text))

    async def _tell_of_call(self, frame: FunctionCallInProgressFrame) -> None:
        if frame.tool_call_id in self._open_function_calls or not self._api_session_ready:
            return
        await self._set_up_conversation()
        self._open_function_calls.add(frame.tool_call_id)
        item = events.ConversationItem(
            type="function_call",
            call_id=frame.tool_call_id,
            name=frame.function_name,
            arguments=json.dumps(frame.arguments),
        )
        await self._tell(item)

    def _shift(self, held: float) -> None:
        """The answer sounds later than it came."""
        for answer in self._answers:
            answer.held = False
            answer.plays = [(at, since + held) for at, since in answer.plays]
        self._playing_until += held
        self._more.set()

    async def _take_back(self) -> None:
        """Stop the answer under way, and take it out of the conversation."""
        items = [item for answer in self._answers for item in answer.items]
        items += [self._written.id] if self._written is not None else []
        self._written = None
        if self._responding is not None:
            await self.send_client_event(events.ResponseCancelEvent())
        await self._stop_speaking()
        self._current_audio_response = None
        for item in items:
            await self.send_client_event(events.ConversationItemDeleteEvent(item_id=item))
