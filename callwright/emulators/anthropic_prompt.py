"""What a request to Anthropic's Messages API says: checked as the provider does, and read.

Written from the published reference as of 2026-11-20; the wording of errors is our own.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from callwright.emulators.parts import Message
from callwright.emulators.thinking import BadRequest, called
from callwright.emulators.tokens import canonical

# Models that go on from a last message of the assistant's; later ones refuse it.
_GOES_ON = re.compile(r"claude-(2|3|instant|(opus|sonnet|haiku)-4-([0-5]\b|20))")


_NEEDED: Mapping[str, type] = {"model": str, "max_tokens": int, "messages": list}


async def read(request: web.Request, needed: Collection[str] = tuple(_NEEDED)) -> Mapping[str, Any]:
    """The body, checked for what the request needs.

    Args:
        request: What came in.
        needed: The fields without which it is refused.

    Raises:
        BadRequest: As the provider would say it.
    """
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise BadRequest("the request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the request body is not an object")
    for name in needed:
        kind = _NEEDED[name]
        if name not in body:
            raise BadRequest(f"{name}: Field required")
        if not isinstance(body[name], kind):
            raise BadRequest(f"{name}: Input should be a valid {kind.__name__}")
    model = str(body["model"])
    if not model.startswith("claude-"):
        raise BadRequest(f"model: {model}", status=404)
    if "max_tokens" in needed and body["max_tokens"] < 1:
        raise BadRequest("max_tokens: must be at least 1")
    return body


def messages(body: Mapping[str, Any]) -> list[Message]:
    """All messages of a request, a message for every block.

    Raises:
        BadRequest: The provider would refuse them.
    """
    sent: Sequence[Mapping[str, Any]] = body["messages"]
    if not sent:
        raise BadRequest("messages: at least one message is required")
    if sent[-1].get("role") == "assistant" and not _GOES_ON.match(str(body["model"])):
        raise BadRequest("this model takes no prefill: the last message must be the user's")
    found = [Message("system", text) for text in _texts(body.get("system", ()))]
    open_calls: set[str] = set()
    for at, message in enumerate(sent):
        if message.get("role") not in ("user", "assistant"):
            raise BadRequest(f"messages.{at}.role: must be 'user' or 'assistant'")
        new = [read for block in _content(message, at) for read in _block(message, block, at)]
        answered = {entry.answers for entry in new if entry.answers}
        if answered - open_calls:
            raise BadRequest(
                f"messages.{at}: tool_result blocks for {sorted(answered - open_calls)} have no "
                "tool_use block in the message before"
            )
        if open_calls - answered:
            raise BadRequest(
                f"messages.{at}: tool_use ids {sorted(open_calls - answered)} have no tool_result "
                "block right after"
            )
        open_calls = {identity for entry in new for identity in entry.calls}
        found += new
    return found


def _content(message: Mapping[str, Any], at: int) -> Sequence[Mapping[str, Any]]:
    content: Any = message.get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        raise BadRequest(f"messages.{at}.content: Field required")
    if not content:
        raise BadRequest(f"messages.{at}: all messages must have non-empty content")
    return content


def _block(message: Mapping[str, Any], block: Mapping[str, Any], at: int) -> Iterator[Message]:
    match block.get("type"):
        case "text":
            if not block.get("text"):
                raise BadRequest(f"messages.{at}: text content blocks must be non-empty")
            role = "user" if message["role"] == "user" else "assistant"
            yield Message(role, str(block["text"]))
        case "tool_use":
            call = called(block.get("name"), block.get("input"))
            yield Message("assistant", calls={str(block.get("id")): call})
        case "tool_result":
            result = "".join(_texts(block.get("content", "")))
            if block.get("is_error"):
                result = json.dumps({"error": result})
            yield Message("tool", result, answers=str(block.get("tool_use_id")))
        case _:
            # Images, documents and thoughts say nothing to a mind that reads words.
            return


def _texts(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content] if content else []
    return [str(part["text"]) for part in content if part.get("type") == "text"]


def tool_names(body: Mapping[str, Any]) -> list[str]:
    """Names of the tools that a request offers."""
    return [str(tool.get("name")) for tool in body.get("tools") or ()]


def blocks(body: Mapping[str, Any]) -> tuple[list[str], dict[int, str]]:
    """The prompt's blocks in the order in which they are cached, and the marks among them.

    Returns:
        The blocks (tools, system, messages), and for every number of first blocks that are to be
        cached together how long, ``5m`` or ``1h``.
    """
    found, marks = list[str](), dict[int, str]()

    def add(where: str, block: Any) -> None:
        found.append(f"{where}:{canonical(block)}")
        mark = block.get("cache_control")
        if mark:
            marks[len(found)] = "1h" if mark.get("ttl") == "1h" else "5m"

    for tool in body.get("tools") or ():
        add("tool", tool)
    system = body.get("system") or ()
    for block in [{"type": "text", "text": system}] if isinstance(system, str) else system:
        add("system", block)
    for at, message in enumerate(body["messages"]):
        for block in _content(message, at):
            add(str(message["role"]), block)
    return found, marks


def tool_use(identity: str, name: str, arguments: Any) -> dict[str, Any]:
    """A tool call as a block."""
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments}
