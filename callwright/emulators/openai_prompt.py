"""What a request to OpenAI says: checked as the provider does, and read.

Chat Completions and Responses, from the published reference as of 2026-11-20; the wording of errors
is our own.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from callwright.emulators.parts import Message
from callwright.emulators.thinking import BadRequest, called
from callwright.emulators.tokens import Prompts, canonical, tokens

_MODEL = re.compile(r"(gpt-|chatgpt-|o\d|ft:)")
# Prompts are cached by themselves, from this many tokens, in steps, for minutes after their use.
_CACHED_FROM = 1024
_CACHE_STEP = 128
_CACHE_SECONDS = 600.0


async def read(request: web.Request, needed: str) -> Mapping[str, Any]:
    """The body of a request.

    Raises:
        BadRequest: It is no JSON object, or lacks the field `needed`.
    """
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise BadRequest("the body of the request is not valid JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body of the request is not an object")
    if not body.get(needed):
        raise BadRequest(f"missing required parameter: '{needed}'", param=needed)
    return body


def model(body: Mapping[str, Any]) -> str:
    """The model's name.

    Raises:
        BadRequest: There is none, or none that OpenAI would know.
    """
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise BadRequest("you must provide a model parameter", param="model")
    if not _MODEL.match(name):
        raise BadRequest(f"the model '{name}' does not exist", 404, "model_not_found")
    return name


def messages(sent: Sequence[Mapping[str, Any]]) -> list[Message]:
    """The messages of a Chat Completions request.

    Raises:
        BadRequest: The provider would refuse them.
    """
    found, open_calls = list[Message](), set[str]()
    for at, message in enumerate(sent):
        role, said = message.get("role"), text(message.get("content"))
        if role == "tool":
            answers = str(message.get("tool_call_id"))
            if answers not in open_calls:
                raise BadRequest(
                    "messages with role 'tool' must answer a preceding message with 'tool_calls'",
                    param=f"messages.[{at}].role",
                )
            open_calls.discard(answers)
            found.append(Message("tool", said, answers=answers))
            continue
        _all_answered(open_calls, at)
        match role:
            case "system" | "developer":
                found.append(Message("system", said))
            case "user":
                found.append(Message("user", said))
            case "assistant":
                calls = {
                    str(call["id"]): called(call["function"]["name"], call["function"]["arguments"])
                    for call in message.get("tool_calls") or ()
                }
                open_calls |= set(calls)
                found.append(Message("assistant", said, calls=calls))
            case _:
                raise BadRequest(f"invalid role {role!r}", param=f"messages.[{at}].role")
    _all_answered(open_calls, len(sent))
    return found


def _all_answered(open_calls: set[str], at: int) -> None:
    if open_calls:
        raise BadRequest(
            "an assistant message with 'tool_calls' must be followed by tool messages for each "
            f"'tool_call_id'; missing: {', '.join(sorted(open_calls))}",
            param=f"messages.[{at}].role",
        )


def items(instructions: Any, sent: Sequence[Mapping[str, Any]]) -> list[Message]:
    """The input items of a Responses request, its instructions first.

    Raises:
        BadRequest: The provider would refuse them.
    """
    found = [Message("system", str(instructions))] if instructions else list[Message]()
    open_calls, all_calls = set[str](), set[str]()
    for item in sent:
        match item.get("type", "message"):
            case "message":
                role, said = item.get("role"), text(item.get("content"))
                if role not in ("system", "developer", "user", "assistant"):
                    raise BadRequest(f"invalid role {role!r}", param="input")
                found.append(Message("system" if role == "developer" else role, said))
            case "function_call":
                identity = str(item.get("call_id"))
                call = called(item.get("name"), item.get("arguments"))
                open_calls.add(identity)
                all_calls.add(identity)
                found.append(Message("assistant", calls={identity: call}))
            case "function_call_output":
                identity = str(item.get("call_id"))
                if identity not in all_calls:
                    raise BadRequest(
                        f"no tool call found for the output with call_id {identity}", param="input"
                    )
                open_calls.discard(identity)
                found.append(Message("tool", text(item.get("output")), answers=identity))
            case _:
                # Reasoning and the provider's own tools say nothing to a mind that reads words.
                continue
    if open_calls:
        missing = ", ".join(sorted(open_calls))
        raise BadRequest(f"no tool output found for function call {missing}", param="input")
    return found


def text(content: Any) -> str:
    """The words of a content: a string, or parts of which some hold text."""
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(str(part.get("text") or "") for part in content)


def tool_names(tools: Any) -> list[str]:
    """Names of the functions that a request offers, in either API's shape."""
    return [
        str((tool.get("function") or tool).get("name"))
        for tool in tools or ()
        if tool.get("type", "function") == "function"
    ]


def blocks(tools: Any, sent: Sequence[Any]) -> list[str]:
    """The prompt in blocks, in the order in which they are cached."""
    return [canonical(block) for block in (*(tools or ()), *sent)]


def counted(prompts: Prompts, blocks: Sequence[str], now: float) -> tuple[int, int]:
    """Count a prompt's tokens and remember it.

    Returns:
        Tokens that are new, and tokens that were read from the cache.
    """
    sizes = [tokens(block) for block in blocks]
    seen = sum(sizes[: prompts.known(blocks, now)])
    cached = seen // _CACHE_STEP * _CACHE_STEP if seen >= _CACHED_FROM else 0
    prompts.keep(blocks, now + _CACHE_SECONDS, each=True)
    return sum(sizes) - cached, cached
