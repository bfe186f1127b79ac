"""Voices whose words stay with the utterance they belong to."""

from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMAssistantPushAggregationFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.tts_service import TTSService


class WordsInOrder(TTSService):
    """A voice that keeps the end of one utterance before the first word of the next.

    The next utterance is timed from the beginning of the last word so far. Its first word, at its
    very beginning, would come before the end of the one that is still being spoken, and be told as
    a part of it.
    """

    _ended = 0

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        """Push a frame; words behind the end of an utterance are timed behind it."""
        if isinstance(frame, LLMAssistantPushAggregationFrame):
            self._ended = frame.pts or self._ended
        elif isinstance(frame, InterruptionFrame):
            # The end that was foreseen will not come, and what is said next comes before it.
            self._ended = 0
        elif isinstance(frame, TTSTextFrame) and frame.pts and frame.pts <= self._ended:
            frame.pts = self._ended + 1
        await super().push_frame(frame, direction)
