"""From a stack file to processors: order, classes, settings, keys, and what goes wrong."""

from datetime import date
from pathlib import Path

import pytest
from pipecat.services.cartesia.tts import CartesiaTTSService

from bot.assemble import Assembled, assemble
from callwright.declarations.errors import InputError
from callwright.declarations.load import load
from callwright.lab.caller import ReactiveCaller
from callwright.lab.recording import CallerTurn, Recording
from callwright.lines.recorded import recorded_line
from callwright.services.embedded_llm import EmbeddedLLMService
from callwright.services.embedded_stt import EmbeddedSTTService
from callwright.services.turns import PatientTurnStop
from processors.hear_entities import HearEntities

STACK = """
stack: mine
kind: cascaded
services:
  vad: {{use: silero, settings: {{stop_secs: 0.3}}}}
  turn: {{use: smart_turn_v3, settings: {{silence: 0.7}}}}
  stt: {{use: embedded_stt}}
  llm: {{use: '{llm}'}}
  tts: {{use: cartesia_tts, settings: {{voice: '${{VOICE}}', model: sonic-3}}}}
steps: [input, stt, hear_entities, 'mine:Counter', context.user, llm, tts, output, context.bot]
"""

MINE = """
from pipecat.processors.frame_processor import FrameProcessor
from callwright.services.embedded_llm import EmbeddedLLMService

class Counter(FrameProcessor):
    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)

class MyLLM(EmbeddedLLMService):
    pass

class Broken(EmbeddedLLMService):
    def __init__(self, *, conversation):
        raise OSError("no such model file")
"""

ENV = {"CARTESIA_API_KEY": "a-key", "VOICE": "a-voice"}


def silent_line():
    import numpy as np

    silent = Recording("silent", np.zeros(16000, np.int16), tuple[CallerTurn, ...]())
    return recorded_line(ReactiveCaller(silent))


def build(folder: Path, llm: str = "mine:MyLLM") -> Assembled:
    (folder / "mine.py").write_text(MINE)
    (folder / "stack.yaml").write_text(STACK.format(llm=llm))
    declared = load("reception", folder / "stack.yaml", env=ENV)
    return assemble(declared, silent_line(), call_id="c", today=date(2026, 1, 5))


def test_steps_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    parts = build(tmp_path)
    names = [type(step).__name__ for step in parts.steps]
    assert names == [
        "_Input",
        "EmbeddedSTTService",
        "HearEntities",
        "Counter",
        "LLMUserAggregator",
        "MyLLM",
        "CartesiaInOrderService",
        "_Output",
        "LLMAssistantAggregator",
    ]
    stt, hear, llm = parts.steps[1], parts.steps[2], parts.steps[5]
    assert isinstance(stt, EmbeddedSTTService)
    assert isinstance(hear, HearEntities)
    assert isinstance(llm, EmbeddedLLMService)
    assert isinstance(parts.turn_stop, PatientTurnStop)


def test_settings_reach_the_service(tmp_path: Path) -> None:
    tts = build(tmp_path).steps[6]
    assert isinstance(tts, CartesiaTTSService)
    assert (tts._settings.voice, tts._settings.model) == ("a-voice", "sonic-3")


def test_tools_are_registered_with_the_model(tmp_path: Path) -> None:
    llm = build(tmp_path).steps[5]
    assert isinstance(llm, EmbeddedLLMService)
    assert llm.has_function("take_message")


def test_a_service_that_cannot_be_constructed_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"llm cannot be set up .*no such model file"):
        build(tmp_path, llm="mine:Broken")
