"""`callwright replay` with expectations, over seeds, and between two calls, as a user meets it."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from callwright.calls import events as ev
from callwright.calls.folder import write_meta
from callwright.cli.main import app

ROOT = Path(__file__).parents[2]
HUMAN = ROOT / "recordings" / "reception-human"
WRONG = "# kept\noutcome: completed\nturns:\n- bot: {has: [Lakeside]}  # said first\n"


def run(*arguments: object) -> Result:
    """Run the command in this process, where the models are loaded already."""
    return CliRunner().invoke(app, ["replay", *map(str, arguments)])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HUMAN, tmp_path / "human")
    (tmp_path / "human" / "expect.yaml").write_text(WRONG)
    # The bundled agent, who comes to the point: what is said takes as long here as in a call.
    agent = tmp_path / "pipelines" / "agents" / "reception"
    shutil.copytree(ROOT / "pipelines" / "agents" / "reception", agent)
    text = (agent / "agent.yaml").read_text()
    (agent / "agent.yaml").write_text(re.sub("(?m)^greeting: .*", "greeting: Lakeside.", text))
    return tmp_path


def test_what_does_not_hold_is_shown_and_accepted(project: Path) -> None:
    done = run("human", "--seeds", 2, "--json")
    assert done.exit_code == 1
    for line in done.stdout.splitlines():
        expectations = json.loads(line)["expectations"]
        assert expectations["passed"] == 1
        assert {one["what"] for one in expectations["failed"]} == {
            "turn 2, heard", "turn 2, said", "outcome",
        }  # fmt: skip
        assert expectations["failed"][-1] == {
            "what": "outcome", "turn": None, "expected": "completed", "got": "handed_off",
        }  # fmt: skip
    assert "human on embedded: 2 seeds: 2 handed_off; 2 broke" in done.stderr
    assert "callwright replay human --stack embedded --seed 1" in done.stderr
    done = run("human", "--accept")
    assert done.exit_code == 0, done.stderr
    assert "+outcome: handed_off" in done.stdout
    text = (project / "human" / "expect.yaml").read_text()
    assert text.startswith("# kept\n")
    assert "\n- bot: {has: [Lakeside]}  # said first\n" in text
    done = run("human")
    assert done.exit_code == 0, done.stdout
    assert " met\n" in done.stdout
    assert "not met" not in done.stdout


def test_a_removed_line_of_a_prompt_is_named_wherever_the_call_was_accepted_first(
    project: Path,
) -> None:
    expect = project / "human" / "expect.yaml"
    expect.unlink()
    assert run("human", "--accept").exit_code == 0
    assert run("human", "--accept", "--stack", "cascaded").exit_code == 0
    expect.write_text("made_of: {}\n" + expect.read_text())
    assert run("human", "--accept").exit_code == 0
    written = yaml.safe_load(expect.read_text())
    assert (written["made_of"]["prompt"], written["made_of"]["tools"]) == ("", {})
    cascaded = written["per_stack"]["cascaded"]["made_of"]
    assert cascaded["prompt"].startswith("You are Robin")
    assert "take_message" in cascaded["tools"]
    agent = project / "pipelines" / "agents" / "reception" / "agent.yaml"
    line = ", and give no medical advice"
    assert line in agent.read_text()
    agent.write_text(agent.read_text().replace(line, ""))
    done = run("human", "--stack", "cascaded", "--json")
    assert done.exit_code == 1, done.stderr
    (failed,) = json.loads(done.stdout)["expectations"]["failed"]
    assert failed["what"] == "made_of.prompt"
    assert "no medical advice" in failed["expected"]


def test_a_tool_that_fails_is_told_with_its_error_and_can_be_expected(project: Path) -> None:
    shutil.copytree(ROOT / "recordings" / "reception-plain", project / "plain")
    agent = project / "pipelines" / "agents" / "reception"
    shutil.copytree(ROOT / "pipelines" / "agents" / "reception", agent, dirs_exist_ok=True)
    tools = agent / "tools.py"
    raising = r"\1\n    raise RuntimeError('gone')"
    tools.write_text(re.sub(r"(?m)^(def take_message.*:)$", raising, tools.read_text()))
    done = run("plain", "--json")
    (failed,) = [
        one for one in json.loads(done.stdout)["expectations"]["failed"] if "decided" in one["what"]
    ]
    told = "confirmed callback_number, failed take_message (take_message: RuntimeError: gone)"
    assert failed["got"] == told
    assert "failed: RuntimeError: gone" in done.stdout
    assert run("plain", "--accept", "--stack", "embedded").exit_code == 0
    (tool,) = yaml.safe_load((project / "plain" / "expect.yaml").read_text())["tools"]
    assert tool["failed"]


def test_a_stack_given_by_its_path_is_accepted_as_one_that_can_be_replayed(project: Path) -> None:
    text = (ROOT / "pipelines" / "stacks" / "embedded.yaml").read_text()
    (project / "stacks").mkdir()
    mine = project / "stacks" / "mine.yaml"
    mine.write_text(text.replace("stack: embedded", "stack: mine"))
    expect = project / "human" / "expect.yaml"
    expect.unlink()
    assert run("human", "--stack", "stacks/mine.yaml", "--accept").exit_code == 0
    written = expect.read_text()
    assert yaml.safe_load(written)["stacks"] == ["../stacks/mine.yaml"]
    done = run("human", "--accept")
    assert (done.exit_code, expect.read_text()) == (0, written), done.stderr
    assert "holds on mine, nothing to change" in done.stdout
    # Beside another one, with what differs there under its name: nothing is added twice.
    text = "stacks: [embedded, ../stacks/mine.yaml]\n"
    expect.write_text(f"{text}outcome: completed\nper_stack: {{mine: {{outcome: abandoned}}}}\n")
    assert run("human", "--accept").exit_code == 0
    assert expect.read_text() == f"{text}outcome: handed_off\n"
    expect.write_text(expect.read_text() + "per_stack: {mine: {outcome: abandoned}}\n")
    done = run("human", "--stack", "stacks/mine.yaml", "--json")
    failed = json.loads(done.stdout)["expectations"]["failed"]
    assert [one["expected"] for one in failed] == ["abandoned"]
    done = run("human", "--stack", "stacks/mine.yaml", "--seeds", 2)
    assert "callwright replay human --stack stacks/mine.yaml --seed 1" in done.stderr


def test_a_call_is_accepted_under_a_seed_that_it_is_tested_under(project: Path) -> None:
    expect = project / "human" / "expect.yaml"
    expect.unlink()
    done = run("human", "--accept", "--seed", 4)
    assert "human/expect.yaml: written from embedded under seed 4;" in done.stdout
    assert yaml.safe_load(expect.read_text())["seeds"] == [4]
    # Its own seed is what is meant without one.
    done = run("human", "--accept")
    assert done.stdout == "human/expect.yaml: holds on embedded under seed 4, nothing to change\n"
    expect.write_text("seeds: [0, 4]\noutcome: completed\n")
    assert "changed on embedded under seed 0;" in run("human", "--accept").stdout
    assert "holds on embedded under seed 4," in run("human", "--accept", "--seed", 4).stdout


def test_only_the_agent_that_a_call_calls_by_itself_is_accepted(project: Path) -> None:
    caller = project / "human" / "caller.yaml"
    caller.write_text(caller.read_text().replace("agent: reception\n", ""))
    done = run("human", "--accept", "--agent", "clinic")
    assert done.exit_code == 2
    assert done.stderr == (
        "human/caller.yaml:1:1: it names no agent and calls 'reception', so what is expected of "
        "'clinic' could not be tested; add 'agent: clinic' to it\n"
    )
    path = project / "pipelines" / "agents" / "reception"
    done = run("human", "--accept", "--agent", path)  # the same, by its path
    assert done.exit_code == 0, done.stderr
    # A call that was made says who was called, too.
    made = next((project / "calls").iterdir())
    done = run(made, "--accept", "--agent", "clinic")
    assert done.exit_code == 2
    assert "call.yaml:" in done.stderr
    assert "this call was made with the agent 'reception'" in done.stderr


def test_what_nobody_asked_for_is_told(project: Path) -> None:
    assert run("human", "--stack", "embedded-s2s", "--out", "calls").exit_code == 0
    copied = project / "copied"
    next((project / "calls").iterdir()).rename(copied)
    told = (
        "copied: this call was made on the stack 'embedded-s2s', and is replayed on 'embedded', "
        "its agent's own; for the same give --stack embedded-s2s\n"
    )
    assert told in run("copied").stderr
    assert told not in run("copied", "--stack", "embedded").stderr
    # It matters most where it is written down.
    assert told in run("copied", "--accept").stderr
    caller = project / "human" / "caller.yaml"
    caller.write_text(caller.read_text().replace("agent: reception\n", ""))
    told = "human/caller.yaml: it names no agent, so 'reception' is called; add 'agent: NAME'"
    assert told in run("human").stderr
    assert told not in run("human", "--agent", "reception").stderr


def test_the_command_for_a_seed_of_a_scenario_makes_its_call_again(project: Path) -> None:
    """The file is what a command line can name; a scenario's name is no path."""
    (project / "two words").mkdir()
    file = project / "two words" / "ok.yaml"
    wrong = "turns: [{expect: [{event: bot_stopped_speaking, absent: true, within_ms: 9000}]}]"
    file.write_text(f"name: pizza\nscenarios:\n  - name: order\n    {wrong}\n")
    done = run("two words/ok.yaml", "--agent", "clinic", "--seeds", 2, "--json")
    assert "pizza/order on embedded: 2 seeds: 2 abandoned; 2 broke" in done.stderr
    (command,) = [line.strip() for line in done.stderr.splitlines() if line.endswith("--seed 1")]
    assert shlex.split(command)[:3] == ["callwright", "replay", "two words/ok.yaml"]
    again = run(*shlex.split(command)[2:], "--json")
    assert again.exit_code == 1, again.stderr
    first = json.loads(done.stdout.splitlines()[1])
    assert json.loads(again.stdout)["digest"] == first["digest"]


SEVERAL = """\
name: pizza
scenarios:
  - {name: order, turns: [{expect: [{event: bot_started_speaking}]}]}
  - {name: pick up, turns: [{expect: [{event: bot_started_speaking, absent: true}]}]}
"""


def test_one_scenario_of_a_file(project: Path) -> None:
    (project / "pizza.yaml").write_text(SEVERAL)
    done = run("pizza.yaml", "--scenario", "order", "--json")
    assert done.exit_code == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    broken = run("pizza.yaml", "--seeds", 2, "--json")
    again = "callwright replay pizza.yaml --scenario 'pick up' --stack embedded --seed 1"
    assert again in broken.stderr
    assert run(*shlex.split(again)[2:]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pizza.yaml", "--scenario", "ordre"],
         "pizza.yaml: it has no scenario 'ordre'; did you mean 'order'?"),
        (["human", "--scenario", "order"], "human: a recording has no scenarios; leave out"),
        (["pizza.yaml", "--scenario", "order", "--accept"], "--accept means nothing with"),
    ],
)  # fmt: skip
def test_a_scenario_that_there_is_not(project: Path, arguments: list[str], told: str) -> None:
    (project / "pizza.yaml").write_text(SEVERAL)
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def call_folder(path: Path, said: str = "Hello.", bot: bytes = b"") -> Path:
    path.mkdir()
    write_meta(path, {"state": "ended"})
    events = [
        ev.BotAudible(at=0.5),
        ev.Said(at=1.0, text=said),
        ev.Ended(at=2, outcome="completed", reason=""),
    ]
    lines = [json.dumps(ev.to_line(event)) for event in events]
    (path / "events.jsonl").write_text("\n".join(lines) + "\n")
    (path / "bot.wav").write_bytes(bot)
    return path


def test_the_same_call_is_not_different(tmp_path: Path) -> None:
    done = run("--why-different", call_folder(tmp_path / "a"), call_folder(tmp_path / "b"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "the same: 3 events, and the sound of both sides\n"


def test_the_first_difference_is_named_with_both_sides(tmp_path: Path) -> None:
    a, b = call_folder(tmp_path / "a"), call_folder(tmp_path / "b", "Goodbye.")
    done = run("--why-different", a, b)
    assert done.exit_code == 1
    assert done.stdout.startswith("parted in what happened at event 2, turn 1\n")
    assert f"  {a}\n    1.000 s  said  text 'Hello.', by ''\n" in done.stdout
    assert "  text: 'Hello.' and 'Goodbye.'\n" in done.stdout
    data = json.loads(run("--why-different", a, b, "--json").stdout)
    assert data["same"] is False
    assert data["partings"][0]["second"]["event"]["text"] == "Goodbye."


def test_a_difference_in_sound_alone_is_one(tmp_path: Path) -> None:
    a, b = call_folder(tmp_path / "a"), call_folder(tmp_path / "b", bot=b"\1")
    done = run("--why-different", a, b)
    assert (done.exit_code, done.stdout) == (
        1, "every event is the same, and bot.wav sounds different\n",
    )  # fmt: skip


def test_what_the_calls_were_made_of_is_compared_too(tmp_path: Path) -> None:
    a, b = call_folder(tmp_path / "a"), call_folder(tmp_path / "b")
    made = {"prompt": "You are Robin. Be brief.", "steps": ["input", "llm", "output"]}
    write_meta(a, {"state": "ended", "seed": 0, "made_of": made})
    made = {"prompt": "You are Robin.", "steps": ["input", "output"]}
    write_meta(b, {"state": "ended", "seed": 1, "made_of": made})
    done = run("--why-different", a, b)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1:] == [
        "made otherwise:",
        "  seed", "    0", "    1",
        "  made_of.prompt", "    Be brief.", "    nothing",
        "  made_of.steps", "    llm", "    nothing",
    ]  # fmt: skip
    data = json.loads(run("--why-different", a, b, "--json").stdout)
    assert data["same"] is True
    assert data["made_otherwise"][0] == {"what": "seed", "first": "0", "second": "1"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "replay needs a call; give call folders or WAV files"),
        (["--why-different", HUMAN, HUMAN], "no call.yaml in it, so it is not a call"),
        (["--why-different", "nowhere", HUMAN], "there is no such call folder"),
        ([HUMAN, "--seed", -1], "'--seed': Input should be greater than or equal to 0"),
        ([HUMAN, "--seed", 1, "--seeds", 2], "--seed and --seeds exclude each other; give one"),
        ([HUMAN, "--accept", "--seeds", 2], "--accept writes what is seen under one seed; give"),
        (
            ["human", "--accept", "--seed", 1],
            "human/expect.yaml: it is tested under seeds: [0], and not under 1; add 1 to its seeds",
        ),
        ([HUMAN / "user.wav", "--accept"], "expectations stand in a call's folder"),
        (
            ["human", "--accept", "--agent", "clinic"],
            "human/caller.yaml:2:8: it calls the agent 'rec",
        ),
        ([HUMAN, "--accept", "--caller", "timeline"], "nothing is expected of --caller timeline"),
    ],
)
def test_bad_input_is_a_line_and_exit_code_2(
    arguments: list[object], message: str, project: Path
) -> None:
    done = run(*arguments)
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr


def test_a_mistake_in_the_expectations_is_told_before_the_call(project: Path) -> None:
    (project / "human" / "expect.yaml").write_text("outcome: complete\n")
    done = run("human")
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "human/expect.yaml:1:10: outcome 'complete' is unknown; did you mean 'completed'?"
    )
    # What only the agent's own stack may have is told as soon as that one is known.
    (project / "human" / "expect.yaml").write_text("per_stack: {cascaded: {outcome: failed}}\n")
    done = run("human")
    assert done.exit_code == 2
    assert done.stderr.startswith("human/expect.yaml:1:13: the stack 'cascaded' is not among its")
    assert not (project / "calls").exists()
