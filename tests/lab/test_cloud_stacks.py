"""Cloud stacks call on a simulated network: real clients, stand-ins under the providers' names."""

from pathlib import Path

import pytest

from callwright.lab.replay import Replayed, ReplayOptions, replay, report

RECORDINGS = Path(__file__).parents[2] / "recordings"
NAMES = sorted(path.parent.name for path in RECORDINGS.glob("*/caller.yaml"))
STACKS = ["cascaded"]


def replayed(name: str, stack: str, out: Path, seed: int = 0) -> Replayed:
    return replay(RECORDINGS / name, ReplayOptions(stack=stack, out=out, seed=seed))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stack", STACKS)
def test_a_caller_gets_the_same_values_as_on_the_embedded_stack(
    stack: str, name: str, tmp_path: Path
) -> None:
    cloud, embedded = (report(replayed(name, one, tmp_path)) for one in (stack, "embedded"))
    assert cloud["outcome"] == embedded["outcome"]
    assert {name: (one["value"], one["status"]) for name, one in cloud["entities"].items()} == {
        name: (one["value"], one["status"]) for name, one in embedded["entities"].items()
    }
    if cloud["outcome"] == "completed":
        assert [tool["name"] for tool in cloud["tools"]] == ["take_message", "end_call"]
    assert cloud["violations"] == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_same_call_twice_has_one_digest(stack: str, tmp_path: Path) -> None:
    first, second = (replayed("reception-plain", stack, tmp_path) for _ in range(2))
    assert first.digest == second.digest
