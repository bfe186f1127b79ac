"""The first word of an utterance does not come before the end of the one before it."""

from collections.abc import AsyncGenerator

import pytest
from pipecat.frames.frames import Frame, LLMAssistantPushAggregationFrame, TTSTextFrame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService

from callwright.services.words_in_order import WordsInOrder


class Voice(WordsInOrder):
    """Says nothing."""

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Make no sound."""
        yield None


async def test_words_come_behind_the_end_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pushed: list[int | None] = []

    async def push(_: object, frame: Frame, direction: FrameDirection) -> None:
        pushed.append(frame.pts)

    monkeypatch.setattr(TTSService, "push_frame", push)
    voice = Voice(settings=TTSSettings(model=None, voice=None, language=None))
    for frame, pts in (
        (TTSTextFrame("please.", "word"), 1000),
        (LLMAssistantPushAggregationFrame(), 1001),
        (TTSTextFrame("I", "word"), 1000),
        (TTSTextFrame("will", "word"), 5000),
    ):
        frame.pts = pts
        await voice.push_frame(frame)
    assert pushed == [1000, 1001, 1002, 5000]
