"""One scenario, two runs: Pipecat's own in real time, ours on the virtual clock."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pipecat.evals.results import EvalScriptResult
from pipecat.evals.scenario import EvalScenarioFile
from pipecat.evals.script import EvalScriptScenario
from pipecat.evals.script_session import EvalScriptSession
from pipecat.evals.session import EvalSessionParams

from callwright.lab.options import ReplayOptions
from callwright.lab.scenarios.run import run_scenario

ROOT = Path(__file__).parents[2]
FILE = ROOT / "recordings" / "reception-question.yaml"
WRONG = FILE.read_text().replace("an automated assistant", "a human being")

# The bot says of a caller in a silence, too, that they interrupted it.
SPEAKS = """\
name: speaks
agent: reception
user: {modality: audio, speech: {factory: callwright.lab.scenarios.voice.voice}}
judge: {modality: audio, transcription: {service: moonshine}}
scenarios:
  - name: speaks
    turns:
      - expect: [{event: bot_stopped_speaking}]
      - user: I have a question about my bill.
        expect:
          - {event: user_started_speaking, within_ms: 6000}
          - {event: bot_interrupted, within_ms: 6000}
          - {event: user_stopped_speaking, within_ms: 9000}
"""

pytestmark = pytest.mark.xdist_group("evals")


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[str]:
    """Our bot, serving; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).parent / "serve_bot.py"), str(port)]
    env = os.environ | {"CALLWRIGHT_AGENT": "reception", "PYTHONPATH": str(ROOT)}
    with (tmp_path / "bot.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)
        try:
            yield f"ws://127.0.0.1:{port}/ws"
        finally:
            server.terminate()
            server.wait(20)


async def in_real_time(file: Path, url: str, cache: Path) -> EvalScriptResult:
    (script,) = EvalScenarioFile.load(file)
    assert isinstance(script, EvalScriptScenario)
    params = EvalSessionParams(connect_timeout_s=60, cache_dir=str(cache))
    return await EvalScriptSession.from_scenario(script, url, params=params).run()


@pytest.mark.timeout(240)
def test_both_runs_agree(bot: str, tmp_path: Path) -> None:
    theirs = asyncio.run(in_real_time(FILE, bot, tmp_path / "cache"))
    ours = run_scenario(FILE, ReplayOptions(out=tmp_path))
    assert [str(failure) for failure in theirs.failures] == []
    assert (theirs.passed, ours.kept) == (True, True), ours.expectations
    met = sum(one.passed for turn in theirs.turns for one in turn.expectations)
    assert ours.expectations == {"passed": met, "failed": [], "not_judged": [], "not_run": 0}
    assert met == 10
    said = [event for event in theirs.events_seen if event["type"] == "user_transcription"]
    assert [event["transcript"] for event in said] == [turn.user for turn in ours.turns[1:]]


# On a busy machine the second message of the bot arrives before the driver has seen the first.
@pytest.mark.soak
@pytest.mark.timeout(240)
def test_both_runs_see_the_caller_speak(bot: str, tmp_path: Path) -> None:
    file = tmp_path / "speaks.yaml"
    file.write_text(SPEAKS)
    theirs = asyncio.run(in_real_time(file, bot, tmp_path / "cache"))
    ours = run_scenario(file, ReplayOptions(out=tmp_path))
    assert [str(failure) for failure in theirs.failures] == []
    assert ours.expectations == {"passed": 4, "failed": [], "not_judged": [], "not_run": 0}


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_both_runs_fail_where_the_other_fails(bot: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG.replace(
        "text_contains: a human being", "text_contains: a human being\n            within_ms: 6000"
    ))  # fmt: skip
    theirs = asyncio.run(in_real_time(wrong, bot, tmp_path / "cache"))
    ours = run_scenario(wrong, ReplayOptions(out=tmp_path))
    (there,) = theirs.failures
    here = ours.expectations["failed"][0]
    assert not ours.kept
    assert (here["turn"], here["event"], here["kind"]) == (
        there.turn_index,
        there.event_name,
        there.kind,
    )
    assert here["at"].endswith("wrong.yaml:16:13")
