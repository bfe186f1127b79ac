"""The agent's tools as functions that any Pipecat LLM service can call.

A tool that raises, hangs or answers nonsense is a failed attempt: the rules of the call are told
and choose what the caller hears; nothing of it reaches the pipeline as an exception.
"""

import asyncio
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from loguru import logger
from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.services.llm_service import FunctionCallParams, LLMService

from callwright.conversation.machine import Conversation
from callwright.declarations.agent import Agent, Tool
from callwright.declarations.errors import InputError
from callwright.declarations.importing import import_beside


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
    return {name: _function(name, tool, folder) for name, tool in agent.tools.items()}


def schemas(agent: Agent) -> list[FunctionSchema]:
    """The tools as a model sees them: every argument is an entity's canonical value."""
    return [
        FunctionSchema(
            name=name,
            description=tool.description or name.replace("_", " "),
            properties={
                entity: {"type": "string", "description": agent.entities[entity].ask}
                for entity in tool.needs
            },
            required=list(tool.needs),
        )
        for name, tool in agent.tools.items()
    ]


def register(
    llm: LLMService[Any],
    agent: Agent,
    functions: dict[str, Callable[..., Any]],
    conversation: Conversation,
    context: CallContext,
) -> None:
    """Make the tools callable by the model."""
    for name, function in functions.items():
        if "call" in inspect.signature(function).parameters:
            function = partial(function, call=context)
        handler = _handler(name, function, agent.tools[name], conversation)
        llm.register_function(name, handler)


def _handler(
    name: str, function: Callable[..., Any], tool: Tool, conversation: Conversation
) -> Callable[[FunctionCallParams], Any]:
    async def run(params: FunctionCallParams) -> None:
        arguments = dict(params.arguments) | _validated(tool, conversation)
        attempt = asyncio.ensure_future(_attempt(name, function, tool, arguments))
        try:
            result, why = await asyncio.shield(attempt)
        except asyncio.CancelledError:
            # The caller spoke over it. What it does may be done already, so it is left to finish,
            # and the rules learn of it all the same.
            attempt.add_done_callback(lambda done: done.cancelled() or tell(*done.result()))
            raise
        tell(result, why)
        await params.result_callback({"error": why} if why else result)

    def tell(result: Any, why: str) -> None:
        if why:
            conversation.tool_failed(name, why)
        else:
            conversation.tool_returned(name, result)

    return run


def _validated(tool: Tool, conversation: Conversation) -> dict[str, str]:
    """What the tool needs as the rules know it, whatever a model made of the caller's words."""
    known = conversation.entities
    return {name: value for name in tool.needs if (value := known[name].value) is not None}


async def _attempt(
    name: str, function: Callable[..., Any], tool: Tool, arguments: dict[str, Any]
) -> tuple[Any, str]:
    """The tool's result, or None and why there is none."""
    try:
        result = await asyncio.wait_for(_call(function, arguments), tool.timeout)
        json.dumps(result)
    except TimeoutError:
        return None, f"no answer within {tool.timeout:g} seconds"
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return None, "it was cancelled by itself"
    except Exception as error:
        logger.opt(exception=error).warning(f"tool {name!r} failed")
        return None, f"{type(error).__name__}: {error}"
    return result, ""


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


def _function(name: str, tool: Tool, folder: Path) -> Callable[..., Any]:
    module_name, _, attribute = tool.python.partition(":")
    try:
        module = import_beside(module_name, folder)
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
