"""`callwright simulate` as a user meets it; the guide's command is the one that is run."""

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from callwright.cli.main import app
from callwright.lab.personas import bundled

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "simulate.md").read_text()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_command_of_the_guide(tmp_path: Path) -> None:
    (command,) = re.findall(r"```\ncallwright (.*)\n```", GUIDE)
    done = run(*command.split(), "--out", tmp_path)
    assert done.exit_code == 0, done.stderr
    call, total = map(json.loads, done.stdout.splitlines())
    assert (call["persona"], call["outcome"], call["violations"]) == (
        "cooperative", "completed", [],
    )  # fmt: skip
    assert total["by_persona"] == {"cooperative": {"completed": 1}}
    assert Path(call["folder"], "events.jsonl").is_file()


def test_the_guide_names_every_persona() -> None:
    assert all(f"`{name}`" in GUIDE for name in bundled())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--caller", "coperative"], "did you mean 'cooperative'?"),
     (["--model", "hostil"], "did you mean 'hostile'?"),
     (["--model", "hostile", "--stack", "embedded"], "no model words the replies"),
     (["--faults", "bad.yaml"], "bad.yaml: there is no such file"),
     (["--caller", "bad.yaml"], "bad.yaml: there is no such file"),
     (["--faults", "sone"], "did you mean 'none'?"),
     (["--agent", "receptoin"], "reception")],
)  # fmt: skip
def test_bad_input_is_told(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["simulate", "--calls", "1", *arguments])
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr


@pytest.mark.timeout(300)
def test_an_interrupted_run_goes_on_and_is_the_same(tmp_path: Path) -> None:
    calling = ["simulate", "--calls", 2, "--stack", "cascaded", "--out", tmp_path]
    whole = run(*calling, "--json")
    assert whole.exit_code == 0, whole.stderr
    (kept,) = tmp_path.glob(".simulate-*.jsonl")
    first, second, finished = kept.read_text().splitlines()
    assert finished == '{"finished": true}'
    # As it is when the second call was being written down.
    kept.write_text(f"{first}\n{second[:40]}")
    rest = run(*calling)
    assert "going on: 1 of 2 calls are done already" in rest.stderr
    assert f"digest {json.loads(whole.stdout.splitlines()[-1])['digest']}" in rest.stdout
    assert re.search(r"caller +calls +broken", rest.stdout), rest.stdout
