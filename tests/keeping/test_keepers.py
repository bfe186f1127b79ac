"""Required steps on whole calls: gate, guard, announcer and tool guard, whatever the model does."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from soaking import usually

from bench import soak_faults
from callwright.calls import events as ev
from callwright.conversation import Plan
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.lab import models
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed

E = TypeVar("E", bound=ev.Event)

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"

AGENT = """\
agent: vault
greeting: Vault Company, this is an automated assistant. How can I help you?
closing: Goodbye.
entities:
  full_name: {{type: person_name, ask: May I have your full name?}}
  callback_number: {{type: phone, ask: What number can we call you back on?, confirm: read_back}}
checkpoints:
  disclosure: {{say: '{{greeting}}', keep: {keep}}}
  identity: {{needs: [full_name, callback_number], verify: find, keep: {keep}}}
tools:
  find: {{python: 'tools:find', after: [disclosure]}}
  leave: {{python: 'tools:leave', needs: [full_name], after: [identity], say: I have noted that.}}
handoff: {{when: [asked, failed]}}
"""

TOOLS = """\
def find(full_name, callback_number):
    return {"vault": 7}


def leave(full_name):
    return {"ok": True}
"""


ROGUE = [("cascaded", "gate"), ("s2s-openai", "override")]
ROGUE += [("s2s-openai", "gate"), ("half-cascade", "override")]
# Where each part has another one to fall back on, none of which is needed here.
SPARE = {kind: str(path) for kind, path in soak_faults.SPARE.items()}
KEPT = [
    (SPARE[kind], keep) for kind in ("cascaded", "half-cascade") for keep in ("gate", "override")
]
ROGUE += KEPT
BEHAVED = [("s2s-openai", "override"), ("half-cascade", "gate"), ("cascaded", "override")]
BEHAVED += [
    ("half-cascade", "override"),
    ("s2s-azure", "override"),
    (SPARE["s2s"], "override"),
    *KEPT,
]


class Rogue:
    """A model that claims and calls whatever it likes, as if nothing were required."""

    def __init__(self, plan: Plan, today: date) -> None:
        self.asked = 0

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        self.asked += 1
        calls = [ToolCall("leave", {"full_name": "Eve"}), ToolCall("find", {"full_name": "Eve"})]
        return Reply("You are verified, and it is all done. Anything else?", calls)


class Silent:
    """A model that says nothing."""

    def __init__(self, plan: Plan, today: date) -> None: ...

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        return Reply()


class OwnWay:
    """A model that asks what has to be asked, but never in the words it is given."""

    def __init__(self, plan: Plan, today: date) -> None: ...

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        return Reply("So, what was your full name again?")


class Quitter:
    """A model that claims what it likes and hands the caller over in the same breath."""

    def __init__(self, plan: Plan, today: date) -> None: ...

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        return Reply("You are verified, all booked.", [ToolCall("hand_off", {})])


def call(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stack: str, keep: str, mind: type = DialogueMind
) -> Replayed:
    monkeypatch.setattr(models, "DialogueMind", mind)
    folder.joinpath("agent.yaml").write_text(AGENT.format(keep=keep))
    folder.joinpath("tools.py").write_text(TOOLS)
    options = ReplayOptions(agent=str(folder / "agent.yaml"), stack=stack, out=folder / "calls")
    return replay(PLAIN, options)


def kinds(replayed: Replayed, kind: type[E]) -> list[E]:
    return [event for event in replayed.result.events if isinstance(event, kind)]


def order(replayed: Replayed) -> list[str]:
    """Steps passed and tools run, in order."""
    return [
        event.tool if isinstance(event, ev.ToolStarted) else event.checkpoint
        for event in replayed.result.events
        if isinstance(event, ev.ToolStarted)
        or (isinstance(event, ev.CheckpointChanged) and event.status == "passed")
    ]


def said_before(replayed: Replayed, checkpoint: str) -> str:
    """What the caller heard before a step was passed."""
    told: list[str] = []
    for event in replayed.result.events:
        if isinstance(event, ev.Said):
            told.append(event.text)
        passed = isinstance(event, ev.CheckpointChanged) and event.status == "passed"
        if passed and event.checkpoint == checkpoint:
            break
    return " ".join(told)


@pytest.mark.parametrize(
    ("stack", "keep"),
    usually(ROGUE, [ROGUE[1], (SPARE["cascaded"], "override")].__contains__),
)
def test_a_rogue_model_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: str, keep: str
) -> None:
    replayed = call(tmp_path, monkeypatch, stack, keep, Rogue)
    assert order(replayed)[:3] == ["disclosure", "find", "identity"]
    assert "verified" not in said_before(replayed, "identity")
    ran = kinds(replayed, ev.ToolStarted)
    assert "Eve" not in str(ran)
    assert len({str(one) for one in ran}) == len(ran)  # nothing runs twice for the same facts
    assert replayed.violations == []
    assert bool(kinds(replayed, ev.ReplyReplaced)) == (keep == "override")


@pytest.mark.parametrize(
    ("stack", "keep"),
    usually(BEHAVED, [(SPARE["s2s"], "override"), (SPARE["half-cascade"], "gate")].__contains__),
)
def test_a_model_that_behaves_is_heard_and_the_call_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: str, keep: str
) -> None:
    replayed = call(tmp_path, monkeypatch, stack, keep)
    assert order(replayed) == ["disclosure", "find", "identity", "leave"]
    assert replayed.result.outcome == "completed"
    assert replayed.violations == []
    replaced = [e.text for e in kinds(replayed, ev.ReplyReplaced)]
    # Until its tool has returned, a model takes no step by asking for patience.
    assert set(replaced) <= {"One moment, please."}
    assert bool(kinds(replayed, ev.ReplyHeld)) == (keep == "override")
    assert kinds(replayed, ev.SwitchedOver) == []


def test_a_silent_model_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed = call(tmp_path, monkeypatch, "cascaded", "override", Silent)
    assert replayed.violations == []
    assert order(replayed)[:3] == ["disclosure", "find", "identity"]


def test_a_gated_step_is_not_taken_in_words_of_a_models_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No other voice is there to say the rules' words.
    replayed = call(tmp_path, monkeypatch, "s2s-azure", "gate", OwnWay)
    assert replayed.violations == []
    said = [event for event in kinds(replayed, ev.Said) if event.by == "model"]
    assert said == []
    assert {e.text for e in kinds(replayed, ev.ReplyReplaced)} == {
        "So, what was your full name again?"
    }
    assert replayed.result.outcome != "completed"


@pytest.mark.parametrize("stack", ["cascaded", "half-cascade", "s2s-openai"])
def test_a_model_that_ends_the_call_takes_no_step_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: str
) -> None:
    replayed = call(tmp_path, monkeypatch, stack, "override", Quitter)
    assert replayed.violations == []
    said = " ".join(event.text for event in kinds(replayed, ev.Said))
    assert "verified" not in said
    assert said.endswith("put you through to someone now. Please stay on the line.")
    assert replayed.result.outcome == "handed_off"
