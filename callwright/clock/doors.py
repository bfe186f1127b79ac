"""The doors of the virtual loop: they lead into the simulated network, or nowhere."""

import asyncio
import socket
import ssl as tls_module
from collections.abc import Callable
from typing import Any, NoReturn

from callwright.clock.errors import VirtualLeak
from callwright.clock.network import Network
from callwright.clock.servers import ProtocolFactory, SimulatedServer
from callwright.clock.tls import StrippedTLS
from callwright.clock.transports import SimulatedTransport
from callwright.clock.wire import End


class DoorsToSimulation(asyncio.SelectorEventLoop):
    """An event loop whose connections and servers are those of a `Network`.

    Without a network names do not exist and connections are leaks. Sockets of the operating
    system, datagrams, unix sockets and subprocesses are leaks either way.

    Args:
        selector: What the loop waits with.
        network: The world it sees.
    """

    def __init__(self, selector: Any, network: Network | None) -> None:
        self._network: Network | None = None
        super().__init__(selector)
        if network is not None:
            try:
                network.open(self)
            except RuntimeError:
                self.close()
                raise
            self._network = network

    def close(self) -> None:
        if self._network is not None and not self.is_closed():
            self._network.close()
        super().close()

    @property
    def network(self) -> Network | None:
        """The world it sees."""
        return self._network

    def _world(self) -> Network:
        if self._network is None:
            raise VirtualLeak("this run on the virtual clock has no network; give it a Network")
        return self._network

    # --- names --------------------------------------------------------------------------------

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        if self._network is None:
            what = f"{host!s} does not exist in the simulated network"
            raise socket.gaierror(socket.EAI_NONAME, what)
        return self._network.resolve(host, port, family, type)

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
        return self._world().name_of(sockaddr)

    # --- transports ---------------------------------------------------------------------------

    async def create_connection(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        protocol_factory: ProtocolFactory,
        host: Any = None,
        port: Any = None,
        *,
        ssl: tls_module.SSLContext | bool | None = None,
        sock: socket.socket | None = None,
        server_hostname: str | None = None,
        **_: Any,
    ) -> tuple[SimulatedTransport, Any]:
        world = self._world()
        end = await world.connect(host, port) if sock is None else world.claim(sock)
        if end is None:
            raise VirtualLeak("a socket of the operating system leads out of the simulation")
        tls = None
        try:
            if ssl:
                await end.connection.round_trip()
                tls = StrippedTLS(ssl, server_side=False, server_hostname=server_hostname or host)
            protocol = protocol_factory()
        except BaseException:
            end.close()
            raise
        transport = SimulatedTransport(self, end, protocol, tls=tls)
        try:
            await asyncio.sleep(0)  # one turn, in which `connection_made` is called
        except BaseException:
            transport.abort()
            raise
        return transport, protocol

    async def create_server(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        protocol_factory: ProtocolFactory,
        host: Any = None,
        port: Any = None,
        *,
        ssl: tls_module.SSLContext | None = None,
        sock: socket.socket | None = None,
        start_serving: bool = True,
        **_: Any,
    ) -> SimulatedServer:
        world = self._world()
        if sock is not None:
            raise VirtualLeak("a socket of the operating system leads out of the simulation")
        places = world.places(host, port)
        server = SimulatedServer(self, protocol_factory, places, tls=ssl, on_close=world.forget)
        world.listen(server, places)
        if start_serving:
            await server.start_serving()
        return server

    async def start_tls(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        transport: Any,
        protocol: asyncio.BaseProtocol,
        sslcontext: tls_module.SSLContext,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
        **_: Any,
    ) -> SimulatedTransport:
        if not isinstance(transport, SimulatedTransport):
            raise VirtualLeak(f"{transport!r} is not of the simulated network")
        transport.pause_reading()
        if not server_side:
            await transport.get_extra_info("socket").connection.round_trip()
        transport.set_protocol(protocol)
        transport.report_tls(
            StrippedTLS(sslcontext, server_side=server_side, server_hostname=server_hostname)
        )
        transport.resume_reading()
        return transport

    async def sendfile(self, transport: Any, file: Any, *_: Any, **__: Any) -> NoReturn:
        # Servers that know this answer read the file and write it themselves.
        raise NotImplementedError("the simulated network has no sendfile")

    # --- sockets that libraries make themselves, to connect before they ask for a transport -----

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        world = self._world()
        world.keep(sock, await world.connect(address[0], address[1]))

    async def sock_sendall(self, sock: socket.socket, data: Any) -> None:
        end, left = self._kept(sock), memoryview(data)
        while left:
            sent = end.send(left)
            left = left[sent:]
            if left:
                await self._told(end.when_writable)

    async def sock_recv(self, sock: socket.socket, n: int) -> bytes:
        end = self._kept(sock)
        while (data := end.recv(n)) is None:
            await self._told(end.when_readable)
        return data

    async def sock_recv_into(self, sock: socket.socket, buf: Any) -> int:
        data = await self.sock_recv(sock, len(buf))
        buf[: len(data)] = data
        return len(data)

    async def _told(self, ask: Callable[[Callable[[], None]], None]) -> None:
        told: asyncio.Future[None] = self.create_future()
        ask(lambda: _done(told))
        await told

    def _kept(self, sock: socket.socket) -> End:
        end = self._world().kept(sock)
        if end is None:
            raise VirtualLeak("a socket of the operating system leads out of the simulation")
        return end

    # --- nothing else gets out ----------------------------------------------------------------

    async def _no_way_out(self, *_: Any, **__: Any) -> NoReturn:
        raise VirtualLeak("a replayed call has no network and no subprocesses of its own")

    create_datagram_endpoint = connect_accepted_socket = _no_way_out
    create_unix_connection = create_unix_server = _no_way_out
    sock_accept = sock_recvfrom = sock_recvfrom_into = sock_sendto = sock_sendfile = _no_way_out
    subprocess_exec = subprocess_shell = _no_way_out


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def network_now() -> Network | None:
    """The simulated network of the running loop; None on a loop with the real one, or with none."""
    loop = asyncio.get_running_loop()
    return loop.network if isinstance(loop, DoorsToSimulation) else None
