"""A conversation as the items of a realtime session, to take it up again in a new one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipecat.services.openai.realtime.events import ConversationItem, ItemContent

IN_PROGRESS = "IN_PROGRESS"


def items_of(messages: Sequence[Any]) -> list[ConversationItem]:
    """The items of a context's messages; what only one provider understands is left out."""
    return [item for message in messages for item in _items(message)]


def before_last_answer(messages: Sequence[Any]) -> list[Any]:
    """A context's messages without the words that answer what was said or brought last."""
    kept = list(messages)
    while kept and _is_words(kept[-1]):
        kept.pop()
    return kept


def open_calls(messages: Sequence[Any]) -> set[str]:
    """The calls whose tools are still running."""
    return {
        str(message["tool_call_id"])
        for message in messages
        if isinstance(message, dict) and message.get("content") == IN_PROGRESS
    }


def text_item(role: str, text: str) -> ConversationItem:
    """A message in words."""
    sides: Mapping[str, Any] = {"assistant": "assistant", "user": "user"}
    side = sides.get(role, "system")
    kind = "output_text" if side == "assistant" else "input_text"
    return ConversationItem(type="message", role=side, content=[ItemContent(type=kind, text=text)])


def words_of(message: Any) -> str:
    """A message's words, its parts joined."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    parts: Iterable[Any] = content or ()
    return " ".join(str(part["text"]) for part in parts if part.get("type") == "text")


def said_last(messages: Sequence[Any]) -> str:
    """The words of the model's last message, evenly spaced; nothing when there is none."""
    said = [words_of(message) for message in messages if _is_words(message)]
    return " ".join(said[-1].split()) if said else ""


def _is_words(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") == "assistant"
        and not message.get("tool_calls")
    )


def _items(message: Any) -> list[ConversationItem]:
    if not isinstance(message, dict):
        return []
    known: dict[str, Any] = message
    if known.get("tool_calls"):
        return [
            ConversationItem(
                type="function_call",
                call_id=call["id"],
                name=call["function"]["name"],
                arguments=call["function"]["arguments"],
            )
            for call in known["tool_calls"]
        ]
    text = words_of(known)
    if known.get("role") == "tool":
        if text == IN_PROGRESS:
            return []
        return [
            ConversationItem(
                type="function_call_output", call_id=known["tool_call_id"], output=text
            )
        ]
    return [text_item(str(known.get("role")), text)] if text else []
