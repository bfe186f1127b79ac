"""The monitor is proven: with one guard taken out of a real pipeline, it names what broke.

With every guard in its place such calls keep every promise (`test_hostile.py`): what is named here
is the doing of the guard that is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from pipecat.processors.filters.identity_filter import IdentityFilter
from soaking import usually

from bot.keepers import Keepers
from bot.watchdog import SilenceWatch
from callwright.conversation import Plan
from callwright.conversation.machine import Conversation
from callwright.conversation.state import EntityState
from callwright.emulators import hostile_mind
from callwright.emulators.hostile_mind import HostileMind
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.services.realtime_guided import GuidedSession

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
BILL, NAME, NUMBER, YES = range(4)

AGENT = """
agent: front
greeting: Lakeside Clinic, this is Robin, an automated assistant. How can I help you?
closing: Goodbye.
entities:
  full_name: {{type: person_name, ask: 'May I have your full name?', sensitive: {sensitive}}}
  callback_number:
    {{type: phone, ask: 'What number can we call you back on?', confirm: read_back,
     sensitive: {sensitive}}}
checkpoints:
  disclosure: {{say: '{{greeting}}'}}
  notice: {{say: We keep your name for thirty days., keep: {keep}}}
  identity: {{needs: [full_name, callback_number], keep: {keep}}}
tools:
  take_message: {{python: 'tools:take_message', needs: [full_name], after: [notice, identity]}}
"""
TOOLS = "def take_message(full_name): return {'reference': '4711'}\n"

Patch = pytest.MonkeyPatch


def without_tool_guard(patch: Patch) -> None:
    patch.setattr(Conversation, "tool_refused", lambda *_: None)


def without_gate(patch: Patch) -> None:
    patch.setattr(Keepers, "gate", lambda _: IdentityFilter())
    # What a model was asked for all the same, the guard behind it would not let be heard.
    patch.setattr(Conversation, "reply_skips", lambda *_: "")


def without_speech_guard(patch: Patch) -> None:
    patch.setattr(Keepers, "guard", lambda _: IdentityFilter())
    # Nobody lets go of what would be held, so nothing is.
    patch.setattr(GuidedSession, "heed", lambda *_: None)


def without_statements(patch: Patch) -> None:
    patch.setattr("callwright.conversation.checkpoints.unheard", lambda *_: False)


def without_read_back(patch: Patch) -> None:
    """A value counts as read back by a question that does not hold it."""

    def note_read_back(state: Any, plan: Any, words: str) -> None:
        state.read_back = {n: e.value for n, e in state.entities.items() if e.value is not None}

    patch.setattr("callwright.conversation.machine.note_read_back", note_read_back)
    patch.setattr("callwright.engines.dialogue._read_back", lambda *_: ["Is that right?"])


def without_the_callers_yes(patch: Patch) -> None:
    """Whatever is answered to a read-back confirms it."""

    def judge(state: Any, plan: Any, heard: Any, before: Any, captured: Any) -> Any:
        question = state.question
        if question is None or question.kind != "read_back":
            return None, None, False
        known = state.entities[question.entity]
        state.know(question.entity, EntityState(known.value, "confirmed", known.heard))
        return question.entity, None, False

    patch.setattr("callwright.conversation.settling._judge", judge)


def without_outcome(patch: Patch) -> None:
    patch.setattr("callwright.conversation.steps.done", lambda *_: True)


def without_watchdog(patch: Patch) -> None:
    patch.setattr(SilenceWatch, "notice", lambda *_: None)


def without_masks(patch: Patch) -> None:
    patch.setattr("bot.session._redactor", lambda *_: None)


def without_masks_in_replies(patch: Patch) -> None:
    place = "callwright.calls.sensitive_words.SensitiveWords.in_bot_words"
    patch.setattr(place, lambda *_: [])


@dataclass(frozen=True)
class Plant:
    """A guard that is missing, and the call that shows it.

    Args:
        take_out: Takes it out.
        invariant: Which one breaks.
        what: What the monitor says of it.
        stacks: Where it is tried.
        keep: How the steps are kept.
        trick: What the model does at every turn; it cooperates without one.
        turns: The caller's, of the recording.
        sensitive: Whether name and number are.
        caller: Whether the caller waits for the bot.
    """

    take_out: Callable[[Patch], None]
    invariant: int
    what: str
    stacks: tuple[str, ...] = ("embedded",)
    keep: str = "gate"
    trick: str = ""
    turns: tuple[int, ...] = (BILL, NAME)
    sensitive: bool = False
    caller: Any = "reactive"


CLOUDS = ("cascaded", "s2s-openai")
PLANTS = {
    "tool guard": Plant(
        without_tool_guard, 1, "take_message ran, and", CLOUDS, "guide", "_call_many"
    ),
    "gate": Plant(without_gate, 2, "a model was heard while notice had to be taken", CLOUDS),
    "speech guard": Plant(
        without_speech_guard, 2, "a reply was heard that skips notice", CLOUDS, "override", "_claim"
    ),
    "statements": Plant(without_statements, 3, "notice passed, and its statement was not heard"),
    "read-back": Plant(
        without_read_back, 4, "no words of the bot hold that value", turns=(BILL, NAME, NUMBER, YES)
    ),
    "caller's yes": Plant(
        without_the_callers_yes, 4, "the caller did not say yes", turns=(BILL, NAME, NUMBER, BILL)
    ),
    "outcome": Plant(without_outcome, 5, "completed, and identity is not done"),
    "watchdog": Plant(
        without_watchdog,
        6,
        "unanswered",
        CLOUDS,
        "guide",
        "_silence",
        turns=(BILL, NAME, BILL),
        caller="timeline",
    ),
    "masks": Plant(without_masks, 7, "full_name stands in clear", sensitive=True),
    "masks in replies": Plant(
        without_masks_in_replies,
        7,
        "callback_number stands in clear in 'said'",
        turns=(BILL, NAME, NUMBER),
        sensitive=True,
    ),
}
CALLS = [(name, stack) for name, plant in PLANTS.items() for stack in plant.stacks]
# On one stack each, and both kinds of them; what the monitor says of any of them without a pipeline
# is in tests/calls/test_monitor.py.
OFTEN = ("tool guard", "gate", "speech guard", "read-back", "watchdog", "masks in replies")
USUAL = [
    (name, plant.stacks[at % len(plant.stacks)])
    for at, (name, plant) in enumerate(PLANTS.items())
    if name in OFTEN
]


def hostile(trick: str) -> Callable[[Plan, date], HostileMind]:
    """A hostile model that knows one trick; it cooperates without one."""

    def mind(plan: Plan, today: date) -> HostileMind:
        made = HostileMind(plan, today, seed=3, cooperates=0.0 if trick else 1.0)
        if trick:
            made._tricks = (getattr(hostile_mind, trick),)
        return made

    return mind


def calling(folder: Path, turns: tuple[int, ...]) -> Path:
    """A caller who says these turns of the recording, and hangs up."""
    samples, rate = soundfile.read(PLAIN / "user.wav", dtype="int16")
    notes = yaml.safe_load((PLAIN / "caller.yaml").read_text())
    # Who does not wait for an answer leaves time for the greeting, and for every answer.
    sound, told, at = [np.zeros(7 * rate, "int16")], [], 7.0
    for number in turns:
        turn = notes["turns"][number]
        begin, end = round((turn["from"] - 0.5) * rate), round((turn["to"] + 0.5) * rate)
        sound.append(samples[begin:end])
        length = (end - begin) / rate
        told.append({**turn, "from": at + 0.5, "to": at + length - 0.5})
        sound.append(np.zeros(9 * rate, "int16"))
        at += length + 9
    folder.mkdir()
    soundfile.write(folder / "user.wav", np.concatenate(sound), rate)
    (folder / "caller.yaml").write_text(yaml.safe_dump({**notes, "turns": told}))
    return folder


@pytest.mark.parametrize(("name", "stack"), usually(CALLS, USUAL.__contains__))
def test_a_guard_that_is_missing_is_named(
    name: str, stack: str, tmp_path: Path, monkeypatch: Patch
) -> None:
    plant = PLANTS[name]
    agent = tmp_path / "front"
    agent.mkdir()
    (agent / "tools.py").write_text(TOOLS)
    sensitive = str(plant.sensitive).lower()
    (agent / "agent.yaml").write_text(AGENT.format(keep=plant.keep, sensitive=sensitive))
    monkeypatch.setattr("callwright.lab.models.DialogueMind", hostile(plant.trick))
    plant.take_out(monkeypatch)
    options = ReplayOptions(
        agent=str(agent / "agent.yaml"), stack=stack, out=tmp_path / "calls", caller=plant.caller
    )
    call = replay(calling(tmp_path / "caller", plant.turns), options)
    found = [(one.invariant, one.what) for one in call.violations]
    assert any(number == plant.invariant and plant.what in what for number, what in found), found
