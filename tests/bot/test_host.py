"""What the host reads off the parts of a pipeline."""

from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest
from pipecat.frames.frames import Frame
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TextAggregationMode, TTSService

from bot.host import _comes_in_tokens


class Voice(TTSService):
    Settings = TTSSettings

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        yield None


# Pipecat tells it by a property that is not public: without it nobody would notice.
@pytest.mark.parametrize("mode", TextAggregationMode)
def test_a_voice_that_is_given_every_token_is_known_as_one(mode: TextAggregationMode) -> None:
    voice = Voice(text_aggregation_mode=mode)
    parts: Any = SimpleNamespace(model=None, voice=voice)
    assert _comes_in_tokens(parts) == (mode is TextAggregationMode.TOKEN)
