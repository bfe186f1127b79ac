"""How sure recognition was is read wherever a provider says it, and leads to a question."""

import math
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pipecat.frames.frames import TranscriptionFrame
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService
from pipecat.services.deepgram.stt import DeepgramSTTService

from bot.plan import plan_of
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from callwright.emulators.deepgram import Deepgram
from callwright.emulators.listeners import ScriptedListener, Utterance
from callwright.emulators.standin import Scene, serving
from processors.confidence import confidence_of
from tests.emulators.hearing import chunks, frames_of, heard_frames, recording


def sure(result: Any) -> float | None:
    return confidence_of(TranscriptionFrame("anna bell", "", "", result=result))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (SimpleNamespace(confidence=0.7), 0.7),
        ({"channel": {"alternatives": [{"confidence": 0.6}]}}, 0.6),
        ({"words": [{"confidence": 0.5}, {"confidence": 0.7}], "end_of_turn_confidence": 0.9}, 0.6),
        ({"logprobs": [{"logprob": math.log(0.5)}, {"logprob": math.log(0.5)}]}, 0.5),
        ({"words": [{"confidence": 0.5}, {}]}, None),
        ({"words": []}, None),
        ({"end_of_turn_confidence": 0.9}, None),
        ({"logprobs": [{"logprob": 3.0}]}, None),
        ({"confidence": 12}, None),
        ({"confidence": True}, None),
        (None, None),
        ("sure", None),
    ],
)
def test_every_shape_is_read_and_nothing_else(result: Any, expected: float | None) -> None:
    found = sure(result)
    assert found == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("flux", [False, True])
async def test_deepgram_says_how_sure_it_was(flux: bool) -> None:
    samples, turns = recording()
    heard = [Utterance("my name is anna bell", 0.31)]
    scene = Scene(listen=lambda: ScriptedListener(heard), final_after=0.0)
    async with serving(Deepgram(scene), "127.0.0.1") as port:
        at = f"ws://127.0.0.1:{port}"
        service = (
            DeepgramFluxSTTService(api_key="k", url=f"{at}/v2/listen")
            if flux
            else DeepgramSTTService(api_key="k", base_url=at)
        )
        first = round(16000 * (turns[0].end + 1.0))
        queued = heard_frames(samples[:first], turns[:1])
        assert len(queued) > len(chunks(samples[:first]))
        seen = await frames_of([service], queued, linger=0.3)
    final = [frame for frame in seen if isinstance(frame, TranscriptionFrame) and frame.text]
    assert [confidence_of(frame) for frame in final] == [pytest.approx(0.31)]


def test_words_nobody_is_sure_of_are_asked_about() -> None:
    conversation = Conversation(plan_of(load("reception").agent), date(2026, 11, 20))
    conversation.greeting()
    conversation.turn_started()
    conversation.caller_said("i have a question about my bill", 0.95)
    conversation.decide()
    conversation.turn_started()
    conversation.caller_said("my name is anna bell", 0.31)
    decision = conversation.decide()
    assert (decision.kind, decision.entity) == ("read_back", "full_name")
