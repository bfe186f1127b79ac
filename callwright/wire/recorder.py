"""Listens to a call's services and keeps what is said: every connection a list of entries."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from callwright.clock.overhearing import Bytes
from callwright.wire.entries import (
    SOUND,
    Close,
    Entry,
    Gone,
    Json,
    Message,
    Over,
    Part,
    Request,
    Response,
    Said,
    Unread,
)
from callwright.wire.frames import Closing
from callwright.wire.http import ConnectionReader, Headers

# Everything else is dropped: keys, cookies, and what a client library says of itself.
_REQUEST_HEADERS = frozenset(
    {"accept", "content-type", "anthropic-version", "anthropic-beta", "cartesia-version"}
    | {"openai-beta", "upgrade"}
)
_RESPONSE_HEADERS = frozenset({"content-type", "retry-after", "upgrade"})

# Shorter texts are words or ids; sound in base64 is never so short, and is nothing else.
_SHORTEST_SOUND = 128
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(slots=True)
class Overheard:
    """One connection as it was heard.

    Args:
        host: To whom.
        services: The catalogue's names of those who are found there.
        opened: When, seconds of the call.
        entries: What was said.
        sound: Their sound, one piece after the other.
    """

    host: str
    services: tuple[str, ...]
    opened: float
    entries: list[Entry] = field(default_factory=list[Entry])
    sound: bytearray = field(default_factory=bytearray)


class WireRecorder:
    """Listens to the connections that lead to a call's services.

    Everything is held until the call is over: only then is it known what in it is sensitive. Of a
    caller's sound only the amount is kept, it stands in the record already.

    Args:
        hosts: Who is found at which host, by the catalogue's names.
        now: Seconds since the call began.
        asked: The entities whose question may be in the air.
    """

    def __init__(
        self,
        hosts: Mapping[str, Sequence[str]],
        now: Callable[[], float],
        asked: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._hosts = hosts
        self._now, self._asked = now, asked
        self.connections: list[Overheard] = []

    def connected(self, host: str) -> "_Ears | None":
        """Listen to a connection, if it leads to a service of the call."""
        services = self._hosts.get(host)
        if services is None:
            return None
        kept = Overheard(host, tuple(services), self._now())
        self.connections.append(kept)
        return _Ears(kept, self._now, self._asked)


class _Ears:
    """Turns what is read on one connection into entries."""

    def __init__(
        self, kept: Overheard, now: Callable[[], float], asked: Callable[[], Sequence[str]]
    ) -> None:
        self._kept, self._now, self._asked = kept, now, asked
        self._reader = ConnectionReader(self)
        self._request: Request | None = None
        self._type = ""
        self._pending = b""
        self._ended = False

    # --- bytes --------------------------------------------------------------------------------

    def sent(self, data: Bytes) -> None:
        self._reader.sent(bytes(data))

    def received(self, data: Bytes) -> None:
        self._reader.received(bytes(data))

    def ended(self) -> None:
        if not self._ended:
            self._ended = True
            self._note(Gone(self._now()))

    # --- HTTP ---------------------------------------------------------------------------------

    def request(self, method: str, target: str, headers: Headers) -> None:
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        kept = {key: value for key, value in headers.items() if key in _REQUEST_HEADERS}
        self._request = Request(self._now(), method, unquote(parts.path), query, kept)

    def request_body(self, body: bytes) -> None:
        assert self._request is not None
        said = self._ours(body) if body else None
        self._note(replace(self._request, body=said, until=self._now()))

    def response(self, status: int, headers: Headers) -> None:
        self._type = headers.get("content-type", "")
        self._pending = b""
        kept = {key: value for key, value in headers.items() if key in _RESPONSE_HEADERS}
        self._note(Response(self._now(), status, kept))

    def response_part(self, part: bytes) -> None:
        self._pending += part
        if "event-stream" in self._type:
            *whole, self._pending = self._pending.replace(b"\r\n", b"\n").split(b"\n\n")
            for event in whole:
                self._note(Part(self._now(), self._event(event.decode("utf-8", "replace"))))
        elif "json" not in self._type and not self._type.startswith("text/"):
            self._flush()

    def response_over(self) -> None:
        self._flush()
        self._note(Over(self._now()))

    def _flush(self) -> None:
        pending, self._pending = self._pending, b""
        if pending:
            self._note(Part(self._now(), self._theirs(pending, self._type)))

    def _event(self, text: str) -> Said:
        named: str | None = None
        data: list[str] = []
        for line in text.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                named = value
            elif name == "data":
                data.append(value)
        if not data:
            return Said(text=f"{text}\n\n")
        return replace(self._read("\n".join(data)), event=named or "")

    # --- websockets ---------------------------------------------------------------------------

    def message(self, ours: bool, message: str | bytes) -> None:
        now = self._now()
        said = self._ours(message) if ours else self._theirs(message, "")
        if ours and said.is_sound and self._continues(said):
            return
        self._note(Message(now, ours, said, asked=tuple(self._asked())))

    def _continues(self, said: Said) -> bool:
        """Add sound of ours to that before it, when nothing was said in between."""
        last = self._kept.entries[-1] if self._kept.entries else None
        if not (isinstance(last, Message) and last.ours and last.said.is_sound):
            return False
        both = _together(last.said, said)
        if both is None:
            return False
        self._kept.entries[-1] = replace(last, said=both, until=self._now())
        return True

    def closing(self, ours: bool, closing: Closing) -> None:
        self._note(Close(self._now(), ours, closing.code, closing.reason))

    def unreadable(self, why: str) -> None:
        self._note(Unread(self._now(), why))

    # --- what is said -------------------------------------------------------------------------

    def _note(self, entry: Entry) -> None:
        self._kept.entries.append(entry)

    def _ours(self, data: str | bytes) -> Said:
        return self._read(data, kept=False)

    def _theirs(self, data: str | bytes, content_type: str) -> Said:
        if isinstance(data, bytes) and ("json" in content_type or content_type.startswith("text/")):
            data = data.decode("utf-8", "replace")
        return self._read(data)

    def _read(self, data: str | bytes, *, kept: bool = True) -> Said:
        if isinstance(data, bytes) and not data.startswith((b"{", b"[")):
            return Said(sound=self._place(data) if kept else len(data))
        try:
            return Said(json=self._compact(json.loads(data), kept))
        except ValueError:
            if isinstance(data, bytes):
                return Said(sound=self._place(data) if kept else len(data))
            return Said(text=data)

    def _compact(self, data: Any, kept: bool) -> Json:
        """Plain data with its sound put aside."""
        match data:
            case str() if len(data) >= _SHORTEST_SOUND and _BASE64.fullmatch(data):
                try:
                    sound = base64.b64decode(data, validate=True)
                except binascii.Error:
                    return data
                return {SOUND: self._place(sound) if kept else len(sound)}
            case dict():
                return {key: self._compact(value, kept) for key, value in data.items()}
            case list():
                return [self._compact(value, kept) for value in data]
            case _:
                return data

    def _place(self, sound: bytes) -> list[int]:
        begin = len(self._kept.sound)
        self._kept.sound += sound
        return [begin, len(sound)]


def _together(first: Said, second: Said) -> Said | None:
    """Two pieces of our sound as one; None when they are said in different ways."""
    if isinstance(first.sound, int) and isinstance(second.sound, int):
        return Said(sound=first.sound + second.sound)
    both = _added(first.json, second.json)
    return None if both is None else Said(json=both)


def _added(first: Json, second: Json) -> Json:
    if not (isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys()):
        return None
    added: dict[str, Json] = {}
    for key, value in first.items():
        other = second[key]
        if isinstance(value, dict) and SOUND in value and isinstance(other, dict):
            added[key] = {SOUND: value[SOUND] + other.get(SOUND, 0)}
        elif key == "event_id":
            added[key] = value
        elif value != other:
            return None
        else:
            added[key] = value
    return added
