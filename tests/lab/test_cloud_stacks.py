"""Cloud stacks call on a simulated network: real clients, stand-ins under the providers' names."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

RECORDINGS = Path(__file__).parents[2] / "recordings"
STACK_FILES = RECORDINGS.parent / "pipelines" / "stacks"
STACKS = ["embedded-s2s", "cascaded", "cascaded-flux", "half-cascade", "s2s-azure", "s2s-openai"]
# `make calls` has what is expected of them; here they are compared. All on all stacks: `make soak`.
HARD = ("reception-barge-in", "reception-correction", "reception-pause")
CALLS = [("reception-plain", stack) for stack in STACKS] + [
    (name, stack) for name in HARD for stack in ("cascaded", "embedded-s2s")
]


def replayed(name: str, stack: str, out: Path, seed: int = 0) -> Replayed:
    return replay(RECORDINGS / name, ReplayOptions(stack=stack, out=out, seed=seed))


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded")


@cache
def on_embedded(name: str, out: Path) -> dict[str, Any]:
    return report(replayed(name, "embedded", out))


@pytest.mark.soak
@pytest.mark.parametrize(("name", "stack"), CALLS)
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


# In every run it is a recorded call on several stacks that is made in several processes.
@pytest.mark.soak
@pytest.mark.parametrize("stack", STACKS)
def test_the_same_call_twice_has_one_digest(stack: str, tmp_path: Path) -> None:
    first, second = (replayed("reception-plain", stack, tmp_path) for _ in range(2))
    assert first.digest == second.digest


@pytest.mark.parametrize("name", ["half-cascade"])
def test_turns_that_only_the_ears_hear_are_answered(name: str, tmp_path: Path) -> None:
    declared = yaml.safe_load((STACK_FILES / f"{name}.yaml").read_text())
    # Whoever speaks for less than five seconds is nobody to the voice activity detection.
    declared["services"]["vad"]["settings"] = {"start_secs": 5.0}
    stack = tmp_path / "hardly-listens.yaml"
    stack.write_text(yaml.safe_dump(declared | {"stack": stack.stem}))
    call = replayed("reception-plain", str(stack), tmp_path / "calls")
    assert "Are you still there?" not in " ".join(turn.bot for turn in call.turns)
    assert call.result.conversation.entities["full_name"].value == "Anna Bell"
