"""The guide to cassettes tells what happens: its commands are run, in their order."""

import re
import shlex
import shutil
from contextlib import chdir
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from callwright.cli.main import app

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "cassettes.md").read_text()


def run(line: str, cwd: Path) -> Result:
    """Run a command in this process, where the models are loaded already."""
    program, *arguments = shlex.split(line)
    assert program == "callwright"
    with chdir(cwd):
        return CliRunner().invoke(app, arguments)


def test_the_commands_of_the_guide_do_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "recordings").symlink_to(ROOT / "recordings")
    agent = tmp_path / "changed"
    shutil.copytree(ROOT / "pipelines" / "agents" / "reception", agent)
    declared = (agent / "agent.yaml").read_text()
    (agent / "agent.yaml").write_text(declared.replace("Be brief and kind", "Be terse"))
    record, keeping, play, change = re.findall(r"```sh\n(.*?)\n```", GUIDE, re.DOTALL)

    done = run(record, tmp_path)
    assert done.exit_code == 0, done.stderr
    wire = tmp_path / "calls" / "reception-human-cascaded-s0" / "wire"
    assert (wire / "index.json").is_file()

    done = run(play, tmp_path)
    assert done.exit_code == 0, done.stderr

    done = run(keeping, tmp_path)
    assert done.exit_code == 0, done.stderr
    done = run(play.replace("reception-human", "clinic-plain"), tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")

    done = run(change, tmp_path)
    assert done.exit_code == 1, done.stderr
    (shown,) = re.findall(r"^(\d+-anthropic_llm:\d+ POST /v1/messages: body\S+) was", GUIDE, re.M)
    assert f"{shown} was …'" in done.stderr
    assert "Be brief and kind" in done.stderr
    assert "Be terse" in done.stderr
