"""Where the services of a stack are found: at their providers, and where the stack says."""

from pathlib import Path

from callwright.declarations.load import load
from callwright.emulators.addresses import addresses_of
from callwright.wire.addresses import Address

STACK = """
stack: elsewhere
kind: cascaded
services:
  vad: {use: silero}
  turn: {use: smart_turn_v3}
  stt: {use: deepgram_stt, args: {base_url: 'eu.example.com'}}
  llm: {use: anthropic_llm, args: {base_url: '${ELSEWHERE}'}}
  tts: {use: cartesia_tts, settings: {voice: a-voice}, args: {url: 'ws://127.0.0.1:8703/tts'}}
steps: [input, stt, hear_entities, context.user, checkpoint_gate, llm, speech_guard, tts, output,
        context.bot]
"""


def test_addresses_in_args_are_known_beside_the_providers_own(tmp_path: Path) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(STACK)
    agent = Path(__file__).parents[2] / "pipelines" / "agents" / "reception" / "agent.yaml"
    declared = load(agent, path, env={"ELSEWHERE": "http://[::1]:8702/"}, need_keys=False)
    assert addresses_of(declared) == {
        Address("api.deepgram.com"): ("deepgram_stt",),
        Address("eu.example.com"): ("deepgram_stt",),
        Address("api.anthropic.com"): ("anthropic_llm",),
        Address("localhost", 8702, tls=False): ("anthropic_llm",),
        Address("api.cartesia.ai"): ("cartesia_tts",),
        Address("localhost", 8703, tls=False): ("cartesia_tts",),
    }
