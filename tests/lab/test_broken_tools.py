"""Tools that raise, hang or answer nonsense in whole calls: an apology, and the call goes on."""

from pathlib import Path
from typing import Any

import pytest
from soaking import usually

from callwright.calls import events as ev
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.report import report

RECORDING = Path(__file__).parents[2] / "recordings" / "reception-plain"

AGENT = """
agent: front
greeting: Lakeside Clinic, this is Robin, an automated assistant. How can I help you?
closing: Goodbye.
entities:
  full_name: {{type: person_name, ask: 'May I have your full name?'}}
  callback_number:
    {{type: phone, ask: 'What number can we call you back on?', confirm: read_back}}
checkpoints:
  identity:
    {{needs: [full_name], verify: look_up, attempts: 2, on_failure: continue, keep: {keep}}}
tools:
  look_up:
    python: 'tools:{kind}'
    needs: [full_name]
    timeout: 2
    say: You are number {{number}} in our files.
    on_failure: I am sorry, I cannot look you up.
  take_message:
    {{python: 'tools:take_message', needs: [full_name, callback_number],
     say: 'Your reference is {{reference}}.', on_failure: 'I am sorry, I could not save that.'}}
"""
TOOLS = """
import asyncio, time
class Unspeakable(Exception):
    def __str__(self): raise RuntimeError("no words")
def same(result): return result
def raises(full_name):
    if full_name: raise ValueError("no database\\n" * 9_000)
    return same({})
def unspeakable(full_name):
    if full_name: raise Unspeakable
    return same({})
async def hangs(full_name):
    await asyncio.sleep(3600)
    return same({})
def blocks(full_name):
    time.sleep(3600)
    return same({})
def wordless(full_name): return same({"number": None})
def another(full_name): return same({"name": "Anna"})
def wrong(full_name): return same(["number", 3])
def nested(full_name): return same({"number": {"a": 1}})
def opaque(full_name): return same(object())
def endless(full_name): return same({"number": "12 " * 100_000})
def long(full_name): return same({"number": "12 " * 300})
def not_a_number(full_name): return same({"number": float("nan")})
def broken_text(full_name): return same({"number": "\\ud800"})
def take_message(full_name, callback_number): return {"reference": "4711"}
"""
WHY = {
    "raises": "ValueError: no database",
    "unspeakable": "Unspeakable",
    "hangs": "no answer within 2 seconds",
    "blocks": "no answer within 2 seconds",
    "wordless": "its 'number' is no word or number, but NoneType",
    "another": "its result has no 'number'",
    "wrong": "its result has no 'number'",
    "nested": "its 'number' is no word or number, but dict",
    "opaque": "TypeError",
    "endless": "its result has 300014 characters",
    "long": "its 'number' is too long to be said",
    "not_a_number": "ValueError",
    "broken_text": "UnicodeEncodeError",
}
ON_CLOUDS = ("raises", "hangs", "wrong", "endless")
CALLS = [("embedded", "gate", kind) for kind in WHY]
CALLS += [("cascaded", "guide", kind) for kind in ON_CLOUDS]
CALLS += [("s2s-openai", "gate", kind) for kind in ON_CLOUDS]
# What a result is taken for has tests without sound; here, each way to end a call of a tool.
USUAL = [("embedded", "gate", kind) for kind in ("hangs", "opaque")]
USUAL += [("cascaded", "guide", "endless"), ("s2s-openai", "gate", "wrong")]


def called(folder: Path, stack: str, keep: str, kind: str) -> Replayed:
    own = folder / "front"
    own.mkdir()
    (own / "tools.py").write_text(TOOLS)
    (own / "agent.yaml").write_text(AGENT.format(kind=kind, keep=keep))
    options = ReplayOptions(agent=str(own / "agent.yaml"), stack=stack, out=folder / "calls")
    return replay(RECORDING, options)


@pytest.mark.parametrize(("stack", "keep", "kind"), usually(CALLS, USUAL.__contains__))
def test_a_tool_that_breaks_is_a_failed_attempt_and_an_apology(
    stack: str, keep: str, kind: str, tmp_path: Path
) -> None:
    call = called(tmp_path, stack, keep, kind)
    assert call.violations == []
    assert call.result.reason == "the agent ended the call"
    tools = report(call)["tools"]
    tried = [tool for tool in tools if tool["name"] == "look_up"]
    assert len(tried) == 2
    assert all(WHY[kind] in tool["reason"] for tool in tried)
    assert all(len(tool["reason"]) <= 300 for tool in tried)
    said = " ".join(turn.bot for turn in call.turns)
    assert "I am sorry, I cannot look you up." in said
    assert "in our files" not in said
    # The step is given up, and the call goes on without it to its end.
    assert failed(call)[-1] == ("failed", 2)
    assert [tool["reason"] for tool in tools if tool["name"] == "take_message"] == [""]
    assert said.endswith("Your reference is 4711. Goodbye.")
    assert call.result.outcome == "failed"
    assert not [e for e in call.result.events if isinstance(e, ev.Trouble)]


def failed(call: Replayed) -> list[tuple[Any, ...]]:
    return [
        (e.status, e.attempts) for e in call.result.events if isinstance(e, ev.CheckpointChanged)
    ]
