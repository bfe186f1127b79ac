"""The items of a realtime conversation: what was said and called, and what of it still counts."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from callwright.emulators.parts import Message, TimedWord, ToolCall
from callwright.emulators.realtime_audio import PCM, Format
from callwright.emulators.realtime_checks import (
    Refused,
    Rule,
    listed,
    nullable,
    one_of,
    record,
    sound,
    tagged,
    text,
)
from callwright.emulators.realtime_usage import audio_tokens
from callwright.emulators.tokens import tokens

_ROLES: dict[str, tuple[str, ...]] = {
    "system": ("input_text",),
    "user": ("input_text", "input_audio", "input_image"),
    "assistant": ("output_text", "output_audio"),
}
_COMMON: dict[str, Rule] = {
    "id": text,
    "object": one_of("realtime.item"),
    "type": text,
    "status": one_of("completed", "incomplete", "in_progress"),
}
_PART = record(
    ("type",),
    type=text,
    text=nullable(text),
    audio=nullable(text),
    transcript=nullable(text),
    image_url=nullable(text),
    detail=nullable(one_of("auto", "low", "high")),
)
ITEM = tagged(
    message=record(("role", "content"), role=one_of(*_ROLES), content=listed(_PART), **_COMMON),
    function_call=record(("name", "arguments"), name=text, arguments=text, call_id=text, **_COMMON),
    function_call_output=record(("call_id", "output"), call_id=text, output=text, **_COMMON),
)
REFERENCE = record(("id",), type=text, id=text)


@dataclass
class Item:
    """One item, with what the protocol does not show.

    Args:
        id: Its id.
        type: message, function_call or function_call_output.
        role: Who speaks, for a message.
        part: What a message is made of: ``input_text``, ``input_audio``, ``output_text``,
            ``output_audio``.
        text: Its words, or a call's arguments or result; spoken ones as they were heard.
        shown: Whether the protocol shows the words of its sound.
        call_id: Which call it makes or answers.
        name: Which tool it calls.
        status: completed, incomplete or in_progress.
        audio: Its sound as it went over the wire.
        seconds: How long that sounds.
        words: When each word of its speech sounds, in seconds of its sound.
        wire: The format of its sound.
    """

    id: str
    type: str = "message"
    role: Literal["system", "user", "assistant"] = "user"
    part: str = "input_text"
    text: str = ""
    shown: bool = True
    call_id: str = ""
    name: str = ""
    status: str = "completed"
    audio: bytearray = field(default_factory=bytearray, repr=False)
    seconds: float = 0.0
    words: list[TimedWord] = field(default_factory=list[TimedWord])
    wire: Format = PCM

    def shape(self, *, with_audio: bool = False) -> dict[str, Any]:
        """The item as the protocol writes it."""
        known = {"id": self.id, "object": "realtime.item", "type": self.type, "status": self.status}
        match self.type:
            case "function_call":
                return {
                    **known, "name": self.name, "call_id": self.call_id, "arguments": self.text
                }  # fmt: skip
            case "function_call_output":
                return {**known, "call_id": self.call_id, "output": self.text}
            case _:
                empty = self.status == "in_progress"
                content = [] if empty else [self._content(with_audio=with_audio)]
                return {**known, "role": self.role, "content": content}

    def _content(self, *, with_audio: bool) -> dict[str, Any]:
        if not self.part.endswith("_audio"):
            return {"type": self.part, "text": self.text}
        content: dict[str, Any] = {
            "type": self.part, "transcript": self.text if self.shown else None
        }  # fmt: skip
        if with_audio:
            content["audio"] = base64.b64encode(self.audio).decode()
        return content

    def cut(self, seconds: float) -> None:
        """Keep what was said until then: whole words, and the sound before it."""
        self.words = [word for word in self.words if word.end <= seconds]
        self.text = " ".join(word.text for word in self.words)
        self.seconds = seconds
        del self.audio[self.wire.size(seconds) :]

    def tokens(self) -> tuple[int, int]:
        """Its text tokens and its audio tokens, as input of a response."""
        if self.part.endswith("_audio"):
            heard = self.role == "user"
            return 0, audio_tokens(self.seconds, heard=heard)
        return tokens(self.text) + tokens(self.name), 0


class Conversation:
    """The items of a session in their order."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def last(self) -> str | None:
        """The id of the last item."""
        return self.items[-1].id if self.items else None

    def before(self, item: Item) -> str | None:
        """The id of the item before this one."""
        place = next((i for i, other in enumerate(self.items) if other is item), 0)
        return self.items[place - 1].id if place else None

    def find(self, item_id: str, doing: str) -> Item:
        """An item by its id.

        Raises:
            Refused: There is none; ``doing`` names what was attempted.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise Refused(
            f"Error {doing[:-1] if doing.endswith('e') else doing}ing item: "
            f"the item with id '{item_id}' does not exist.",
            f"item_{doing}_invalid_item_id",
            "item_id",
        )

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Put an item at the end, or after another (``root``: first); the id of the one before.

        Raises:
            Refused: Its id is taken, or the other is unknown.
        """
        if any(item.id == other.id for other in self.items):
            raise Refused(
                f"Error adding item: an item with id '{item.id}' already exists.",
                "item_create_duplicate_item_id",
                "item.id",
            )
        if after is None:
            before = self.last()
            self.items.append(item)
            return before
        if after == "root":
            self.items.insert(0, item)
            return None
        places = [index for index, other in enumerate(self.items) if other.id == after]
        if not places:
            raise Refused(
                f"Error adding item: the previous item with id '{after}' does not exist.",
                "item_create_invalid_previous_item_id",
                "previous_item_id",
            )
        self.items.insert(places[0] + 1, item)
        return after

    def knows_call(self, call_id: str) -> bool:
        """Whether a call of this id was made."""
        return any(i.call_id == call_id and i.type == "function_call" for i in self.items)


def made(given: Mapping[str, Any], item_id: str, at: str) -> Item:
    """An item that a client wrote; its sound, if any, is still to be heard.

    Raises:
        Refused: Its parts do not fit its role.
    """
    if given["type"] != "message":
        return Item(
            item_id,
            given["type"],
            part="",
            text=given.get("arguments", given.get("output", "")),
            call_id=given.get("call_id", ""),
            name=given.get("name", ""),
        )
    parts: Sequence[Mapping[str, Any]] = given["content"]
    for index, part in enumerate(parts):
        one_of(*_ROLES[given["role"]])(part["type"], f"{at}.content[{index}].type")
    spoken = next((part for part in parts if part["type"].endswith("_audio")), None)
    written = (part.get("text") or part.get("transcript") or "" for part in parts)
    item = Item(
        item_id,
        role=given["role"],
        part=spoken["type"] if spoken else parts[0]["type"] if parts else "input_text",
        text=" ".join(filter(None, written)),
    )
    if spoken:
        item.shown = bool(spoken.get("transcript"))
        item.audio.extend(sound(spoken.get("audio") or "", f"{at}.content"))
    return item


def messages(instructions: str, items: Sequence[Item]) -> list[Message]:
    """What a model is sent: every item that counts, calls beside the words they came with."""
    sent = [Message("system", instructions)] if instructions else []
    for item in items:
        if item.type == "function_call_output":
            sent.append(Message("tool", item.text, answers=item.call_id))
        elif item.type == "function_call":
            if item.status == "completed":
                _call(sent, item)
        elif item.text or item.role == "user":
            sent.append(Message(item.role, item.text))
    return sent


def _call(sent: list[Message], item: Item) -> None:
    call = {item.call_id: ToolCall(item.name, _arguments(item.text))}
    if sent and sent[-1].role == "assistant":
        last = sent.pop()
        sent.append(Message("assistant", last.text, {**last.calls, **call}))
    else:
        sent.append(Message("assistant", calls=call))


def _arguments(written: str) -> Mapping[str, Any]:
    try:
        read = json.loads(written)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def pieces_of(written: str, size: int = 12) -> Iterator[str]:
    """A call's arguments as they stream."""
    for start in range(0, len(written), size):
        yield written[start : start + size]
