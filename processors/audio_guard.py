"""Holds the sound of a model that speaks by itself, while a step is open, until it is in words."""

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
from processors.frames import NoteFrame, ReplyDroppedFrame, ReplyReleasedFrame, ReplyWholeFrame
from processors.keeper import Keeper
from processors.own_words import OwnWords
from processors.reply_text import reply_text
from processors.state_message import StateMessage

NANOSECOND = 1_000_000_000

_REPLY = (
    LLMFullResponseStartFrame,
    LLMFullResponseEndFrame,
    LLMTextFrame,
    AggregatedTextFrame,
    TTSStartedFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
    TTSStoppedFrame,
)


class AudioGuard(Keeper):
    """Stands behind a model that speaks by itself.

    In: a reply as text, sound and words between the frames that open and close it, and a
    `ReplyWholeFrame` as soon as all of its words are written.
    Out: the same, at once where no step is open; once its words are known to take the step, with
    the time it was held told upstream; or the rules' own words instead.

    Args:
        conversation: The rules of the call.
        by_rule: Answers in the model's place.
        state: Says what the model has to know before it goes on after a tool.
        own_words: What the rules have asked the model to say; None where another voice says it.
    """

    def __init__(
        self,
        conversation: Conversation,
        by_rule: ByRule,
        state: StateMessage,
        own_words: OwnWords | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(conversation, by_rule, state, **kwargs)
        self._own_words = own_words
        self._held: list[Frame] = []
        self._holds = self._drops = self._calls = False
        self._sound_since: int | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Hold, release or replace."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._held, self._holds, self._drops = [], False, False
        elif direction is FrameDirection.DOWNSTREAM:
            if isinstance(frame, ReplyWholeFrame):
                await self._decide()
                return
            if isinstance(frame, LLMFullResponseStartFrame):
                await self._begin()
            if isinstance(frame, FunctionCallsStartedFrame):
                self._calls = True
            if isinstance(frame, _REPLY) and (self._holds or self._drops):
                await self._keep(frame)
                return
        elif isinstance(frame, LLMContextFrame):
            for update in self._state.updates():
                await self.push_frame(update, FrameDirection.UPSTREAM)
        await self.push_frame(frame, direction)

    async def _begin(self) -> None:
        if self._holds:
            if all(isinstance(frame, LLMFullResponseStartFrame) for frame in self._held):
                return  # A reply that was asked for is announced again when it begins.
            await self._decide()
        self._drops = self._calls = False
        self._holds, self._sound_since = self._conversation.guarded, None

    async def _keep(self, frame: Frame) -> None:
        if self._drops:
            return
        self._held.append(frame)
        if isinstance(frame, TTSAudioRawFrame) and self._sound_since is None:
            self._sound_since = self.get_clock().get_time()
        if isinstance(frame, LLMFullResponseEndFrame):
            await self._decide()

    async def _decide(self) -> None:
        """All words are known: let them be heard, or not."""
        held, self._held = self._held, []
        if not self._holds:
            # Whoever sent it may have waited for this.
            if not self._drops:
                await self.push_frame(ReplyReleasedFrame(0.0), FrameDirection.UPSTREAM)
            return
        self._holds = False
        words = reply_text(held).strip()
        now = self.get_clock().get_time()
        late = 0 if self._sound_since is None else now - self._sound_since
        # A model that calls a tool may say nothing; it is asked again.
        asked = self._own_words is not None and self._own_words.cover(words)
        trusted = asked or (self._calls and not words)
        skips = "" if trusted else self._conversation.reply_skips(words)
        if skips:
            self._drops = True
            seconds = late / NANOSECOND
            note = ev.ReplyReplaced(text=words, reason=skips, held=seconds)
            await self.push_frame(NoteFrame(note))
            await self.push_frame(ReplyDroppedFrame(), FrameDirection.UPSTREAM)
            if not self._conversation.answered:
                await self._by_rule.answer(self.push_frame)
            return
        if words:
            await self.push_frame(NoteFrame(ev.ReplyHeld(held=late / NANOSECOND)))
        await self.push_frame(ReplyReleasedFrame(late / NANOSECOND), FrameDirection.UPSTREAM)
        for frame in held:
            if frame.pts is not None:
                frame.pts += late
            await self.push_frame(frame)
