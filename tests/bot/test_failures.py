"""Whatever breaks, the caller hears something sensible, and the call ends with an outcome."""

from pathlib import Path

import pytest
from soaking import usually

from bot import last_resort
from callwright.calls import events as ev
from callwright.emulators.faults import Fault
from callwright.engines.phrases import ENGLISH, SPANISH
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed

RECORDINGS = Path(__file__).parents[2] / "recordings"
PLAIN, SPANISH_CALL = RECORDINGS / "reception-plain", RECORDINGS / "clinic-es"

STACK = """
stack: broken
kind: cascaded
services:
  vad: {{use: silero, settings: {{stop_secs: 0.4}}}}
  turn: {{use: smart_turn_v3}}
  stt: {{use: '{stt}'}}
  llm: {{use: '{llm}'}}
  tts: {{use: '{tts}'}}
steps: [input, stt, hear_entities, context.user, llm, tts, output, context.bot]
"""

BESIDE = """
stack: beside
kind: s2s
services:
  vad: {use: silero}
  turn: {use: smart_turn_v3}
  ears: {use: 'broken:EarHangs'}
  s2s: {use: embedded_s2s}
steps: [input, ears, hear_entities, context.user, s2s, output, context.bot]
"""

BROKEN = """
import asyncio
from pipecat.frames.frames import LLMContextFrame
from callwright.services.embedded_llm import EmbeddedLLMService
from callwright.services.embedded_stt import EmbeddedSTTService
from callwright.services.embedded_tts import EmbeddedTTSService


class Model(EmbeddedLLMService):
    failures = 99

    async def process_frame(self, frame, direction):
        if isinstance(frame, LLMContextFrame) and self.failures > 0:
            self.failures -= 1
            raise ConnectionError("the model is gone")
        await super().process_frame(frame, direction)


class ModelOnce(Model):
    failures = 1


class ModelHangs(EmbeddedLLMService):
    async def process_frame(self, frame, direction):
        if isinstance(frame, LLMContextFrame):
            await asyncio.sleep(3600)
        await super().process_frame(frame, direction)


class Voice(EmbeddedTTSService):
    async def run_tts(self, text, context_id):
        raise ConnectionError("the voice is gone")
        yield


class Ear(EmbeddedSTTService):
    async def run_stt(self, audio):
        raise ConnectionError("the ear is gone")
        yield


class EarHangs(EmbeddedSTTService):
    async def run_stt(self, audio):
        await asyncio.sleep(36_000)
        yield
"""

OURS = {"stt": "embedded_stt", "llm": "embedded_llm", "tts": "embedded_tts"}


def call(folder: Path, **broken: str) -> Replayed:
    (folder / "broken.py").write_text(BROKEN)
    stack = folder / "stack.yaml"
    stack.write_text(STACK.format(**OURS | broken))
    return replay(PLAIN, ReplayOptions(stack=str(stack), out=folder / "calls"))


@pytest.mark.parametrize("model", usually(["Model", "ModelHangs"], "ModelHangs".__eq__))
def test_a_model_that_is_gone_is_apologised_for_and_the_call_ends(
    tmp_path: Path, model: str
) -> None:
    replayed = call(tmp_path, llm=f"broken:{model}")
    said = " ".join(turn.bot for turn in replayed.turns)
    assert "having some trouble" in said
    assert "something went wrong on our side" in said
    assert replayed.result.outcome == "failed"
    assert replayed.result.seconds < 60


def test_a_model_that_fails_once_costs_one_turn(tmp_path: Path) -> None:
    replayed = call(tmp_path, llm="broken:ModelOnce")
    assert "having some trouble" in " ".join(turn.bot for turn in replayed.turns)
    assert replayed.result.outcome != "failed"
    assert replayed.result.conversation.entities["full_name"].value == "Anna Bell"


def test_a_voice_that_is_gone_is_apologised_for_by_the_voice_of_last_resort(tmp_path: Path) -> None:
    replayed = call(tmp_path, tts="broken:Voice")
    assert replayed.result.outcome == "failed"
    assert replayed.result.seconds < 60
    said = [event.text for event in replayed.result.events if isinstance(event, ev.Said)]
    assert said == [ENGLISH.trouble, ENGLISH.failed]
    assert replayed.violations == []


def test_a_caller_is_apologised_to_in_the_language_of_the_call(tmp_path: Path) -> None:
    away = {"tts": tuple(Fault("refuse", request=number) for number in range(20))}
    options = ReplayOptions(stack="cascaded", out=tmp_path / "calls", faults=away)
    replayed = replay(SPANISH_CALL, options)
    said = [event.text for event in replayed.result.events if isinstance(event, ev.Said)]
    assert said == [SPANISH.trouble, SPANISH.failed]


def test_without_any_voice_a_tone_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_voice(text: str, rate: int, language: str) -> last_resort.SpokenWords:
        return last_resort.SpokenWords(last_resort.tone(rate))

    monkeypatch.setattr(last_resort, "spoken", no_voice)
    replayed = call(tmp_path, tts="broken:Voice")
    assert replayed.result.outcome == "failed"
    assert [event for event in replayed.result.events if isinstance(event, ev.BotAudible)]
    assert not [event for event in replayed.result.events if isinstance(event, ev.Said)]


def test_an_ear_that_is_gone_asks_and_then_gives_up(tmp_path: Path) -> None:
    replayed = call(tmp_path, stt="broken:Ear")
    assert replayed.result.seconds < 120
    assert replayed.result.outcome in ("failed", "handed_off", "incomplete", "abandoned")
    assert all(turn.bot for turn in replayed.turns if turn.user_spoke)


def test_an_ear_that_hangs_leaves_nobody_in_silence(tmp_path: Path) -> None:
    # Every frame waits behind it: what is to be said, and the end of the call.
    replayed = call(tmp_path, stt="broken:EarHangs")
    assert replayed.result.outcome == "failed"
    said = [event.text for event in replayed.result.events if isinstance(event, ev.Said)]
    assert said[1:] == [ENGLISH.trouble, ENGLISH.failed]


def test_a_call_ends_although_an_ear_holds_its_end_up(tmp_path: Path) -> None:
    # The model stands behind the ear and is heard all the same, but the end comes from before it.
    (tmp_path / "broken.py").write_text(BROKEN)
    stack = tmp_path / "stack.yaml"
    stack.write_text(BESIDE)
    replayed = replay(PLAIN, ReplayOptions(stack=str(stack), out=tmp_path / "calls"))
    assert replayed.result.outcome == "abandoned"
    assert replayed.result.seconds < 80
    said = [event.text for event in replayed.result.events if isinstance(event, ev.Said)]
    assert said[-1] == "I can't hear anybody, so I'll hang up now. Goodbye."
    assert not replayed.leftovers
