"""Deepgram's word that no more words are coming reaches the turn, and counts for that turn only."""

from typing import Any

import pytest
from deepgram.listen.v1.types.listen_v1results import ListenV1Results
from pipecat.frames.frames import Frame, TranscriptionFrame

from callwright.services.deepgram_stt import SettlingDeepgramSTTService
from processors.frames import WordsSettledFrame


def results(text: str, *, from_finalize: bool) -> Any:
    alternative = {"transcript": text, "confidence": 0.9, "words": []}
    return ListenV1Results.model_construct(
        is_final=True, from_finalize=from_finalize, channel={"alternatives": [alternative]}
    )


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> tuple[SettlingDeepgramSTTService, list[Frame]]:
    service = SettlingDeepgramSTTService(api_key="k")
    pushed: list[Frame] = []

    async def take(_self: Any, frame: Frame, *_: Any) -> None:
        pushed.append(frame)

    async def nothing(*_: Any) -> None:
        pass

    monkeypatch.setattr("pipecat.services.ai_service.AIService.push_frame", take)
    for name in ("emit_stt_usage_metrics", "stop_ttfb_metrics", "_cancel_ttfb_timeout"):
        monkeypatch.setattr(service, name, nothing)
    return service, pushed


async def test_an_empty_answer_settles_the_words_before_it_and_not_the_next(heard) -> None:
    service, pushed = heard
    await service._on_message(results("my name is", from_finalize=False))
    service.request_finalize()
    await service._on_message(results("", from_finalize=True))
    await service._on_message(results("anna bell", from_finalize=False))
    first, settled, second = pushed
    assert isinstance(settled, WordsSettledFrame)
    assert isinstance(first, TranscriptionFrame)
    assert isinstance(second, TranscriptionFrame)
    assert not second.finalized


async def test_an_answer_with_words_settles_itself(heard) -> None:
    service, pushed = heard
    service.request_finalize()
    await service._on_message(results("yes", from_finalize=True))
    (words,) = pushed
    assert isinstance(words, TranscriptionFrame)
    assert words.finalized
