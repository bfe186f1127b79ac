"""`pytest recordings/` as a user meets it: what is collected, what is told, what is the same."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from pytest_runs import run_pytest
from soaking import usually

from callwright.calls import events as ev
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.testing.cases import Chosen, every
from callwright.lab.testing.jobs import Job
from callwright.lab.testing.kinds import kind_of
from callwright.lab.testing.replaying import Replaying

RECORDINGS = Path(__file__).parents[2] / "recordings"
HUMAN = RECORDINGS / "reception-human"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(HUMAN, tmp_path / "recordings" / "human")
    return tmp_path


def expect(project: Path, text: str) -> None:
    (project / "recordings" / "human" / "expect.yaml").write_text(text)


def cases(folder: Path, chosen: Chosen | None = None) -> list[tuple[str | None, int]]:
    """Every test of a folder, whichever of its files stands for it."""
    found = [
        case
        for path in sorted(folder.iterdir())
        if (kind := kind_of(path)) is not None
        for case in kind.cases(path, chosen or Chosen())
    ]
    return [(case.stack, case.seed) for case in found]


def test_every_bundled_call_is_a_test_and_there_are_more_than_forty() -> None:
    tests = {path.name: cases(path) for path in RECORDINGS.iterdir() if path.is_dir()}
    recorded = {path.parent.name for path in RECORDINGS.glob("*/caller.yaml")}
    assert {name for name, found in tests.items() if found} == recorded
    assert all((RECORDINGS / name / "expect.yaml").exists() for name in recorded)
    assert sum(map(len, tests.values())) >= 40
    stacks = {stack for found in tests.values() for stack, _ in found}
    assert stacks == {
        "cascaded", "cascaded-flux", "embedded", "embedded-s2s", "half-cascade", "s2s-azure",
        "s2s-openai",
    }  # fmt: skip


def test_every_kind_of_event_of_a_call_without_mishaps_is_expected_of_some_call() -> None:
    files = [yaml.safe_load(path.read_text()) for path in RECORDINGS.glob("*/expect.yaml")]
    expected = [one for file in files for one in (file, *file.get("per_stack", {}).values())]
    of_mishaps = {"switched_over", "trouble"}
    found = {name for one in expected for name in one.get("events", [])}
    assert found == set(ev.KINDS) - of_mishaps


def test_what_the_command_line_chooses_comes_first(project: Path) -> None:
    folder = project / "recordings" / "human"
    expect(project, "stacks: [embedded, cascaded]\nseeds: [0, 4]\n")
    assert cases(folder) == [("embedded", 0), ("embedded", 4), ("cascaded", 0), ("cascaded", 4)]
    assert cases(folder, Chosen(["half-cascade"], [7])) == [("half-cascade", 7)]
    (folder / "expect.yaml").unlink()
    assert cases(folder) == [("embedded", 0)]
    # A path has a readable name.
    expect(project, "stacks: [../../stacks/mine.yaml]\n")
    kind = kind_of(folder / "expect.yaml")
    assert kind is not None
    (case,) = kind.cases(folder / "expect.yaml", Chosen())
    assert (case.name, case.stack) == ("mine-s0", "../../stacks/mine.yaml")


def test_stacks_whose_files_have_one_name_are_two_tests() -> None:
    cases = every(["ours/fast.yaml", "theirs/fast.yaml", "embedded"], [0, 3])
    assert [case.name for case in cases] == [
        "ours/fast.yaml-s0", "ours/fast.yaml-s3", "theirs/fast.yaml-s0", "theirs/fast.yaml-s3",
        "embedded-s0", "embedded-s3",
    ]  # fmt: skip


def test_a_call_that_was_really_made_is_a_test_and_what_a_replay_wrote_is_none(
    tmp_path: Path,
) -> None:
    meta = {"agent": {"name": "reception"}, "clock": "real"}
    (tmp_path / "call.yaml").write_text(yaml.safe_dump(meta))
    assert cases(tmp_path) == [("embedded", 0)]
    (tmp_path / "call.yaml").write_text(yaml.safe_dump(meta | {"recording": "reception-plain"}))
    assert cases(tmp_path) == []
    # Something is expected of it: then it is one.
    (tmp_path / "expect.yaml").write_text("outcome: completed\n")
    assert cases(tmp_path) == [("embedded", 0)]
    # Expectations of nothing are none.
    (tmp_path / "call.yaml").unlink()
    assert cases(tmp_path) == []


def test_the_same_digests_in_whatever_process(project: Path) -> None:
    expect(project, "outcome: handed_off\nstacks: [embedded, s2s-openai]\n")
    # This process has hashes of its own.
    done = run_pytest(project, "recordings", "-n", 2, PYTHONHASHSEED="4711")
    assert done.code == 0, done.text
    assert "2 calls," in done.text
    assert "2 handed_off" in done.text
    here = {
        f"recordings/human/expect.yaml::{stack}-s0": replay(
            HUMAN, ReplayOptions(stack=stack, out=project / "calls")
        ).digest
        for stack in ("embedded", "s2s-openai")
    }
    assert {name: call["digest"] for name, call in done.calls.items()} == here
    # Nobody looks at a call that was as expected.
    assert {call["folder"] for call in done.calls.values()} == {None}


def test_a_failure_is_told_lane_by_lane_and_its_command_makes_it_again(project: Path) -> None:
    expect(project, "turns: [{bot: {has: [Lakeside]}}, {user: this is emil copper}]\n")
    done = run_pytest(project, "recordings", "--callwright-seed", 3)
    assert done.code == 1, done.text
    # Under CI pytest tells it again, whole, in its summary.
    told, _, _ = done.text.partition("short test summary")
    told = "".join(told.partition("recordings/human, embedded-s3: not as expected")[1:])
    assert "parted at turn 2, at 0:0" in told
    assert re.search(
        r"heard +expected  this is emil copper\n +got +hi this is emily cooper\n", told
    )
    assert "said      as ever   " in told
    assert "turns after it that differ: 3" in told
    (folder,) = re.findall(r"^folder  (.*)$", told, re.MULTILINE)
    assert (project / folder / "events.jsonl").is_file()
    assert "again   callwright replay recordings/human --stack embedded --seed 3\n" in told
    # No Python of ours is in the way.
    assert "Traceback" not in told
    assert ".py" not in told


def test_a_mistake_in_the_expectations_has_its_place(project: Path) -> None:
    expect(project, "outcom: completed\n")
    # xdist goes on where pytest by itself stops.
    done = run_pytest(project, "recordings", "-n", 2)
    assert done.code == 2, done.text
    assert (
        "recordings/human/expect.yaml:1:1: the key 'outcom' is unknown; did you mean" in done.text
    )
    assert "Traceback" not in done.text


def test_pytest_from_another_folder_finds_what_a_recording_names(project: Path) -> None:
    bundled = Path(__file__).parents[2] / "pipelines"
    agent, stacks = project / "pipelines" / "agents" / "pizza", project / "pipelines" / "stacks"
    shutil.copytree(bundled / "agents" / "reception", agent)
    stacks.mkdir()
    text = (agent / "agent.yaml").read_text()
    text = text.replace("agent: reception", "agent: pizza").replace("embedded", "my-embedded")
    (agent / "agent.yaml").write_text(text)
    text = (bundled / "stacks" / "embedded.yaml").read_text()
    (stacks / "my-embedded.yaml").write_text(text.replace("embedded\n", "my-embedded\n", 1))
    caller = project / "recordings" / "human" / "caller.yaml"
    caller.write_text(caller.read_text().replace("agent: reception", "agent: pizza"))
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    expect(project, "outcome: handed_off\n")
    done = run_pytest(elsewhere, "../recordings")
    assert done.code == 0, done.text
    (call,) = done.calls.values()
    assert call["test"].endswith("expect.yaml::my-embedded-s0")
    assert (call["agent"], call["stack"]) == ("pizza", "my-embedded")


def test_what_cannot_be_replayed_is_told(project: Path) -> None:
    (project / "recordings" / "human" / "user.wav").unlink()
    done = run_pytest(project, "recordings", "--callwright-stacks", "embedded,cascadde")
    assert done.code == 2, done.text
    assert "user.wav" in done.text
    assert "Traceback" not in done.text


HANGING = "def leave(reason=None):\n    while True:\n        pass\n"
# The record is written behind the call, and real time is what it needs.
DYING = """import os, subprocess

def leave(reason=None):
    subprocess.run(["sleep", "2"])
    os._exit(3)
"""
DEAD = "import os\n\nos._exit(3)\n\n\ndef leave(reason): return {}\n"


def deadly(project: Path, tools: str) -> None:
    """An agent whose tool, once the name is known, hangs or ends the process."""
    agent = project / "pipelines" / "agents" / "deadly"
    agent.mkdir(parents=True, exist_ok=True)
    (agent / "agent.yaml").write_text(
        "agent: deadly\nstack: embedded\ngreeting: Hello.\n"
        "entities: {reason: {type: person_name, ask: 'Who?'}}\n"
        "tools:\n  leave: {python: 'tools:leave', needs: [reason], timeout: 100}\n"
    )
    (agent / "tools.py").write_text(tools)
    caller = project / "recordings" / "human" / "caller.yaml"
    caller.write_text(caller.read_text().replace("agent: reception", "agent: deadly"))


@pytest.mark.parametrize(
    ("tools", "why"),
    [
        # So long that a busy machine comes as far as the tool.
        pytest.param(
            HANGING, "the call did not end within 30 s of real time", marks=pytest.mark.soak
        ),
        (DYING, "the process that replays calls ended with exit code 3"),
    ],
    ids=["hangs", "dies"],
)
def test_a_call_that_never_ends_is_told_with_what_is_on_record(
    tools: str, why: str, project: Path
) -> None:
    deadly(project, tools)
    expect(project, "outcome: completed\n")
    done = run_pytest(project, "recordings", "--callwright-timeout", 30)
    assert done.code == 1, done.text
    assert f"{why}\nlast on record is turn 2, at 0:0" in done.text
    assert (
        "\n  heard     hi this is emily cooper\n  decided   captured reason, ran leave" in done.text
    )
    (folder,) = re.findall(r"^folder  (.*)$", done.text.partition("short test")[0], re.MULTILINE)
    assert (project / folder / "events.jsonl").is_file()
    assert "again   callwright replay recordings/human --stack embedded --seed 0\n" in done.text
    assert "1 calls, 0." in done.text
    assert "1 unfinished" in done.text
    (call,) = done.calls.values()
    assert (call["outcome"], call["agent"], call["passed"]) == ("unfinished", "deadly", False)


def test_a_process_that_hangs_or_dies_before_there_is_a_call_is_an_answer(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    deadly(project, DEAD)
    job = Job("call", "recordings/human", "embedded", 0, "calls")
    slow, dying = Replaying(0.1), Replaying(100)
    try:
        assert slow.run(job).failed[0] == "the call did not end within 0.1 s of real time"
        for _ in range(2):  # another process is started for the next call
            answer = dying.run(job)
            died = "the process that replays calls ended with exit code 3"
            assert answer.failed[0] == died
            assert answer.again == "callwright replay recordings/human --stack embedded --seed 0"
            assert (answer.report["outcome"], answer.report["folder"]) == ("unfinished", None)
    finally:
        slow.close()
        dying.close()


@pytest.mark.parametrize("file", usually(["caller.yaml", "user.wav"], "user.wav".__eq__))
def test_any_file_of_a_call_names_it(file: str, project: Path) -> None:
    expect(project, "outcome: handed_off\n")
    done = run_pytest(project, f"recordings/human/{file}")
    assert done.code == 0, done.text
    assert list(done.calls) == [f"recordings/human/{file}::embedded-s0"]


def test_scenarios_are_collected_by_name_stack_and_seed() -> None:
    path = RECORDINGS / "reception-question.yaml"
    kind = kind_of(path)
    assert kind is not None
    assert kind.name == "scenario"
    found = kind.cases(path, Chosen(stacks=["embedded", "cascaded"], seeds=[0, 3]))
    assert [one.name for one in found] == [
        "question-embedded-s0", "question-embedded-s3",
        "question-cascaded-s0", "question-cascaded-s3",
    ]  # fmt: skip
    assert {one.part for one in found} == {0}


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("name: a\nturns: []\n", True),
        ("name: a\non: push\njobs: {}\n", False),
        ("turns: [\n", True),  # broken: reading it says where
        ("jobs: [\n", False),
        ("- a\n", False),
    ],
)
def test_only_scenarios_are_taken_for_scenarios(text: str, claimed: bool, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(text)
    assert (kind_of(path) is not None) == claimed
