"""``callwright check``: places on stderr, a summary on stdout, 0 or 2, and nothing imported."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callwright.cli.check import check
from callwright.cli.errors import bad_input
from callwright.declarations import finding
from callwright.declarations.errors import InputError

KEYS = ("DEEPGRAM_API_KEY", "ANTHROPIC_API_KEY", "CARTESIA_API_KEY", "CARTESIA_VOICE")
AGENTS = ["clinic", "clinic-es", "dispatch", "reception"]
STACKS = [path.stem for path in sorted((finding.BUNDLED / "stacks").glob("*.yaml"))]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    app = typer.Typer()
    app.command()(check)
    return app


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(finding.BUNDLED, tmp_path / "pipelines")
    return tmp_path


def run(app: typer.Typer, *arguments: str) -> tuple[int, list[str], list[str]]:
    result = CliRunner().invoke(app, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def test_without_files_everything_is_checked_and_keys_are_notes(
    app: typer.Typer, project: Path
) -> None:
    code, out, err = run(app)
    assert code == 0
    assert [line.partition(":")[0] for line in out] == [
        *(f"pipelines/agents/{name}/agent.yaml" for name in AGENTS),
        *(f"pipelines/stacks/{name}.yaml" for name in STACKS),
    ]
    assert all(": ok, " in line for line in out)
    assert any("needs DEEPGRAM_API_KEY" in line and "only to run it" in line for line in err)


def test_without_a_project_the_bundled_ones_are_checked(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(app)
    assert code == 0
    assert len(out) == len(AGENTS) + len(STACKS)


def test_a_named_stack_must_be_ready_to_run(app: typer.Typer, project: Path) -> None:
    code, out, err = run(app, "pipelines/stacks/cascaded.yaml")
    assert code == 2
    assert out == []
    assert any("needs DEEPGRAM_API_KEY" in line for line in err)


@pytest.mark.parametrize("name", ["reception", "embedded", "pipelines/agents/reception"])
def test_names_and_folders_do_as_well_as_files(app: typer.Typer, project: Path, name: str) -> None:
    code, out, err = run(app, name)
    assert (code, len(out), err) == (0, 1, [])


def test_each_problem_is_one_line_with_its_place(app: typer.Typer, project: Path) -> None:
    path = project / "pipelines" / "stacks" / "embedded.yaml"
    text = path.read_text().replace("use: silero", "use: silera").replace("kind:", "knd:")
    path.write_text(text)
    code, out, err = run(app, str(path))
    assert code == 2
    assert out == []
    assert err == [
        "pipelines/stacks/embedded.yaml:3:1: the key 'kind' is missing; add 'kind: …'",
        "pipelines/stacks/embedded.yaml:4:1: the key 'knd' is unknown; did you mean 'kind'?",
        "pipelines/stacks/embedded.yaml:7:14: vad 'silera' is unknown; did you mean 'silero'?",
    ]


def test_one_bad_file_does_not_hide_the_others(app: typer.Typer, project: Path) -> None:
    (project / "pipelines" / "stacks" / "broken.yaml").write_text("stack: [\n")
    code, out, err = run(app)
    assert code == 2
    assert len(out) == len(AGENTS) + len(STACKS)
    assert any(line.startswith("pipelines/stacks/broken.yaml:") for line in err)


def test_json_is_one_line_a_file(app: typer.Typer, project: Path) -> None:
    (project / "x.yaml").write_text("colour: red\n")
    code, out, _ = run(app, "--json", "x.yaml", "reception")
    assert code == 2
    wrong, right = (json.loads(line) for line in out)
    assert (wrong["path"], wrong["ok"]) == ("x.yaml", False)
    assert wrong["problems"][0]["line"] == 1
    assert (right["kind"], right["ok"], right["problems"]) == ("agent", True, [])


@pytest.mark.parametrize("name", ["gone.yaml", "gone", "../gone", ".", "a\0b", "x" * 3000])
def test_a_file_that_is_none(app: typer.Typer, project: Path, name: str) -> None:
    code, out, err = run(app, name)
    assert (code, out, len(err)) == (2, [], 1)


def test_an_empty_project_says_so(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipelines").mkdir()
    monkeypatch.chdir(tmp_path)
    code, _, err = run(app)
    assert code == 2
    assert "name the files" in err[0]


def test_an_agent_whose_stack_is_none(app: typer.Typer, project: Path) -> None:
    path = project / "pipelines" / "agents" / "reception" / "agent.yaml"
    path.write_text(path.read_text().replace("stack: embedded", "stack: embeded"))
    code, _, err = run(app, "reception")
    assert code == 2
    assert err[0].startswith("pipelines/agents/reception/agent.yaml:4:8: ")


def test_bad_input_of_any_command_is_a_line_and_exit_code_2() -> None:
    app = typer.Typer()

    @app.command()
    @bad_input()
    def fails() -> None:
        raise InputError("the port 7860 is in use", "choose another with --port")

    code, out, err = run(app)
    assert (code, out, err) == (2, [], ["the port 7860 is in use; choose another with --port"])


def test_pipecat_is_not_imported(project: Path) -> None:
    program = (
        "import sys, typer\n"
        "from callwright.cli.check import check\n"
        "from callwright.cli.services import services\n"
        "check(None)\n"
        "services(as_json=True)\n"
        "heavy = ('pipecat', 'loguru', 'numpy', 'onnxruntime', 'openai', 'rich')\n"
        "print([m for m in sys.modules if m.partition('.')[0] in heavy], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(finding.BUNDLED.parent)},
    )
    assert done.stderr.splitlines()[-1] == "[]"
