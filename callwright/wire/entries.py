"""What stands in a cassette: the vocabulary of one connection, in the order of its journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
Fields = dict[str, list[str]]

SOUND = "$sound"
"""The key of an object that stands for sound: a number of bytes, or place and number of bytes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: one of these.

    Args:
        json: Plain data; sound in it is an object with the key `SOUND`.
        text: Words that are no JSON.
        sound: Bytes: how many, when they were ours; else where they begin in the connection's
            sound and how many.
        event: The name of a server-sent event.
    """

    json: Json = None
    text: str | None = None
    sound: int | list[int] | None = None
    event: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether it is sound, and nothing that one could read."""
        return self.sound is not None or sound_in(self.json) > 0


@dataclass(frozen=True, slots=True)
class Request:
    """We ask; `until` is when the whole of it was out. Query keys with secrets are left out."""

    at: float
    method: str
    path: str
    query: Fields = field(default_factory=Fields)
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Said | None = None
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """They begin to answer; 101 makes a websocket of the connection."""

    at: float
    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of their answer: an event, a piece of sound or text, or all of it."""

    at: float
    said: Said


@dataclass(frozen=True, slots=True)
class Over:
    """Their answer is complete."""

    at: float


@dataclass(frozen=True, slots=True)
class Message:
    """A message over a websocket. Sound of ours that came in one go is one message."""

    at: float
    ours: bool
    said: Said
    until: float | None = None
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """A side closes a websocket."""

    at: float
    ours: bool
    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """The connection is over; we ended it, or else they did."""

    at: float
    ours: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """From here on the connection could not be read."""

    at: float
    why: str


Entry = Request | Response | Part | Over | Message | Close | Gone | Unread


def sound_in(data: Json) -> int:
    """How many bytes of sound stand in plain data."""
    if not isinstance(data, dict):
        return 0
    total = 0
    for key, value in data.items():
        if key == SOUND:
            return value if isinstance(value, int) else value[1]
        total += sound_in(value)
    return total
