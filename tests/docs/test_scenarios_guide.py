"""What the guides about scenarios and simulated callers show, runs as they say."""

import json
import re
import shlex
from contextlib import chdir
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from callwright.cli.main import app
from callwright.lab.personas import persona_called
from callwright.lab.scenarios import shape

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
SCENARIOS = (GUIDES / "scenarios.md").read_text()
SIMULATE = (GUIDES / "simulate.md").read_text()


def blocks(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)


def run(command: str, folder: Path) -> Result:
    """Run a command in this process, where the models are loaded already."""
    program, *arguments = shlex.split(command)
    assert program == "callwright"
    with chdir(folder):
        return CliRunner().invoke(app, arguments)


def test_the_scenario_of_the_guide(tmp_path: Path) -> None:
    (scenario,) = blocks(SCENARIOS)
    (command,) = re.findall(r"```\n(callwright .*)\n```", SCENARIOS)
    (tmp_path / "message.yaml").write_text(scenario)
    done = run(command, tmp_path)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)["expectations"]
    assert found == {
        "passed": 3, "failed": [], "not_judged": ["message.yaml:26:13"], "not_run": 0,
    }  # fmt: skip
    assert "1 'eval' was not judged" in done.stderr


def test_every_key_is_in_the_guide() -> None:
    keys = {*shape.Turn.model_fields, *shape.Expectation.model_fields} - {
        # Of a service that none of our stacks has: a model that marks its turns.
        "marker", "marker_first", "markers", "text_after",
        # The short form of `calls`.
        "name", "args",
    }  # fmt: skip
    assert {key for key in keys if f"`{key}`" not in SCENARIOS} == set()


def test_the_persona_and_the_plan_of_the_guide(tmp_path: Path) -> None:
    persona, plan = blocks(SIMULATE)
    (tmp_path / "grandmother.yaml").write_text(persona)
    (tmp_path / "plan.yaml").write_text(plan)
    assert persona_called(str(tmp_path / "grandmother.yaml")).name == "grandmother"
    command = (
        "callwright simulate --calls 1 --stack cascaded --caller grandmother.yaml "
        "--faults plan.yaml --json"
    )
    done = run(command, tmp_path)
    assert done.exit_code == 0, done.stderr
    call, total = map(json.loads, done.stdout.splitlines())
    assert call["persona"] == "grandmother"
    assert "tool take_message: hang at call 0" in call["trouble"]
    assert (total["violations"], total["silent_turns"]) == (0, 0)
    assert "bot.wav" in call["lost"]
