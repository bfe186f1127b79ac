"""A server of the simulated network: what `loop.create_server` gives back."""

import asyncio
import ssl
from collections.abc import Callable, Sequence

from callwright.clock.sockets import Address, SimulatedSocket
from callwright.clock.tls import StrippedTLS
from callwright.clock.transports import SimulatedTransport
from callwright.clock.wire import End

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class SimulatedServer(asyncio.AbstractServer):
    """Listens at one or more addresses until it is closed.

    Args:
        loop: The loop that serves.
        factory: Makes the protocol of each connection.
        addresses: Where it listens.
        tls: The context it was given; reported to its protocols, not used.
        on_close: Called once, when it stops listening.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        factory: ProtocolFactory,
        addresses: Sequence[Address],
        *,
        tls: ssl.SSLContext | None,
        on_close: Callable[["SimulatedServer"], None],
    ) -> None:
        self._loop, self._factory, self._tls, self._on_close = loop, factory, tls, on_close
        self._sockets = tuple(SimulatedSocket(address) for address in addresses)
        self._serving = False
        self._closed = asyncio.Event()
        self._transports: dict[SimulatedTransport, None] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def sockets(self) -> tuple[SimulatedSocket, ...]:
        return () if self._closed.is_set() else self._sockets

    def accept(self, end: End) -> None:
        """Serve a connection that has come in."""
        tls = self._tls and StrippedTLS(self._tls, server_side=True, server_hostname=None)
        try:
            protocol = self._factory()
        except Exception as error:
            what = {"message": "a server's protocol could not be made", "exception": error}
            self._loop.call_exception_handler(what)
            end.close()
            return
        transport = SimulatedTransport(
            self._loop, end, protocol, tls=tls or None, on_lost=self._lost
        )
        self._transports[transport] = None
        self._idle.clear()

    def _lost(self, transport: SimulatedTransport) -> None:
        del self._transports[transport]
        if not self._transports:
            self._idle.set()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def is_serving(self) -> bool:
        return self._serving

    async def start_serving(self) -> None:
        if self._closed.is_set():
            raise RuntimeError("the server is closed")
        self._serving = True

    async def serve_forever(self) -> None:
        await self.start_serving()
        try:
            await self._closed.wait()
        except asyncio.CancelledError:
            self.close()
            await self.wait_closed()
            raise

    def close(self) -> None:
        """Listen no longer; connections live on."""
        if self._closed.is_set():
            return
        self._serving = False
        self._closed.set()
        for listening in self._sockets:
            listening.close()
        self._on_close(self)

    def close_clients(self) -> None:
        for transport in list(self._transports):
            transport.close()

    def abort_clients(self) -> None:
        for transport in list(self._transports):
            transport.abort()

    async def wait_closed(self) -> None:
        """Wait until it is closed and its last connection is gone."""
        await self._closed.wait()
        await self._idle.wait()
