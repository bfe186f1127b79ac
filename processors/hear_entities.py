"""Tells the rules of the call what the caller said, and puts on record what they made of it."""

from typing import Any

from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    TranscriptionFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from callwright.conversation.machine import Conversation
from processors.confidence import confidence_of
from processors.frames import EarsFrame, ModelHeardFrame
from processors.notes import notes
from processors.plain import plain_words


class HearEntities(FrameProcessor):
    """Stands where the caller's words pass before the user context; frames pass unchanged.

    In: final `TranscriptionFrame`s, from either side, or `EarsFrame`s; the frames that open and
    close a turn, and those that tell who begins to speak; a `ModelHeardFrame` where the ears have
    failed.
    Out: a `NoteFrame` for every fact and step that changed.

    Args:
        conversation: The rules of the call.
        late: Whether the words come once the turn is over, from a model that hears by itself.
    """

    def __init__(self, conversation: Conversation, *, late: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._conversation = conversation
        self._late = late
        self._in_turn = False
        self._model_heard: str | None = None
        self._bot_speaks = False
        self._spoken_since = True
        """Whether the caller has begun to speak since the bot last did."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Pass everything on; listen to what was said."""
        await super().process_frame(frame, direction)
        if isinstance(frame, ModelHeardFrame):
            if (words := plain_words(frame.text)) and words != self._model_heard:
                self._model_heard = None if self._in_turn else words
                self._open_turn()
                await self._hear_late(words, None)
        elif isinstance(frame, BotStartedSpeakingFrame):
            self._bot_speaks, self._spoken_since = True, False
            self._conversation.bot_begins()
        elif isinstance(frame, BotStoppedSpeakingFrame):
            self._bot_speaks = False
        elif isinstance(frame, VADUserStartedSpeakingFrame):
            self._spoken_since = True
        elif isinstance(frame, UserStartedSpeakingFrame):
            self._spoken_since = True
            self._model_heard = None
            self._open_turn()
        elif isinstance(frame, UserStoppedSpeakingFrame):
            self._in_turn = False
        elif isinstance(frame, TranscriptionFrame):
            self._open_turn()
            words, confidence = plain_words(frame.text), confidence_of(frame)
            await (self._hear_late if self._late else self._hear_now)(words, confidence)
        elif isinstance(frame, EarsFrame) and frame.settled and not self._is_known:
            self._open_turn()
            await self._hear_now(plain_words(frame.text), frame.confidence)
        await self.push_frame(frame, direction)

    @property
    def _is_known(self) -> bool:
        """Whether ears that are back tell, after the turn, what the model has told of it."""
        return self._model_heard is not None and not self._in_turn

    def _open_turn(self) -> None:
        # Words may come before the frame that opens the turn: whichever is first opens it.
        if not self._in_turn:
            self._in_turn = True
            self._conversation.turn_started()

    async def _hear_now(self, words: str, confidence: float | None) -> None:
        """Hear words of the turn that goes on.

        What was said before the bot began does not answer what it is saying. Behind that, a word
        may have been too short for the voice activity detection.
        """
        await self._hear(words, confidence, earlier=self._bot_speaks and not self._spoken_since)

    async def _hear_late(self, words: str, confidence: float | None) -> None:
        """Hear words of a turn that is over; the bot may have spoken since.

        A model's question is in the air once it has been heard, one of the rules' from the first.
        """
        in_the_air = self._conversation.gated or not self._bot_speaks
        await self._hear(words, confidence, earlier=in_the_air and not self._spoken_since)
        self._in_turn = False
        self._conversation.model_asked()

    async def _hear(self, words: str, confidence: float | None, *, earlier: bool) -> None:
        self._conversation.caller_said(words, confidence, earlier=earlier)
        for note in notes(self._conversation):
            await self.push_frame(note)
