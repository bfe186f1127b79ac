"""A conversation that a client packs into one message when it begins a session anew.

Clients of realtime protocols, Pipecat's among them, cannot put a bot's earlier words into a fresh
session as its own: they send everything so far as a list in JSON, with a sentence around it that
says what it is. A model reads it; so does a stand-in.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.emulators.parts import Message, ToolCall

_SAVED = re.compile(r"\bsaved conversation\b", re.IGNORECASE)


def unpacked(messages: Sequence[Message]) -> Iterator[Message]:
    """The messages one by one, those of a packed conversation in its place."""
    for message in messages:
        saved = _saved(message) if message.role == "user" else None
        if saved is None:
            yield message
        else:
            yield from saved


def _saved(message: Message) -> list[Message] | None:
    start = message.text.find("[")
    if start < 0 or not _SAVED.search(message.text[:start]):
        return None
    try:
        packed, _ = json.JSONDecoder().raw_decode(message.text, start)
    except ValueError:
        return None
    return [_message(one) for one in packed if isinstance(one, dict)]


def _message(packed: Mapping[str, Any]) -> Message:
    calls = {
        str(call["id"]): ToolCall(call["function"]["name"], _arguments(call["function"]))
        for call in packed.get("tool_calls") or []
    }
    role = packed.get("role")
    if role not in ("user", "assistant", "tool"):
        role = "system"
    return Message(role, _text(packed.get("content")), calls, packed.get("tool_call_id") or "")


def _arguments(function: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        read = json.loads(function.get("arguments") or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
