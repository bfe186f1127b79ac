"""Tells the rules of the call what the caller said, and puts on record what they made of it."""

from typing import Any

from pipecat.frames.frames import (
    Frame,
    TranscriptionFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
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
    close a turn; a `ModelHeardFrame` where the ears have failed.
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
        self._model_heard = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Pass everything on; listen to what was said."""
        await super().process_frame(frame, direction)
        if isinstance(frame, ModelHeardFrame):
            self._model_heard = not self._in_turn
            self._open_turn()
            await self._hear(frame.text, None)
            self._in_turn = False
            self._conversation.model_asked()
        elif isinstance(frame, UserStartedSpeakingFrame):
            self._model_heard = False
            self._open_turn()
        elif isinstance(frame, UserStoppedSpeakingFrame):
            self._in_turn = False
        elif isinstance(frame, TranscriptionFrame):
            self._open_turn()
            await self._hear(frame.text, confidence_of(frame))
            if self._late:
                self._in_turn = False
                self._conversation.model_asked()
        elif isinstance(frame, EarsFrame) and frame.settled and not self._is_known:
            self._open_turn()
            await self._hear(frame.text, frame.confidence)
        await self.push_frame(frame, direction)

    @property
    def _is_known(self) -> bool:
        """Whether ears that are back tell, after the turn, what the model has told of it."""
        return self._model_heard and not self._in_turn

    def _open_turn(self) -> None:
        # Words may come before the frame that opens the turn: whichever is first opens it.
        if not self._in_turn:
            self._in_turn = True
            self._conversation.turn_started()

    async def _hear(self, words: str, confidence: float | None) -> None:
        self._conversation.caller_said(plain_words(words), confidence)
        for note in notes(self._conversation):
            await self.push_frame(note)
