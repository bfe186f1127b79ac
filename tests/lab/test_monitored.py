"""Whole calls with a misbehaving model: kept by the guards; with a guard taken out, reported."""

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from soaking import usually

from bench.soak_simulate import one
from callwright.calls import events as ev
from callwright.calls.folder import read_call
from callwright.calls.monitor import violations
from callwright.conversation.machine import Conversation
from callwright.conversation.state import EntityState
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed, replay_key
from callwright.lab.report import report

RECORDING = Path(__file__).parents[2] / "recordings" / "reception-plain"

AGENT = """
agent: front
greeting: Lakeside Clinic, this is Robin, an automated assistant. How can I help you?
closing: Goodbye.
entities:
  full_name: {type: person_name, ask: 'May I have your full name?'}
  callback_number:
    {type: phone, ask: 'What number can we call you back on?', confirm: read_back, sensitive: true}
checkpoints:
  disclosure: {say: '{greeting}'}
  identity: {needs: [full_name, callback_number]}
  consent:
    say: We keep what you tell us for thirty days.
    ask: Do you agree?
    needs: {agreed: yes_no}
    keep: override
tools:
  take_message:
    python: 'tools:take_message'
    needs: [full_name, callback_number]
    after: [disclosure, identity, consent]
"""
TOOLS = "def take_message(full_name, callback_number): return {'reference': '4711'}\n"


class Hostile:
    """A model that calls its tool at once, with values of its own, and says that all is done."""

    def __init__(self, *_: Any) -> None:
        """It needs to know nothing."""

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        """Answer a request."""
        if messages[-1].role == "tool":
            return Reply("All is done.")
        invented = {"full_name": "John Doe", "callback_number": "+14155550199"}
        return Reply("You are all set, it is done.", [ToolCall("take_message", invented)])


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    folder = tmp_path / "front"
    folder.mkdir()
    (folder / "tools.py").write_text(TOOLS)
    (folder / "agent.yaml").write_text(AGENT)
    return folder / "agent.yaml"


def called(agent: Path, stack: str) -> Replayed:
    out = agent.parent.parent / "calls"
    return replay(RECORDING, ReplayOptions(agent=str(agent), stack=stack, out=out))


def broken(call: Replayed) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for violation in call.violations:
        found.setdefault(violation.invariant, []).append(violation.what)
    return found


def test_the_guards_hold_against_a_hostile_model(
    agent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callwright.lab.models.DialogueMind", Hostile)
    call = called(agent, "cascaded")
    assert broken(call) == {}
    told = report(call)
    assert told["checkpoints"]["identity"]["status"] == "passed"
    assert told["checkpoints"]["consent"]["status"] == "pending"
    tools = [tool for tool in told["tools"] if tool["name"] == "take_message"]
    assert tools
    assert not any(tool["allowed"] for tool in tools)
    assert all("consent has to come first" in tool["reason"] for tool in tools)
    assert any(isinstance(event, ev.ReplyReplaced) for event in call.result.events)
    # The number was heard, read back and confirmed; it stands nowhere, and its sound is listed.
    assert told["entities"]["callback_number"] == {
        "value": "•••",
        "status": "confirmed",
        "heard": "•••",
    }
    written = "".join(
        (call.result.folder / name).read_text() for name in ("events.jsonl", "call.yaml")
    )
    del told["expectations"]  # the recording's own, of an agent that has nothing to hide
    for text in (written, json.dumps(told, ensure_ascii=False)):
        # Times and hashes have digits of their own.
        text = re.sub(r": \d+\.\d+|•••[0-9a-f]{32}", "", text)
        assert not [one for one in ("5555", "5 5 5", "five five", "0132") if one in text]
    sides = {e.side for e in call.result.events if isinstance(e, ev.SensitiveSound)}
    assert sides == {"user", "bot"}


def test_without_its_guards_the_same_call_is_reported(
    agent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callwright.lab.models.DialogueMind", Hostile)
    monkeypatch.setattr(Conversation, "gated", False)
    monkeypatch.setattr(Conversation, "guarded", False)
    monkeypatch.setattr(Conversation, "tool_refused", lambda *_: None)
    monkeypatch.setattr("callwright.conversation.checkpoints.unheard", lambda *_: False)
    found = broken(called(agent, "cascaded"))
    assert any("take_message ran, and identity is not done" in what for what in found[1])
    assert any("a model was heard while identity" in what for what in found[2])


def test_rules_that_are_broken_themselves_are_reported(
    agent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every value counts at once, every call as completed, and no statement is ever said.
    monkeypatch.setattr("callwright.conversation.settling._judge", confirm_all)
    monkeypatch.setattr("callwright.conversation.steps.ending", lambda *_: "completed")
    monkeypatch.setattr("callwright.conversation.steps.done", lambda *_: True)
    monkeypatch.setattr("callwright.conversation.checkpoints.unheard", lambda *_: False)
    monkeypatch.setattr("bot.session._redactor", lambda *_: None)
    make_slow(monkeypatch)
    call = called(agent, "embedded")
    found = broken(call)
    assert any(
        "callback_number counts as confirmed, and that value was never read back" in what
        for what in found[4]
    )
    assert any("consent is not done" in what for what in found[5])
    assert any("hi i have a question about my bill" in what for what in found[6])
    assert any("callback_number stands in clear in 'entity_changed'" in what for what in found[7])
    # The folder alone tells the same.
    record = read_call(call.result.folder)
    assert violations(record.meta, record.events, replay_key(0)) == call.violations


def confirm_all(
    state: Any, plan: Any, heard: Any, before: Any, captured: tuple[str, ...]
) -> tuple[None, None, bool]:
    """Take every value for confirmed, as a model might claim."""
    for name in captured:
        known = state.entities[name]
        state.entities[name] = EntityState(known.value, "confirmed", known.heard)
    return None, None, False


def make_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first answer take seven seconds, with nobody to notice."""
    from bot.watchdog import SilenceWatch
    from callwright.services.embedded_llm import EmbeddedLLMService

    answer = EmbeddedLLMService._answer
    asked: list[Any] = []

    async def slowly(self: EmbeddedLLMService, decision: Any, context: Any) -> None:
        asked.append(decision)
        if len(asked) == 1:
            await asyncio.sleep(7)
        await answer(self, decision, context)

    monkeypatch.setattr(EmbeddedLLMService, "_answer", slowly)
    monkeypatch.setattr(SilenceWatch, "notice", lambda *_: None)


# What broke in the large run: a session that was never set up, nonsense given for a date, and an
# apology that waited behind a connection in which nothing moved.
@pytest.mark.parametrize("seed", usually([50345, 50814, 50999], (50999).__eq__))
def test_simulated_calls_that_once_broke_a_promise_keep_it(seed: int, tmp_path: Path) -> None:
    assert one(tmp_path, seed).wrong == ()
