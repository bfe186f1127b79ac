"""`callwright replay --services live`: the providers themselves, here stand-ins on loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HUMAN = ROOT / "recordings" / "reception-human"
STACK = """
stack: elsewhere
kind: cascaded
services:
  vad: {use: silero, settings: {stop_secs: 0.4}}
  turn: {use: smart_turn_v3}
  stt: {use: embedded_stt}
  llm: {use: openai_llm, settings: {model: gpt-4.1}, args: {base_url: 'URL'}}
  tts: {use: embedded_tts}
steps: [input, stt, hear_entities, context.user, checkpoint_gate, llm, speech_guard, tts, output,
        context.bot]
"""


def _live(arguments: tuple[object, ...]) -> list[str]:
    return [] if "--services" in arguments else ["--services", "live"]


def replay(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    return subprocess.run(
        [sys.executable, "-m", "callwright", "replay", *map(str, arguments), *_live(arguments)],
        capture_output=True,
        text=True,
        timeout=110,
        cwd=cwd,
        env=bare | env,
        check=False,
    )


@pytest.fixture
def provider() -> Iterator[str]:
    """The address of a stand-in for OpenAI on loopback."""
    command = [sys.executable, "-m", "callwright", "emulate", "openai_llm"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def test_a_call_is_made_with_the_providers_in_real_time(provider: str, tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(STACK.replace("URL", provider))
    asked = ("--stack", "./stack.yaml", "--json")
    done = replay(
        HUMAN, *asked, "--record-wire", "--out", "calls", cwd=tmp_path, OPENAI_API_KEY="any"
    )
    assert done.returncode == 0, done.stderr
    call = json.loads(done.stdout)
    assert (call["clock"], call["outcome"], call["violations"]) == ("real", "handed_off", [])
    assert call["wall_seconds"] >= call["call_seconds"] - 1
    assert call["turns"][1]["bot"]
    # What was said at the address in `args` is in the cassette, and played there.
    (folder,) = (tmp_path / "calls").iterdir()
    again = replay(folder, *asked, "--services", "recorded", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    played = json.loads(again.stdout)
    assert [turn["bot"] for turn in played["turns"]] == [turn["bot"] for turn in call["turns"]]


def test_live_services_need_their_keys(tmp_path: Path) -> None:
    done = replay(HUMAN, "--stack", "cascaded", cwd=tmp_path)
    assert done.returncode == 2
    assert "DEEPGRAM_API_KEY" in done.stderr
    assert "ANTHROPIC_API_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_live_services_keep_no_virtual_time(tmp_path: Path) -> None:
    done = replay(HUMAN, "--clock", "virtual", cwd=tmp_path)
    assert done.returncode == 2
    assert "providers answer in real time; add --clock real" in done.stderr
