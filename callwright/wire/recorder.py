"""Listens to a call's services and keeps what is said: every connection a list of entries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from callwright.clock.overhearing import Bytes
from callwright.wire import parsing
from callwright.wire.addresses import Address, host_of
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
        found_at: Who is found at which address, by the catalogue's names.
        now: Seconds since the call began.
        asked: The entities whose question may be in the air.
    """

    def __init__(
        self,
        found_at: Mapping[Address, Sequence[str]],
        now: Callable[[], float],
        asked: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._found_at = found_at
        self._now, self._asked = now, asked
        self.connections: list[Overheard] = []

    def connected(
        self, host: str, port: int | None = None, *, plain: bool = False
    ) -> "_Ears | None":
        """Listen to a connection, if it leads to a service of the call.

        A plain one to where TLS is spoken is none: some clients do TLS on top of it, and are heard
        there.
        """
        services = {
            use: None
            for address, uses in self._found_at.items()
            if address.host == host_of(host) and port in (None, address.port)
            if not (plain and address.tls)
            for use in uses
        }
        if not services:
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

    def ended(self, *, ours: bool) -> None:
        if not self._ended:
            self._ended = True
            self._note(Gone(self._now(), ours))

    # --- HTTP ---------------------------------------------------------------------------------

    def request(self, method: str, target: str, headers: Headers) -> None:
        self._request = replace(parsing.request(method, target, headers), at=self._now())

    def request_body(self, body: bytes) -> None:
        assert self._request is not None
        said = parsing.said(body) if body else None
        self._note(replace(self._request, body=said, until=self._now()))

    def response(self, status: int, headers: Headers) -> None:
        self._type, self._pending = headers.get("content-type", ""), b""
        self._note(Response(self._now(), status, parsing.kept_headers(headers, ours=False)))

    def response_part(self, part: bytes) -> None:
        self._pending += part
        if "event-stream" in self._type:
            *whole, self._pending = self._pending.replace(b"\r\n", b"\n").split(b"\n\n")
            for event in whole:
                text = event.decode("utf-8", "replace")
                self._note(Part(self._now(), parsing.event(text, self._keep)))
        elif not self._is_text():
            self._flush()

    def response_over(self) -> None:
        self._flush()
        self._note(Over(self._now()))

    def _flush(self) -> None:
        pending, self._pending = self._pending, b""
        if pending:
            body = pending.decode("utf-8", "replace") if self._is_text() else pending
            self._note(Part(self._now(), parsing.said(body, self._keep)))

    def _is_text(self) -> bool:
        return "json" in self._type or self._type.startswith("text/")

    # --- websockets ---------------------------------------------------------------------------

    def message(self, ours: bool, message: str | bytes) -> None:
        said = parsing.said(message) if ours else parsing.said(message, self._keep)
        if not (ours and said.is_sound and self._continues(said)):
            self._note(Message(self._now(), ours, said, asked=tuple(self._asked())))

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

    # --- what is kept -------------------------------------------------------------------------

    def _note(self, entry: Entry) -> None:
        self._kept.entries.append(entry)

    def _keep(self, sound: bytes) -> list[int]:
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
