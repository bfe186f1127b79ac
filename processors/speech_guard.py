"""Holds a model's reply while a step is open, until it is known to take the step."""

from typing import Any

from pipecat.frames.frames import (
    AggregatedTextFrame,
    Frame,
    FunctionCallsStartedFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection

from callwright.calls import events as ev
from callwright.conversation.machine import Conversation
from processors.by_rule import ByRule
from processors.frames import NoteFrame, ReplyDroppedFrame, ReplyWholeFrame
from processors.keeper import Keeper
from processors.reply_text import reply_text
from processors.state_message import StateMessage

# Models that stand in for each other pass their text on in whole sentences.
_WORDS = LLMTextFrame | AggregatedTextFrame
_SOUND = TTSStartedFrame | TTSAudioRawFrame | TTSTextFrame | TTSStoppedFrame


class SpeechGuard(Keeper):
    """Stands between a model that writes and the voice.

    In: a model's reply as `LLMTextFrame`s, or `AggregatedTextFrame`s, between the frames that open
    and close it.
    Out: the same, at once where no step is open; the whole reply once its words take the step; or
    the rules' own words in its place, before a sample of it was made. A reply without words that
    calls no tool skips the step too. Sound is not let through: a model that writes has no voice.

    Args:
        conversation: The rules of the call.
        by_rule: Answers in the model's place.
        state: Says what the model has to know before it goes on after a tool.
        hears: Whether the model hears the caller, and so keeps the conversation itself.
    """

    def __init__(
        self,
        conversation: Conversation,
        by_rule: ByRule,
        state: StateMessage,
        *,
        hears: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._hears = hears
        self._held: list[Frame] = []
        self._holds = self._calls = False
        self._since = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Hold, release or replace."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._held, self._holds = [], False
        elif direction is FrameDirection.DOWNSTREAM:
            if isinstance(frame, ReplyWholeFrame | _SOUND):
                return
            if isinstance(frame, LLMFullResponseStartFrame) and self._conversation.guarded:
                self._holds, self._since = True, self.get_clock().get_time()
                self._calls = False
            # A tool is called before the reply that holds it is over.
            self._calls |= isinstance(frame, FunctionCallsStartedFrame)
            if self._holds and isinstance(
                frame, LLMFullResponseStartFrame | _WORDS | LLMFullResponseEndFrame
            ):
                self._held.append(frame)
                if isinstance(frame, LLMFullResponseEndFrame):
                    await self._decide()
                return
        elif isinstance(frame, LLMContextFrame):
            await self._bring_up_to_date()
        await self.push_frame(frame, direction)

    async def _bring_up_to_date(self) -> None:
        if not self._hears:
            self._state.update_context()
            return
        for update in self._state.updates():
            await self.push_frame(update, FrameDirection.UPSTREAM)

    async def _decide(self) -> None:
        held, self._held, self._holds = self._held, [], False
        words = reply_text(held)
        skips = self._conversation.reply_skips(words) if words.strip() or not self._calls else ""
        seconds = (self.get_clock().get_time() - self._since) / 1e9
        if skips:
            await self.push_frame(
                NoteFrame(ev.ReplyReplaced(text=words, reason=skips, held=seconds))
            )
            await self.push_frame(ReplyDroppedFrame(), FrameDirection.UPSTREAM)
            await self.push_frame(held[0])
            await self.push_frame(held[-1])
            if not self._conversation.answered:
                await self._by_rule.answer(self.push_frame)
            return
        if words.strip():
            await self.push_frame(NoteFrame(ev.ReplyHeld(held=seconds)))
        for frame in held:
            await self.push_frame(frame)
