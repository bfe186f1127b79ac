"""Twelve regressions, planted: the suite of recorded calls fails, and says what it is.

Every plant is a copy of a bundled agent and stack with one change in it, called by a bundled
recording with the bundled expectations. What is planted below the declarations (an event that is
not recorded, guards that let everything pass, another Pipecat) is planted into the process that
replays.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from pytest_runs import Run, run_pytest

from callwright.lab.expectations.reading import read_expectations

ROOT = Path(__file__).parents[2]

DEAF = """
from pipecat.frames.frames import InterruptionFrame
from pipecat.processors.frame_processor import FrameProcessor


class Deaf(FrameProcessor):
    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if not isinstance(frame, InterruptionFrame):
            await self.push_frame(frame, direction)
"""

# In the process that replays, and nowhere else: a recorder that loses an event, and guards that are
# where they belong and let everything pass.
BENEATH = """
import sys

if "callwright.lab.testing.worker" in sys.orig_argv:
    from callwright.clock import install

    install()
    from callwright.conversation.machine import Conversation
    from callwright.recorder.observer import CallRecorder

    Conversation.guarded = False
    emit = CallRecorder.emit
    CallRecorder.emit = lambda self, event: (
        None if event.name == "end_of_turn_guessed" else emit(self, event)
    )
"""

LOST = {
    "reception-plain": ("end_of_turn_guessed",),
    "guard-plain": ("reply_held", "reply_replaced"),
}

Edit = Mapping[str, Callable[[str], str]]


def without(words: str) -> Callable[[str], str]:
    return instead(words, "")


def instead(words: str, others: str) -> Callable[[str], str]:
    def edited(text: str) -> str:
        changed = re.sub(words, others, text)
        assert changed != text, f"{words!r} is not in the file"
        return changed

    return edited


@dataclass(frozen=True)
class Plant:
    """One change.

    Args:
        recording: Who calls.
        stack: On which stack.
        edits: How each file is changed: `agent.yaml`, `tools.py`, `stack.yaml`.
        says: What the output says of it.
    """

    recording: str
    stack: str
    edits: Edit = field(default_factory=dict)
    says: tuple[str, ...] = ()


PLANTS = {
    "prompt-line": Plant(
        "reception-plain",
        "cascaded",
        {"agent.yaml": without(r" Be brief and kind, ask one question at a\s+time[^.]*\.")},
        ("made_of.prompt", "give no medical advice.", "got       nothing"),
    ),
    "stop-secs": Plant(
        "reception-plain",
        "embedded",
        {"stack.yaml": instead(r"stop_secs: 0\.4", "stop_secs: 0.8")},
        (
            "response latency, p50",
            "made_of.services.vad.settings.stop_secs\n    expected  0.4\n    got       0.8",
        ),
    ),
    "guard": Plant(
        "clinic-plain",
        "cascaded",
        {"stack.yaml": without("speech_guard, ")},
        ("pipelines/stacks/guard.yaml:", "cannot be kept here without speech_guard"),
    ),
    "aggregator": Plant(
        "clinic-plain",
        "cascaded",
        {"stack.yaml": instead("hear_entities, context.user", "context.user, hear_entities")},
        ("pipelines/stacks/aggregator.yaml:", "'context.user' stands before 'hear_entities'"),
    ),
    "barge-in": Plant(
        "reception-barge-in",
        "embedded",
        {"stack.yaml": instead("context.user, llm", "context.user, 'deaf:Deaf', llm")},
        ("parted at turn 1", "the caller spoke, and the bot went on"),
    ),
    "argument": Plant(
        "clinic-plain",
        "embedded",
        {
            "agent.yaml": instead(r"\bvisit\b", "kind_of_visit"),
            "tools.py": instead(r"\bvisit(?=: str|\),)", "kind_of_visit"),
        },
        ("tool call 3, book", "no argument kind_of_visit, visit='blood test'"),
    ),
    "read-back": Plant(
        "clinic-plain",
        "embedded",
        {"agent.yaml": instead(r"past: true\n    confirm: read_back", "past: true")},
        ("parted at turn 4", "expected  captured date_of_birth, read back date_of_birth"),
    ),
    "language": Plant(
        "reception-plain",
        "cascaded",
        {"stack.yaml": instead("punctuate: false", "punctuate: false, language: es")},
        ("made_of.services.stt.settings.language\n    expected  en\n    got       es",),
    ),
    # None of these is heard in a call in which all goes well.
    "rules": Plant(
        "clinic-plain",
        "embedded",
        {
            "agent.yaml": lambda text: instead("on_failure: end", "on_failure: continue")(
                instead(r"identity, consent, opening", "identity, opening")(
                    instead(r"(after: \[identity\])", r"\1\n    timeout: 1")(text)
                )
            )
        },
        (
            "made_of.checkpoints.consent.on_failure\n    expected  end\n    got       continue",
            "made_of.tool_rules.find_slot.timeout\n    expected  nothing\n    got       1",
            "made_of.tool_rules.book.after",
        ),
    ),
    # Nothing is changed here, and nothing must be found.
    "none": Plant("reception-human", "embedded"),
}


def planted(project: Path, name: str, plant: Plant) -> None:
    """Write a plant's recording, agent and stack into a project."""
    bundled = ROOT / "pipelines"
    recording = project / "recordings" / name
    shutil.copytree(ROOT / "recordings" / plant.recording, recording)
    caller = yaml.safe_load((recording / "caller.yaml").read_text())
    agent = project / "pipelines" / "agents" / name
    shutil.copytree(bundled / "agents" / caller["agent"], agent)
    stack = project / "pipelines" / "stacks" / f"{name}.yaml"
    stack.parent.mkdir(exist_ok=True)
    shutil.copy(bundled / "stacks" / f"{plant.stack}.yaml", stack)
    for file, change in plant.edits.items():
        path = stack if file == "stack.yaml" else agent / file
        path.write_text(change(path.read_text()))
    stack.write_text(instead(r"(?m)^stack: .*", f"stack: {name}")(stack.read_text()))
    agent_yaml = agent / "agent.yaml"
    agent_yaml.write_text(instead(r"(?m)^agent: .*", f"agent: {name}")(agent_yaml.read_text()))
    (recording / "caller.yaml").write_text(yaml.safe_dump(caller | {"agent": name}))
    expect_on(plant.stack, recording, under=name)


def expect_on(stack: str, recording: Path, under: str) -> None:
    """Expect of a recording what is expected on one stack, which may have another name."""
    expected = read_expectations(recording)
    assert expected is not None
    raw = {"stacks": [under]} | expected.raw_on(stack)
    (recording / "expect.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True))


def declared(project: Path) -> Run:
    """One run of all plants in declarations."""
    for name, plant in PLANTS.items():
        planted(project, name, plant)
    (project / "pipelines" / "stacks" / "deaf.py").write_text(DEAF)
    return run_pytest(project, "recordings")


def beneath(project: Path) -> Run:
    """A run of two calls under another Pipecat, with a recorder and guards that do not work."""
    for name, stack in (("reception-plain", "embedded"), ("guard-plain", "s2s-openai")):
        recording = project / "recordings" / name
        shutil.copytree(ROOT / "recordings" / name, recording)
        expect_on(stack, recording, under=stack)
    patch = project / "path" / "pipecat_ai-1.14.1.dist-info"
    patch.mkdir(parents=True)
    (patch / "METADATA").write_text("Metadata-Version: 2.1\nName: pipecat-ai\nVersion: 1.14.1\n")
    (project / "path" / "sitecustomize.py").write_text(BENEATH)
    return run_pytest(project, "recordings", PYTHONPATH=str(project / "path"))


def told(run: Run, name: str) -> str:
    """What was told of one recording."""
    header = rf"^_+ recordings/{re.escape(name)}: .* _+$"
    parts = re.split(r"(?m)^(?=_+ recordings/|=+ )", run.text)
    return "".join(part for part in parts if re.match(header, part.splitlines()[0] if part else ""))


@pytest.mark.timeout(600)
def test_every_planted_regression_is_caught_and_named(tmp_path: Path) -> None:
    run = declared(tmp_path)
    assert run.code == 1, run.text
    for name, plant in PLANTS.items():
        failed = f"FAILED recordings/{name}/expect.yaml::{name}-s0" in run.text
        assert failed == bool(plant.says), (name, run.text)
        assert [words for words in plant.says if words not in told(run, name)] == [], run.text
    # The one in which nothing is planted.
    assert "1 passed" in run.text
    assert run.calls["recordings/none/expect.yaml::none-s0"]["passed"]


@pytest.mark.timeout(600)
def test_what_is_planted_beneath_is_caught_and_named(tmp_path: Path) -> None:
    run = beneath(tmp_path)
    assert run.code == 1, run.text
    for name in ("reception-plain", "guard-plain"):
        assert "made_of.pipecat\n    expected  1.14.0\n    got       1.14.1" in told(run, name)
    for name, lost in LOST.items():
        for kind in lost:
            what = f"event {kind}\n    expected  recorded\n    got       not recorded any more"
            assert what in told(run, name), run.text
