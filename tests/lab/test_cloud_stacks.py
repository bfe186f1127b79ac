"""Cloud stacks call on a simulated network: real clients, stand-ins under the providers' names."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf
import yaml
from soaking import usually

from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

RECORDINGS = Path(__file__).parents[2] / "recordings"
STACKS = ["embedded-s2s", "cascaded", "cascaded-flux", "half-cascade", "s2s-azure", "s2s-openai"]
# `make calls` has what is expected of them; here they are compared. All on all stacks: `make soak`.
HARD = ("reception-barge-in", "reception-correction", "reception-pause")
CALLS = [("reception-plain", stack) for stack in STACKS] + [
    (name, stack) for name in HARD for stack in ("cascaded", "embedded-s2s")
]
# What the recorded calls expect of themselves on these stacks is held against them by `make calls`.
USUAL = [("reception-barge-in", "cascaded")]


def replayed(name: str, stack: str, out: Path, seed: int = 0) -> Replayed:
    return replay(RECORDINGS / name, ReplayOptions(stack=stack, out=out, seed=seed))


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded")


@cache
def on_embedded(name: str, out: Path) -> dict[str, Any]:
    return report(replayed(name, "embedded", out))


@pytest.mark.parametrize(("name", "stack"), usually(CALLS, USUAL.__contains__))
def test_a_caller_gets_the_same_values_as_on_the_embedded_stack(
    name: str, stack: str, tmp_path: Path, out: Path
) -> None:
    cloud = report(replayed(name, stack, tmp_path))
    embedded = on_embedded(name, out)
    assert cloud["outcome"] == embedded["outcome"]
    assert {name: (one["value"], one["status"]) for name, one in cloud["entities"].items()} == {
        name: (one["value"], one["status"]) for name, one in embedded["entities"].items()
    }
    if cloud["outcome"] == "completed":
        assert [tool["name"] for tool in cloud["tools"]] == ["take_message", "end_call"]
    assert cloud["violations"] == []


@pytest.mark.parametrize("stack", usually(STACKS, "s2s-openai".__eq__))
def test_the_same_call_twice_has_one_digest(stack: str, tmp_path: Path) -> None:
    first, second = (replayed("reception-plain", stack, tmp_path) for _ in range(2))
    assert first.digest == second.digest


@pytest.mark.parametrize("stack", ["half-cascade"])
def test_a_turn_that_only_the_ears_hear_is_answered(stack: str, tmp_path: Path) -> None:
    # So low that the voice activity detection takes it for none.
    source = RECORDINGS / "reception-plain"
    samples, rate = sf.read(source / "user.wav", dtype="int16")
    notes = yaml.safe_load((source / "caller.yaml").read_text())
    low = notes["turns"][1]
    start, end = (int(low[key] * rate) for key in ("from", "to"))
    samples[start:end] //= 30
    sf.write(tmp_path / "user.wav", samples, rate)
    (tmp_path / "caller.yaml").write_text(yaml.safe_dump(notes))
    call = replay(tmp_path, ReplayOptions(stack=stack, out=tmp_path / "calls"))
    turn = next(one for one in call.turns if one.user == "my name is anna bell")
    assert turn.bot.endswith("What number can we call you back on?")
    assert [one.user for one in call.turns[1:]] == [one["says"] for one in notes["turns"]]
