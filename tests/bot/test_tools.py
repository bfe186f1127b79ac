"""Tools: found where the check finds them, called with what they need, and never an exception."""

import asyncio
import re
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from loguru import logger

from bot.plan import plan_of
from bot.tools import CallContext, ToolRunner, load_tools, register, schemas
from callwright.calls import events as ev
from callwright.clock import run_virtual
from callwright.conversation.machine import Conversation
from callwright.conversation.plan import Plan, ToolPlan
from callwright.declarations.agent import Agent
from callwright.declarations.errors import InputError
from callwright.declarations.importing import importing_from
from processors.frames import NoteFrame

CONTEXT = CallContext("call-1", "desk", "recorded")

TOOLS = """
import time
async def add(amount): return {"total": amount}
def plain(amount, call): return {"call": call.call_id, "line": call.line}
def slow(amount): time.sleep(30)
async def stuck(amount):
    import asyncio
    await asyncio.sleep(3600)
def broken(amount): raise ValueError("no database")
def nonsense(amount): return object()
def leaves(amount): raise SystemExit(3)
async def leaves_too(amount): raise SystemExit(3)
def stops(amount): return next(iter(()))
async def cancels(amount):
    import asyncio
    raise asyncio.CancelledError
value = 3
"""


def agent(function: str) -> Agent:
    return Agent.model_validate(
        {
            "agent": "desk",
            "entities": {"amount": {"type": "number", "ask": "How many?"}},
            "tools": {"work": {"python": f"tools:{function}", "needs": ["amount"]}},
        }
    )


async def _nowhere(frame: Any) -> None:
    """Take a note for the record."""


def run(function: str, folder: Path) -> tuple[Any, Conversation]:
    """Call the tool as a model would; its result and the rules that were told."""
    folder.joinpath("tools.py").write_text(TOOLS)
    declared = agent(function)
    plan = Plan(entities=declared.entities, tools={"work": ToolPlan(needs=("amount",))})
    conversation = Conversation(plan, date(2026, 1, 5))
    conversation.greeting()
    conversation.caller_said("three")
    conversation.model_asked()
    handlers: dict[str, Any] = {}
    llm = SimpleNamespace(register_function=handlers.__setitem__, push_frame=_nowhere)
    runner = ToolRunner(declared, load_tools(declared, folder), conversation, CONTEXT)
    register(cast(Any, llm), declared, runner, conversation)
    results: list[Any] = []

    async def call() -> None:
        async def keep(result: Any) -> None:
            results.append(result)

        asked = SimpleNamespace(
            function_name="work", arguments={"amount": "4"}, result_callback=keep, llm=llm
        )
        await handlers["work"](asked)
        await asyncio.sleep(0)

    run_virtual(call())
    return results[0], conversation


def test_async_and_plain_functions_get_canonical_values(tmp_path: Path) -> None:
    assert run("add", tmp_path)[0] == {"total": "3"}


def test_a_parameter_named_call_receives_the_call(tmp_path: Path) -> None:
    assert run("plain", tmp_path)[0] == {"call": "call-1", "line": "recorded"}


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("broken", "ValueError: no database"),
        ("stuck", "no answer within 4 seconds"),
        ("slow", "no answer within 4 seconds"),
        ("nonsense", "TypeError"),
        ("leaves", "SystemExit"),
        ("leaves_too", "exit(3)"),
        ("stops", "StopIteration"),
        ("cancels", "cancelled by itself"),
    ],
)
def test_a_tool_that_fails_is_a_failed_attempt(tmp_path: Path, function: str, why: str) -> None:
    result, _ = run(function, tmp_path)
    assert why in result["error"]


def test_of_a_failure_the_tools_own_lines_are_logged_without_values(tmp_path: Path) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, level="WARNING", format="{message}", diagnose=True)
    try:
        run("broken", tmp_path)
    finally:
        logger.remove(sink)
    (line,) = lines
    assert "tool 'work' failed: ValueError: no database" in line
    assert re.findall(r"in (\w+)$", line, re.M) == ["broken"]


def test_missing_functions_and_broken_modules_are_named(tmp_path: Path) -> None:
    tmp_path.joinpath("tools.py").write_text(TOOLS)
    with pytest.raises(InputError, match="has no function 'value'"):
        load_tools(agent("value"), tmp_path)
    tmp_path.joinpath("tools.py").write_text("import nothing_of_that_name")
    with pytest.raises(InputError, match="nothing_of_that_name"):
        load_tools(agent("add"), tmp_path)


def test_the_model_sees_every_tool_with_its_entities() -> None:
    (schema,) = schemas(plan_of(agent("add")))
    assert schema.name == "work"
    assert list(schema.properties) == ["amount"]
    assert schema.required == ["amount"]


def test_importing_leaves_the_path_as_it_was(tmp_path: Path) -> None:
    before = list(sys.path)
    with pytest.raises(KeyError), importing_from(tmp_path, tmp_path):
        raise KeyError
    assert sys.path == before


def test_a_tool_that_is_spoken_over_tells_the_record_when_it_is_done(tmp_path: Path) -> None:
    tmp_path.joinpath("tools.py").write_text(TOOLS)
    declared = agent("stuck")
    conversation = Conversation(plan_of(declared), date(2026, 1, 5))
    conversation.greeting()
    conversation.caller_said("three")
    conversation.model_asked()
    runner = ToolRunner(declared, load_tools(declared, tmp_path), conversation, CONTEXT)
    told: list[ev.Event] = []

    async def note(frame: NoteFrame) -> None:
        told.append(frame.event)

    async def interrupted() -> None:
        running = asyncio.ensure_future(runner.run("work", note))
        await asyncio.sleep(1)
        running.cancel()
        await asyncio.sleep(10)

    run_virtual(interrupted())
    started = ev.ToolStarted(tool="work", arguments={"amount": "3"})
    returned = ev.ToolReturned(tool="work", error="no answer within 4 seconds")
    assert [one for one in told if not isinstance(one, ev.EntityChanged)] == [started, returned]
