"""`callwright replay` as a user meets it: messages, exit codes, Ctrl-C."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from soaking import usually
from typer.testing import CliRunner

from callwright.calls.folder import read_call
from callwright.cli.main import app

ROOT = Path(__file__).parents[2]
PLAIN = ROOT / "recordings" / "reception-plain"
SHORT = ROOT / "recordings" / "reception-human"


def run(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callwright", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=cwd,
        check=False,
    )


def here(*arguments: object) -> Result:
    """Run it in this process, where the models are loaded already."""
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_the_terminal_view_fits_80_columns(tmp_path: Path) -> None:
    done = run("replay", PLAIN, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if "folder" not in line) <= 80
    for word in ("caller", "agent", "turn over:", "completed", "times real time", str(tmp_path)):
        assert word in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr == ""


def test_a_models_words_give_the_terminal_no_orders(tmp_path: Path) -> None:
    hostile = ROOT / "recordings" / "guard-plain"
    done = here("replay", hostile, "--stack", "half-cascade", "--out", tmp_path)
    assert "[2J" in done.stdout  # it does try
    assert "\x1b" not in done.stdout
    assert "\x00" not in done.stdout


@pytest.mark.parametrize("stack", usually(["half-cascade", "s2s-openai"], "s2s-openai".__eq__))
def test_a_model_that_hears_by_itself_brings_no_warnings(stack: str, tmp_path: Path) -> None:
    done = run("replay", PLAIN, "--stack", stack, "--json", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "completed"
    assert done.stderr == ""


def test_several_calls_print_a_line_of_json_each(tmp_path: Path) -> None:
    done = here("replay", SHORT, "--seeds", 2, "--json", "--out", tmp_path)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["seed"], second["seed"]) == (0, 1)
    assert first["kind"] == "cascaded"
    assert Path(first["folder"], "events.jsonl").is_file()


def test_what_a_tool_prints_is_not_among_the_results(tmp_path: Path) -> None:
    agent = tmp_path / "reception"
    shutil.copytree(ROOT / "pipelines" / "agents" / "reception", agent)
    tools = agent / "tools.py"
    tools.write_text(tools.read_text().replace("    words =", "    print('called')\n    words ="))
    tools.write_text(tools.read_text() + "print('loaded')\n")
    done = here("replay", PLAIN, "--agent", agent, "--json", "--out", tmp_path / "calls")
    (line,) = map(json.loads, done.stdout.splitlines())
    assert [tool["name"] for tool in line["tools"]] == ["take_message"]
    assert "loaded" in done.stderr
    assert "called" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.wav"], "nowhere.wav: there is no such file or folder; check the path"),
        ([ROOT / "docs"], "neither call.yaml nor caller.yaml in it"),
        ([ROOT / "pyproject.toml"], "not a WAV file, whatever its name"),
        ([PLAIN, "--agent", "receptoin"], "reception"),
        ([PLAIN, "--out", ROOT / "README.md"], "not a folder"),
        (
            [PLAIN, "--out", ROOT / "README.md" / "calls"],
            "no folder can be made here (Not a directory)",
        ),
        ([PLAIN, "--clock", "lunar"], "lunar"),
        ([PLAIN, "--services", "recorded"], "no wire/index.json in it, so its services cannot be"),
        ([PLAIN, "--tolerate"], "--tolerate means nothing without --services recorded"),
        ([PLAIN, "--seeds", "0"], "than or equal to 1"),
    ],
)
def test_bad_input_is_a_line_and_exit_code_2(
    arguments: list[object], message: str, tmp_path: Path
) -> None:
    out = [] if "--out" in arguments else ["--out", tmp_path / "calls"]
    done = here("replay", *arguments, *out)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "calls").exists()


def test_bad_input_among_several_calls_keeps_none_of_the_others(tmp_path: Path) -> None:
    done = here("replay", "nowhere.wav", SHORT, "--json", "--out", tmp_path)
    assert done.exit_code == 2
    assert done.stderr.startswith("nowhere.wav: there is no such file or folder; check the path\n")
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["outcome"] == "handed_off"


@pytest.mark.parametrize(("services", "code"), [("live", 2), ("emulated", 1)])
def test_what_a_provider_does_not_accept_is_bad_input_of_a_live_call(
    services: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = SimpleNamespace(
        declared=SimpleNamespace(stack_path=Path("mine.yaml")),
        result=SimpleNamespace(outcome="failed", refused="mine.yaml: correct it"),
        kept=False,
        notice="",
        differences=(),
    )
    monkeypatch.setattr("callwright.lab.replay.replay", lambda *_, **__: played)
    monkeypatch.setattr("callwright.lab.outcome.why_broken", lambda _: "it failed")
    monkeypatch.setattr("callwright.cli.replay._print", lambda *_: None)
    done = here("replay", PLAIN, "--services", services, "--out", tmp_path)
    assert done.exit_code == code
    assert "mine.yaml: correct it" in done.stderr


def started(out: Path) -> subprocess.Popen[str]:
    """A replay in real time, with the bot already speaking."""
    replaying = [sys.executable, "-m", "callwright", "replay", str(PLAIN), "--clock", "real"]
    process = subprocess.Popen(
        [*replaying, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(900):
        time.sleep(0.1)
        if "turn_started" in "".join(path.read_text() for path in out.glob("*/events.jsonl")):
            return process
    process.kill()
    raise AssertionError(f"the caller never spoke: {process.communicate()}")


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send")
def test_ctrl_c_keeps_the_record_and_says_130(tmp_path: Path) -> None:
    process = started(tmp_path)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    record = read_call(next(tmp_path.iterdir()))
    assert record.cut_off == ""
    assert record.meta["reason"] == "the program was interrupted"


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL to send")
def test_a_call_that_was_cut_off_is_marked_and_calls_again(tmp_path: Path) -> None:
    process = started(tmp_path / "first")
    process.kill()
    process.communicate(timeout=30)
    folder = next((tmp_path / "first").iterdir())
    assert "stopped before the call ended" in read_call(folder).cut_off
    done = run("replay", folder, "--out", tmp_path / "second", "--json")
    assert done.returncode == 0, done.stderr
    assert "stopped before the call ended; replaying what is there" in done.stderr
    assert json.loads(done.stdout)["agent"] == "reception"
