"""A model that writes is not heard by itself, whatever it sends."""

from types import SimpleNamespace
from typing import Any

from pipecat.frames.frames import (
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TextType,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.tests.utils import run_test

from processors.speech_guard import SpeechGuard


async def test_sound_of_a_model_that_writes_is_not_let_through() -> None:
    stand_in: Any = SimpleNamespace(guarded=False)
    sent = [
        LLMFullResponseStartFrame(),
        TTSStartedFrame(),
        TTSAudioRawFrame(bytes(960), 24000, 1),
        TTSTextFrame("Done.", TextType.WORD),
        TTSStoppedFrame(),
        LLMTextFrame("Done."),
        LLMFullResponseEndFrame(),
    ]
    down, _ = await run_test(SpeechGuard(stand_in, stand_in, stand_in), frames_to_send=sent)
    assert [type(frame) for frame in down] == [
        LLMFullResponseStartFrame,
        LLMTextFrame,
        LLMFullResponseEndFrame,
    ]
