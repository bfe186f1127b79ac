"""The guide to entities does what it says."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callwright.cli.hear import hear
from callwright.declarations import places
from callwright.declarations.checking import check_agent

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "entities.md").read_text(encoding="utf-8")
YAML, OWN_YAML = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
(PYTHON,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
(COMMANDS,) = re.findall(r"```\n(callwright hear.*?)```", GUIDE, re.DOTALL)
HEARD = ["1985-03-04", "AB123456", "towing", "AAB1234"]


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(hear)
    return app


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    garage = tmp_path / "pipelines" / "agents" / "garage"
    garage.mkdir(parents=True)
    (garage / "agent.yaml").write_text(YAML, encoding="utf-8")
    parking = tmp_path / "pipelines" / "agents" / "parking"
    parking.mkdir()
    (parking / "agent.yaml").write_text(f"agent: parking\n{OWN_YAML}", encoding="utf-8")
    (parking / "bays.py").write_text(PYTHON, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pipelines" / "agents"


@pytest.mark.parametrize(("line", "value"), list(zip(COMMANDS.splitlines(), HEARD, strict=True)))
def test_every_command_hears_its_value(
    line: str, value: str, app: typer.Typer, project: Path
) -> None:
    arguments = [word for word in shlex.split(line)[2:] if word != "--json"]
    result = CliRunner().invoke(app, [*arguments, "--today", "2026-11-20", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["value"] == value


def test_ones_own_type_is_checked_and_hears(app: typer.Typer, project: Path) -> None:
    agent, problems = check_agent(places.read(project / "parking" / "agent.yaml"))
    assert problems == []
    assert agent is not None
    texts = ["i am on level b 12", "b 77", "no idea"]
    result = CliRunner().invoke(app, ["parking:bay", *texts, "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["value"] for row in rows] == ["B12", None, None]
    assert rows[0]["say"] == "level B, bay 12"
    assert rows[1]["problem"] == "there are only 60 bays"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("most: 60", "mots: 60", "Bay has no parameter 'mots'; did you mean 'most'?"),
        ("bays:Bay", "bays:Bya", "there is no class 'Bya'"),
        ("bays:Bay", "bay:Bay", "there is no module 'bay'"),
    ],
)
def test_a_mistake_in_it_has_its_place(before: str, after: str, says: str, project: Path) -> None:
    path = project / "parking" / "agent.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    _, problems = check_agent(places.read(path))
    (problem,) = problems
    assert problem.line > 0
    assert says in str(problem)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("(EntityBase)", "(dict)", "Bay is no entity type"),
        ("def problem", "def trouble", "Bay has no problem"),
        ("class Bay", "class Bay of", "this is no Python"),
    ],
)
def test_a_class_that_is_none_is_told(before: str, after: str, says: str, project: Path) -> None:
    module = project / "parking" / "bays.py"
    module.write_text(PYTHON.replace(before, after), encoding="utf-8")
    from callwright.declarations import source

    source.parse.cache_clear()
    _, problems = check_agent(places.read(project / "parking" / "agent.yaml"))
    assert says in str(problems[0])
    source.parse.cache_clear()
