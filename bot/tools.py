"""The agent's tools as functions that any Pipecat LLM service can call.

A tool that raises, hangs or answers nonsense is a failed attempt: the rules of the call are told
and choose what the caller hears; nothing of it reaches the pipeline as an exception.
"""

import asyncio
import inspect
import json
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from loguru import logger
from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.frames.frames import FunctionCallResultProperties
from pipecat.services.llm_service import FunctionCallParams, LLMService

from callwright.calls import events as ev
from callwright.conversation.machine import Conversation
from callwright.conversation.plan import Plan
from callwright.declarations.agent import Agent, Tool
from callwright.declarations.errors import InputError
from callwright.declarations.importing import import_beside
from processors.frames import NoteFrame
from processors.notes import notes

LONGEST_RESULT = 20_000
"""Characters of a tool's result as JSON: a model reads all of it at every turn from then on."""

LONGEST_ERROR = 300

Note = Callable[[NoteFrame], Awaitable[None]]
"""Puts something on a call's record."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a tool may know of the call it runs in, when it has a parameter named ``call``.

    Args:
        call_id: The name of the call's folder.
        agent: The agent's name.
        line: Where the caller is (``recorded``, ``webrtc``, ``daily``, ``local``).
    """

    call_id: str
    agent: str
    line: str


def load_tools(agent: Agent, folder: Path) -> dict[str, Callable[..., Any]]:
    """Import the functions that the agent's tools name, from beside the agent file first.

    Raises:
        InputError: A module cannot be imported or has no such function.
    """

    # Once for all of them: what one tool keeps in its module, another one has to find there.
    @cache
    def imported(module: str) -> ModuleType:
        return import_beside(module, folder)

    return {name: _function(name, tool, imported) for name, tool in agent.tools.items()}


def schemas(plan: Plan) -> list[FunctionSchema]:
    """The tools as a model sees them: every argument is an entity's canonical value."""
    return [
        FunctionSchema(
            name=name,
            description=tool.description or name.replace("_", " "),
            properties={
                entity: {"type": "string", "description": plan.entities[entity].ask}
                for entity in tool.needs
            },
            required=[need for need in tool.needs if not plan.entities[need].optional],
        )
        for name, tool in plan.tools.items()
    ]


class ToolRunner:
    """Runs an agent's tools with the values that the rules know, and tells the rules.

    Args:
        agent: Declares the tools.
        functions: What they are, by name.
        conversation: The rules of the call.
        context: For tools that want to know of the call.
    """

    def __init__(
        self,
        agent: Agent,
        functions: dict[str, Callable[..., Any]],
        conversation: Conversation,
        context: CallContext,
    ) -> None:
        self._agent = agent
        self._conversation = conversation
        self._late: set[asyncio.Future[None]] = set()
        self._functions = {
            name: partial(function, call=context)
            if "call" in inspect.signature(function).parameters
            else function
            for name, function in functions.items()
        }

    async def run(self, name: str, note: Callable[[NoteFrame], Awaitable[None]]) -> tuple[Any, str]:
        """Run a tool; its result, or None and why there is none.

        Args:
            name: The tool.
            note: Puts on record that it runs, and with what.
        """
        # What a model made of the caller's words does not matter: the rules know the values.
        arguments = self._conversation.arguments(name)
        self._conversation.tool_started(name, arguments)
        for frame in notes(self._conversation):
            await note(frame)
        await note(NoteFrame(ev.ToolStarted(tool=name, arguments=dict(arguments))))
        attempt = asyncio.ensure_future(self._attempt(name, arguments))
        try:
            result, why = await asyncio.shield(attempt)
        except asyncio.CancelledError:
            # The caller spoke over it. What it does may be done already, so it is left to finish,
            # and the rules learn of it all the same.
            attempt.add_done_callback(partial(self._finished_late, name, note))
            raise
        self._tell(name, result, why)
        return result, why

    async def _attempt(self, name: str, arguments: dict[str, Any]) -> tuple[Any, str]:
        """The tool's result, or None and why there is none that the call could go on with."""
        tool = self._agent.tools[name]
        result, why = await _attempt(name, self._functions[name], tool, arguments)
        why = why or self._conversation.result_problem(name, result)
        return (None, why) if why else (result, "")

    def _finished_late(self, name: str, note: Note, done: asyncio.Future[tuple[Any, str]]) -> None:
        if done.cancelled():
            return
        result, why = done.result()
        self._tell(name, result, why)
        told = ev.ToolReturned(tool=name, result=result, error=why or None)
        task = asyncio.ensure_future(note(NoteFrame(told)))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _tell(self, name: str, result: Any, why: str) -> None:
        if why:
            self._conversation.tool_failed(name, why)
        else:
            self._conversation.tool_returned(name, result)


def register(llm: LLMService[Any], agent: Agent, runner: ToolRunner, rules: Conversation) -> None:
    """Make the tools callable by the model; what may not run yet is refused."""

    async def run(params: FunctionCallParams) -> None:
        name = params.function_name
        if why := rules.tool_refused(name):
            await _note(params, _refusal(name, why, params.tool_call_id))
            # A model that does not take no for an answer is not asked for ever.
            again = rules.refuse_once_more()
            properties = FunctionCallResultProperties(run_llm=again)
            await params.result_callback({"refused": why}, properties=properties)
            return
        result, why = await runner.run(name, partial(_note, params))
        await _note(params, *notes(rules))
        await params.result_callback({"error": why} if why else result)

    for name in agent.tools:
        llm.register_function(name, run)


def _refusal(name: str, why: str, call: str) -> NoteFrame:
    """The note that a call was refused."""
    return NoteFrame(ev.ToolRefused(tool=name, reason=why, call=call))


async def _note(params: FunctionCallParams, *frames: NoteFrame) -> None:
    for frame in frames:
        await params.llm.push_frame(frame)


async def _attempt(
    name: str, function: Callable[..., Any], tool: Tool, arguments: dict[str, Any]
) -> tuple[Any, str]:
    """The tool's result, or None and why there is none."""
    try:
        result = await asyncio.wait_for(_call(function, arguments), tool.timeout)
        _plain(result)
    except TimeoutError:
        return None, f"no answer within {tool.timeout:g} seconds"
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return None, "it was cancelled by itself"
    except Exception as error:
        told = _told(error)
        logger.warning(f"tool {name!r} failed: {told}\n{_where(error, function)}")
        return None, told
    return result, ""


def _where(error: Exception, function: Callable[..., Any]) -> str:
    """The tool's own part of a traceback, without what variables hold: values of callers."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(getattr(function, "func", function), "__code__", None)
    own = [at for at, frame in enumerate(frames) if code and frame.filename == code.co_filename]
    return "".join(traceback.format_list(frames[own[0] if own else -1 :])).rstrip()


def _plain(result: Any) -> None:
    """Make sure that a record can keep a result, and a model can be handed it.

    Raises:
        ValueError: It is no plain data, or too much of it.
        TypeError: It is no plain data.
    """
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    text.encode()
    if len(text) > LONGEST_RESULT:
        raise ValueError(f"its result has {len(text)} characters; {LONGEST_RESULT} are the most")


def _told(error: Exception) -> str:
    """What went wrong, in one line that a model and the record can bear."""
    try:
        what = " ".join(f"{type(error).__name__}: {error}".split())
    except Exception:
        what = type(error).__name__  # it cannot even say what it is
    return what.encode(errors="replace").decode()[:LONGEST_ERROR]


async def _call(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        if inspect.iscoroutinefunction(getattr(function, "func", function)):
            return await function(**arguments)
        # A plain function may wait for a database or a disk, and the call must not wait with it.
        return await asyncio.to_thread(_contained, function, arguments)
    except SystemExit as leaving:
        raise RuntimeError(f"it called exit({leaving.code})") from None


def _contained(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return function(**arguments)
    except (SystemExit, StopIteration) as leaving:
        # Neither may leave a thread: one ends the program, the other breaks the future.
        raise RuntimeError(f"it raised {leaving!r}") from None


def _function(name: str, tool: Tool, imported: Callable[[str], ModuleType]) -> Callable[..., Any]:
    module_name, _, attribute = tool.python.partition(":")
    try:
        module = imported(module_name)
    except Exception as error:
        raise InputError(
            f"tool {name!r}: {module_name} cannot be imported ({type(error).__name__}: {error})",
            f"mend it, or name another function under tools.{name}.python",
        ) from error
    function = getattr(module, attribute, None)
    if not callable(function):
        raise InputError(
            f"tool {name!r}: {module_name} has no function {attribute!r}",
            f"define it, or name another one under tools.{name}.python",
        )
    return function
