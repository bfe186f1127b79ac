"""A provider that refuses: the caller hears so, and the user is told which line to correct."""

import asyncio
from pathlib import Path

import pytest

from bot.session import CallResult, run_call
from callwright.calls import events as ev
from callwright.clock import run_virtual
from callwright.declarations.load import load
from callwright.emulators.faults import Fault
from callwright.engines.phrases import ENGLISH
from callwright.lab.caller import ReactiveCaller
from callwright.lab.options import ReplayOptions
from callwright.lab.recording import read_recording
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.sound import RATE
from callwright.lab.standins import network, standing_in, without_keys
from callwright.lines.recorded import recorded_line

ROOT = Path(__file__).parents[2]
PLAIN = ROOT / "recordings" / "reception-plain"

S2S = """
stack: mine
kind: s2s
services:
  vad: {{use: silero}}
  turn: {{use: smart_turn_v3}}
  s2s: {{use: {use}, settings: {{model: {model}}}{more}}}
steps: [input, context.user, hear_entities, s2s, output, context.bot]
"""

CASCADED = """
stack: mine
kind: cascaded
services:
  vad: {{use: silero}}
  turn: {{use: smart_turn_v3}}
  stt: {{use: {stt}}}
  llm: {{use: anthropic_llm, settings: {{model: {llm}}}}}
  tts: {{use: embedded_tts}}
steps: [input, stt, hear_entities, context.user, llm, tts, output, context.bot]
"""


def called(folder: Path, stack: str, **faults: Fault) -> Replayed:
    path = folder / "mine.yaml"
    path.write_text(stack)
    struck = {role: (fault,) for role, fault in faults.items()}
    return replay(PLAIN, ReplayOptions(stack=str(path), out=folder / "calls", faults=struck))


def last_words(result: CallResult) -> str:
    return [event.text for event in result.events if isinstance(event, ev.Said)][-1]


def test_a_key_that_is_not_accepted_is_named_and_the_caller_hears_a_goodbye(tmp_path: Path) -> None:
    stack = S2S.format(use="azure_realtime", model="mine", more="")
    result = called(tmp_path, stack, s2s=Fault("unauthorized")).result
    assert result.outcome == "failed"
    assert result.refused.endswith(
        "mine.yaml:7:14: s2s 'azure_realtime': the provider does not accept "
        "AZURE_REALTIME_API_KEY (401); put a valid key into AZURE_REALTIME_API_KEY"
    )
    assert result.reason == result.refused
    assert last_words(result) == ENGLISH.failed


def test_a_key_of_another_region_is_named_with_the_address_to_look_at(tmp_path: Path) -> None:
    stack = S2S.format(use="azure_realtime", model="mine", more="")
    result = called(tmp_path, stack, s2s=Fault("forbidden")).result
    assert result.outcome == "failed"
    assert result.refused.endswith(
        "mine.yaml:7:14: s2s 'azure_realtime': the provider gives no access with "
        "AZURE_REALTIME_API_KEY (403); check the rights of AZURE_REALTIME_API_KEY, and whether "
        "AZURE_REALTIME_BASE_URL is of the same region or resource"
    )
    assert last_words(result) == ENGLISH.failed


@pytest.mark.parametrize(("role", "at"), [("stt", "7:14"), ("llm", "8:14")])
def test_a_key_without_the_right_is_named_by_every_provider(
    tmp_path: Path, role: str, at: str
) -> None:
    stack = CASCADED.format(stt="deepgram_stt", llm="claude-sonnet-4-6")
    result = called(tmp_path, stack, **{role: Fault("forbidden")}).result
    assert f"mine.yaml:{at}: {role} " in result.refused
    assert "(403); check the rights of " in result.refused
    assert last_words(result) == ENGLISH.failed


def test_a_host_that_does_not_exist_is_named(tmp_path: Path) -> None:
    where = ", args: {base_url: 'wss://nowhere.openai.azure.com/openai/v1/realtime'}"
    stack = S2S.format(use="azure_realtime", model="mine", more=where)
    result = called(tmp_path, stack).result
    assert result.outcome == "failed"
    assert "mine.yaml:7:72: s2s 'azure_realtime': its host does not exist; correct base_url" in (
        result.refused
    )


def test_a_model_that_does_not_exist_is_named_by_a_realtime_provider(tmp_path: Path) -> None:
    result = called(tmp_path, S2S.format(use="openai_realtime", model="nope", more="")).result
    assert result.outcome == "failed"
    assert "mine.yaml:7:49: s2s 'openai_realtime': the provider refuses" in result.refused
    assert result.refused.endswith("correct the model 'nope'")
    assert last_words(result) == ENGLISH.failed


def test_a_model_that_does_not_exist_is_named_at_its_place(tmp_path: Path) -> None:
    result = called(tmp_path, CASCADED.format(stt="embedded_stt", llm="nope")).result
    assert result.outcome == "failed"
    assert "mine.yaml:8:47: llm 'anthropic_llm': the provider refuses" in result.refused
    assert result.refused.endswith("correct the model 'nope'")
    assert last_words(result) == ENGLISH.failed


def test_a_voice_that_does_not_exist_is_named_at_its_place(tmp_path: Path) -> None:
    stack = CASCADED.format(stt="embedded_stt", llm="claude-sonnet-4-6").replace(
        "{use: embedded_tts}", "{use: cartesia_tts, settings: {voice: nobody}}"
    )
    result = called(tmp_path, stack).result
    assert result.outcome == "failed"
    assert "mine.yaml:9:46: tts 'cartesia_tts': the provider refuses" in result.refused
    assert result.refused.endswith("correct the voice 'nobody'")
    assert last_words(result) == ENGLISH.failed


def test_other_calls_of_the_process_go_on(tmp_path: Path) -> None:
    recording = read_recording(PLAIN)
    path = tmp_path / "mine.yaml"
    path.write_text(CASCADED.format(stt="deepgram_stt", llm="claude-sonnet-4-6"))
    refused = without_keys(load("reception", path, need_keys=False))
    fine = load("reception", "embedded")

    async def both() -> list[CallResult]:
        async with standing_in(refused, recording, {"stt": [Fault("unauthorized")]}):
            calls = [
                run_call(
                    declared,
                    recorded_line(ReactiveCaller(recording), rate=RATE, seed=0),
                    folder=folder,
                )
                for declared, folder in ((refused, tmp_path / "one"), (fine, tmp_path / "other"))
            ]
            return await asyncio.gather(*calls)

    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = run_virtual(both(), network=network(0))
    assert (one.outcome, other.outcome) == ("failed", "completed")
    assert "DEEPGRAM_API_KEY" in one.refused
    assert other.refused == ""
