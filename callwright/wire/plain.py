"""Listening to live connections without TLS: stand-ins on loopback, servers of one's own.

Whoever connects asks the event loop for it, whatever its library, so that is where we listen. A
connection that is not listened to gets nothing of ours between it and the loop.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from callwright.clock.overhearing import Bytes, Overheard, overheard


def listen_to_plain(loop: Any) -> None:
    """Let connections without TLS that a loop opens from now on be listened to. Idempotent.

    It stays, as `listen_to_tls` does.
    """
    if not isinstance(getattr(loop.create_connection, "__self__", None), _Door):
        door = _Door(loop)
        loop.create_connection, loop.getaddrinfo = door.connect, door.resolve


class _Door:
    """An event loop's way to open connections, with ears where somebody wants to listen."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._connect: Any = loop.create_connection
        self._resolve: Any = loop.getaddrinfo
        # Many clients look a name up themselves, and connect to what they find.
        self._names: dict[str, str] = {}

    async def resolve(self, host: Any, port: Any, **options: Any) -> Any:
        """What `loop.getaddrinfo` answers; remembers whose addresses these are."""
        found = await self._resolve(host, port, **options)
        if isinstance(host, str):
            self._names |= {str(place[0]): host for *_, place in found}
        return found

    async def connect(
        self,
        protocol_factory: Callable[[], Any],
        host: Any = None,
        port: Any = None,
        *,
        ssl: Any = None,
        sock: Any = None,
        **options: Any,
    ) -> Any:
        """What `loop.create_connection` answers."""

        def made() -> Any:
            # Called when the connection stands; what takes buffers is none of our clients.
            protocol = protocol_factory()
            if ssl or isinstance(protocol, asyncio.BufferedProtocol):
                return protocol
            ears = self._ears(host, port, sock)
            return protocol if ears is None else _Heard(protocol, ears)

        made_of = await self._connect(made, host, port, ssl=ssl, sock=sock, **options)
        heard = made_of[1]
        return (heard.line, heard.inner) if isinstance(heard, _Heard) else made_of

    def _ears(self, host: Any, port: Any, sock: Any) -> Overheard | None:
        try:
            name, number = (host, port) if sock is None else sock.getpeername()[:2]
            number = int(number)
        except (OSError, TypeError, ValueError):
            return None  # gone again, or no place of the internet
        return overheard(self._names.get(name, str(name)), number, plain=True)


class _Line:
    """A transport whose writing is listened to; everything else is the transport's own."""

    def __init__(self, transport: Any, ears: Overheard) -> None:
        self._transport, self._ears = transport, ears

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: Bytes) -> None:
        self._ears.sent(data)
        self._transport.write(data)

    def writelines(self, pieces: Iterable[Bytes]) -> None:
        self.write(b"".join(pieces))

    def close(self) -> None:
        self._ears.ended(ours=True)
        self._transport.close()

    def abort(self) -> None:
        self._ears.ended(ours=True)
        self._transport.abort()


class _Heard(asyncio.Protocol):
    """Hands everything on to a client's own protocol, and what is read to the ears as well."""

    def __init__(self, inner: Any, ears: Overheard) -> None:
        self.inner, self._ears = inner, ears
        self.line: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.line = _Line(transport, self._ears)
        self.inner.connection_made(self.line)

    def data_received(self, data: bytes) -> None:
        self._ears.received(data)
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        self._ears.ended(ours=False)
        return self.inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ears.ended(ours=False)
        self.inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()
