"""Reads one HTTP/1.1 connection from the outside: both directions' bytes in, what they say out.

Two of h11's state machines look at one connection, one from each end; what one of them reads, the
other is told it has sent. So bodies are cut as the standard has it, answers to HEAD included, and
an upgrade to websockets is noticed where it happens.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import h11

from callwright.wire.frames import Closing, FrameReader, deflated

Headers = dict[str, str]


class Listener(Protocol):
    """Takes what a connection says, in the order in which it is said."""

    def request(self, method: str, target: str, headers: Headers) -> None: ...
    def request_body(self, body: bytes) -> None: ...
    def response(self, status: int, headers: Headers) -> None: ...
    def response_part(self, part: bytes) -> None: ...
    def response_over(self) -> None: ...
    def message(self, ours: bool, message: str | bytes) -> None: ...
    def closing(self, ours: bool, closing: Closing) -> None: ...
    def unreadable(self, why: str) -> None: ...


@dataclass
class _Side:
    """One direction: who reads it, and frames once it is a websocket."""

    http: h11.Connection
    frames: FrameReader | None = None
    raw: bytearray = field(default_factory=bytearray)


class ConnectionReader:
    """Follows one connection from its first byte.

    Args:
        listener: Who is told.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._ours = _Side(h11.Connection(h11.SERVER))
        self._theirs = _Side(h11.Connection(h11.CLIENT))
        self._request_body = bytearray()
        self._decode: Callable[[bytes], bytes] = bytes
        self._upgraded = self._lost = False

    def sent(self, data: bytes) -> None:
        """The client has written this."""
        self._take(self._ours, data)

    def received(self, data: bytes) -> None:
        """The client has been given this."""
        self._take(self._theirs, data)

    def _take(self, side: _Side, data: bytes) -> None:
        if self._lost:
            return
        try:
            if side.frames is not None:
                side.frames.feed(data)
            elif self._upgraded:
                side.raw += data
            else:
                side.http.receive_data(data)
                self._read()
        except Exception as error:  # whatever a peer may send, the call goes on
            self._lost = True
            self._listener.unreadable(f"{type(error).__name__}: {error}")

    def _read(self) -> None:
        """Read whatever either direction holds by now."""
        going = True
        while going and not self._upgraded:
            going = self._next(self._ours, self._theirs) | self._next(self._theirs, self._ours)
            if self._ours.http.our_state is self._ours.http.their_state is h11.DONE:
                self._ours.http.start_next_cycle()
                self._theirs.http.start_next_cycle()
                going = True

    def _next(self, side: _Side, other: _Side) -> bool:
        if self._upgraded:
            return False
        event = side.http.next_event()
        if event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            return False
        assert not isinstance(event, type)
        other.http.send(event)
        self._told(event, side is self._ours)
        return True

    def _told(self, event: Any, ours: bool) -> None:
        match event:
            case h11.Request():
                self._request_body.clear()
                method, target = event.method.decode(), event.target.decode()
                self._listener.request(method, target, _headers(event))
            case h11.Data() if ours:
                self._request_body += event.data
            case h11.EndOfMessage() if ours:
                self._listener.request_body(bytes(self._request_body))
            case h11.InformationalResponse() if event.status_code == 101:
                self._listener.response(101, _headers(event))
                self._upgrade(event)
            case h11.Response():
                self._decode = _decoder(_headers(event).get("content-encoding", ""))
                self._listener.response(event.status_code, _headers(event))
            case h11.Data():
                self._listener.response_part(self._decode(bytes(event.data)))
            case h11.EndOfMessage():
                self._listener.response_over()
            case _:
                pass

    def _upgrade(self, response: h11.InformationalResponse) -> None:
        self._upgraded = True
        ours, theirs = deflated(_headers(response).get("sec-websocket-extensions", ""))
        for side, is_ours, inflate in ((self._ours, True, ours), (self._theirs, False, theirs)):
            side.frames = FrameReader(
                masked=is_ours,
                inflate=inflate,
                message=lambda message, is_ours=is_ours: self._listener.message(is_ours, message),
                closing=lambda closing, is_ours=is_ours: self._listener.closing(is_ours, closing),
            )
            side.frames.feed(bytes(side.http.trailing_data[0] + side.raw))


def _headers(event: Any) -> Headers:
    return {name.decode(): value.decode("latin-1") for name, value in event.headers}


def _decoder(encoding: str) -> Callable[[bytes], bytes]:
    match encoding.strip().lower():
        case "" | "identity":
            return bytes
        case "gzip" | "x-gzip":
            return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS).decompress
        case "deflate":
            return zlib.decompressobj().decompress
        case other:
            raise ValueError(f"content is encoded as {other!r}")
