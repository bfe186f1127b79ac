"""The first word of an utterance does not come before the end of the one before it."""

from collections.abc import AsyncGenerator

import pytest
from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    LLMAssistantPushAggregationFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService

from callwright.services.words_in_order import WordsInOrder


class Voice(WordsInOrder):
    """Says nothing."""

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Make no sound."""
        yield None


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    times: list[int | None] = []

    async def push(_: object, frame: Frame, direction: FrameDirection) -> None:
        times.append(frame.pts)

    monkeypatch.setattr(TTSService, "push_frame", push)
    return times


async def speak(*frames: tuple[Frame, int]) -> None:
    voice = Voice(settings=TTSSettings(model=None, voice=None, language=None))
    for frame, pts in frames:
        frame.pts = pts
        await voice.push_frame(frame)


async def test_words_come_behind_the_end_before_them(pushed: list[int | None]) -> None:
    await speak(
        (TTSTextFrame("please.", "word"), 1000),
        (LLMAssistantPushAggregationFrame(), 1001),
        (TTSTextFrame("I", "word"), 1000),
        (TTSTextFrame("will", "word"), 5000),
    )
    assert pushed == [1000, 1001, 1002, 5000]


async def test_an_utterance_that_was_broken_off_holds_nothing_up(pushed: list[int | None]) -> None:
    await speak(
        (TTSTextFrame("Thank", "word"), 1000),
        (LLMAssistantPushAggregationFrame(), 9000),
        (InterruptionFrame(), 0),
        (TTSTextFrame("Take", "word"), 2000),
        (TTSTextFrame("your", "word"), 2500),
    )
    assert pushed == [1000, 9000, 0, 2000, 2500]
