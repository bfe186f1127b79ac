"""Bundled callers call again: their stories, the same digest everywhere."""

import asyncio
import itertools
import json
import os
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from soaking import usually

from callwright.calls import events as ev
from callwright.calls.folder import read_call
from callwright.clock import VirtualTimeError
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay, run_on_clock
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

# Each recorded call is made once for all tests that look at it: they share a process.
pytestmark = pytest.mark.xdist_group("replay")

RECORDINGS = Path(__file__).parents[2] / "recordings"
# The other agents' callers are in test_agents.
NAMES = sorted(path.parent.name for path in RECORDINGS.glob("reception-*/caller.yaml"))


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calls")


@cache
def replayed(name: str, out: Path, seed: int = 0) -> Replayed:
    return replay(RECORDINGS / name, ReplayOptions(out=out, seed=seed))


def words(turns: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    return [(turn["user"], turn["bot"], turn["interrupted"]) for turn in turns]


def in_another_process(name: str, out: Path, *arguments: str) -> dict[str, Any]:
    replaying = [sys.executable, "-m", "callwright", "replay", str(RECORDINGS / name)]
    done = subprocess.run(
        [*replaying, "--json", "--out", str(out), *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        check=True,
    )
    return json.loads(done.stdout)


def test_there_are_at_least_six_callers() -> None:
    assert len(NAMES) >= 6
    sizes = {path.parent.name: path.stat().st_size for path in RECORDINGS.glob("*/user.wav")}
    assert sum(size for name, size in sizes.items() if name.startswith("reception")) < 6_000_000
    assert sum(sizes.values()) < 12_000_000


@pytest.mark.soak  # In every run test_pytest_plugin does so, on two stacks.
@pytest.mark.parametrize("name", NAMES)
def test_a_caller_gets_the_same_call_in_another_process(name: str, out: Path) -> None:
    here = report(replayed(name, out))
    there = in_another_process(name, out)
    assert there["digest"] == here["digest"]
    assert there["turns"] == here["turns"]
    assert here["violations"] == []


@pytest.mark.soak  # `make calls` has what is expected of every turn of all of them.
@pytest.mark.parametrize("name", NAMES)
def test_every_turn_of_the_caller_is_heard_and_answered(name: str, out: Path) -> None:
    notes = yaml.safe_load((RECORDINGS / name / "caller.yaml").read_text())
    call = replayed(name, out)
    spoken = [turn for turn in call.turns if turn.user_spoke]
    assert len(spoken) >= sum(bool(turn["says"]) for turn in notes["turns"])
    assert all(turn.user for turn in spoken)
    assert all(turn.bot for turn in spoken if not turn.interrupted)


@pytest.mark.parametrize("seed", usually([1, 2], (1).__eq__))
def test_late_packets_do_not_change_the_story(seed: int, out: Path) -> None:
    usual, late = replayed("reception-plain", out), replayed("reception-plain", out, seed)
    assert late.digest != usual.digest
    assert words(report(late)["turns"]) == words(report(usual)["turns"])


def test_a_call_calls_again_on_the_day_it_was_made(out: Path, tmp_path: Path) -> None:
    first = replay(RECORDINGS / "reception-human", ReplayOptions(out=tmp_path)).result.folder
    path = first / "call.yaml"
    path.write_text(
        re.sub(r"(?m)^started: .*", "started: '2031-05-04T09:30:00+00:00'", path.read_text())
    )
    again = replay(first, ReplayOptions(out=tmp_path))
    assert read_call(again.result.folder).meta["started"] == "2031-05-04T09:30:00+00:00"
    assert again.result.conversation.today == date(2031, 5, 4)


def test_a_plain_call_takes_the_message(out: Path) -> None:
    call = report(replayed("reception-plain", out))
    assert call["outcome"] == "completed"
    assert call["entities"]["callback_number"]["status"] == "confirmed"
    (tool,) = call["tools"]
    assert tool["name"] == "take_message"
    assert tool["arguments"] == {name: entity["value"] for name, entity in call["entities"].items()}


def test_who_wants_a_human_is_handed_over(out: Path) -> None:
    assert report(replayed("reception-human", out))["outcome"] == "handed_off"


def test_barge_in_stops_the_bot(out: Path) -> None:
    call = replayed("reception-barge-in", out)
    interrupted = [turn for turn in call.turns if turn.interrupted]
    assert interrupted
    # What the record says the bot said ends where the caller cut it off.
    assert all(not turn.bot.endswith(("?", "!")) for turn in interrupted)
    assert call.result.outcome == "completed"


@pytest.mark.soak
def test_silence_is_answered_and_the_call_goes_on(out: Path) -> None:
    call = replayed("reception-silence", out)
    unasked = [turn for turn in call.turns[1:] if not turn.user_spoke]
    assert unasked
    assert call.result.outcome == "completed"


@pytest.mark.soak
def test_a_pause_within_a_sentence_does_not_end_the_turn(out: Path) -> None:
    notes = yaml.safe_load((RECORDINGS / "reception-pause" / "caller.yaml").read_text())
    call = replayed("reception-pause", out)
    assert len([turn for turn in call.turns if turn.user_spoke]) == len(notes["turns"])


@pytest.mark.soak
def test_repeat_that_repeats_that(out: Path) -> None:
    turns = replayed("reception-repeat", out).turns
    asked = next(index for index, turn in enumerate(turns) if "repeat" in turn.user)
    question = turns[asked - 1].bot.rsplit(". ", 1)[-1]
    assert question in turns[asked].bot


def test_the_folder_tells_the_call(out: Path) -> None:
    call = replayed("reception-plain", out)
    record = read_call(call.result.folder)
    written = [ev.to_line(event) for event in record.events]
    assert written == [ev.to_line(event) for event in call.result.events]
    assert record.cut_off == ""
    assert record.meta["outcome"] == "completed"
    assert (record.meta["clock"], record.meta["seed"]) == ("virtual", 0)


def test_a_call_of_ours_can_call_again(out: Path) -> None:
    first = replayed("reception-plain", out)
    again = replay(first.result.folder, ReplayOptions(out=out))
    assert again.result.outcome == "completed"
    assert again.declared.agent.agent == "reception"


def test_a_call_that_goes_round_for_ever_is_given_up() -> None:
    async def for_ever() -> Any:
        for _ in itertools.count():
            await asyncio.sleep(10)

    with pytest.raises(VirtualTimeError, match="did not end within 2 hours of its own time"):
        run_on_clock(for_ever(), ReplayOptions())


def test_a_time_limit_of_the_calls_own_is_no_such_end() -> None:
    async def own() -> Any:
        await asyncio.wait_for(asyncio.sleep(10), 1)

    with pytest.raises(TimeoutError):
        run_on_clock(own(), ReplayOptions())
