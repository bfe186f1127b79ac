"""The guide to CI does what it says: its commands are run, its files are read."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from callwright.cli.main import app
from callwright.lab import pytest_plugin
from callwright.lab.expectations.reading import read_expectations
from callwright.lab.expectations.shape import Expectations, TurnExpected

# One project for all of them: they share a process.
pytestmark = pytest.mark.xdist_group("ci-guide")

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "ci.md").read_text(encoding="utf-8")
COMMANDS = [block.strip() for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)]
EXPECTED, WORKFLOW = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    human = folder / "recordings" / "human"
    shutil.copytree(ROOT / "recordings" / "reception-human", human)
    (human / "expect.yaml").unlink(missing_ok=True)
    caller = human / "caller.yaml"
    caller.write_text(caller.read_text().replace("caller: reception-human", "caller: human"))
    return folder


def callwright(command: str) -> Result:
    """Run a command in this process, where the models are loaded already."""
    return CliRunner().invoke(app, shlex.split(command)[1:])


def run(command: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *shlex.split(command)],
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )


@pytest.mark.timeout(600)
def test_the_commands_of_the_guide_in_its_order(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    accept, tests, seeds, why = COMMANDS
    done = callwright(accept)
    assert done.exit_code == 0, done.stderr
    human = project / "recordings" / "human"
    written = read_expectations(human)
    assert written is not None
    # What the guide shows holds of the same call.
    (human / "expect.yaml").write_text(EXPECTED)
    done = run(tests)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    done = callwright(seeds)
    assert done.exit_code == 0, done.stderr
    assert "recordings/human on embedded: 3 seeds: 3 handed_off; none broke" in done.stderr
    done = callwright(why)
    assert done.exit_code == 1, done.stderr
    assert "parted in time only at event" in done.stdout
    # The failure that the guide shows, word for word but for the moment.
    text = EXPECTED.replace("What is your call about?", "Why do you call?")
    (human / "expect.yaml").write_text(text)
    done = run(tests)
    assert done.returncode == 1
    (shown,) = re.findall(r"```\n(recordings/human, .*?)```", GUIDE, re.DOTALL)
    assert undated(shown) in undated(done.stdout)


def undated(text: str) -> str:
    return re.sub(r"at \d+:\d\d\.\d", "at …", text)


def test_the_workflow_runs_the_calls() -> None:
    workflow = yaml.safe_load(WORKFLOW)
    (job,) = workflow["jobs"].values()
    (command,) = [
        step["run"] for step in job["steps"] if "pytest recordings" in step.get("run", "")
    ]
    options = set(re.findall(r"--callwright-[a-z]+", command))
    assert options == {"--callwright-out", "--callwright-report"}


def test_every_key_and_every_option_is_in_the_guide() -> None:
    for name in (*Expectations.model_fields, *TurnExpected.model_fields):
        assert f"`{name}" in GUIDE, name
    source = Path(pytest_plugin.__file__).read_text()
    for option in re.findall(r'"(--callwright-[a-z]+)"', source):
        assert f"`{option}" in GUIDE, option
