"""The declarations of a call whose services are stood in for: no keys, and addresses as given."""

from pathlib import Path

from callwright.declarations.load import load
from callwright.lab.standins import without_keys

STACK = """
stack: elsewhere
kind: cascaded
services:
  vad: {use: silero}
  turn: {use: smart_turn_v3}
  stt: {use: deepgram_stt}
  llm: {use: anthropic_llm, args: {base_url: '${ELSEWHERE}'}}
  tts: {use: embedded_tts}
steps: [input, stt, hear_entities, context.user, checkpoint_gate, llm, speech_guard, tts, output,
        context.bot]
"""


def test_a_key_is_replaced_and_an_address_in_args_stays(tmp_path: Path) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(STACK)
    env = {"ELSEWHERE": "http://127.0.0.1:8702", "DEEPGRAM_API_KEY": "secret"}
    declared = without_keys(load("reception", path, env=env, need_keys=False))
    assert declared.cloud["llm"].args == {"base_url": "http://127.0.0.1:8702"}
    assert declared.env["DEEPGRAM_API_KEY"].startswith("00000000-")
