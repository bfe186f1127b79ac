"""The simulated network: hosts by name, the links to them, and who listens where.

A server that is started in the loop with `create_server(factory, "api.example.com", 443)` is that
host, as far as anybody in the loop can tell. Names that nobody declared or serves do not exist.
This machine is 127.0.0.1, without latency unless it is given some.
"""

import asyncio
import errno
import ipaddress
import itertools
import random
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from callwright.clock.link import Link
from callwright.clock.overhearing import overheard
from callwright.clock.servers import SimulatedServer
from callwright.clock.sockets import Address
from callwright.clock.wire import Connection, End

THIS_MACHINE = "127.0.0.1"
_OUR_ADDRESS = "198.18.0.1"
_OURS = ("", "localhost", "127.0.0.1", "0.0.0.0", "::", "::1")
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class Host:
    """One machine of the network.

    Args:
        name: Its name, or its address when it has none.
        address: Its address.
        link: The way to it.
    """

    def __init__(self, name: str, address: str, link: Link) -> None:
        self.name, self.address = name, address
        self.attempts = 0
        self._link = link
        self._changed = asyncio.Event()
        self._connections: dict[Connection, None] = {}
        self._forwarded: dict[int, Address] = {}

    @property
    def link(self) -> Link:
        """The way to it as it is now. Setting another lets go of what a stalled one held."""
        return self._link

    @link.setter
    def link(self, link: Link) -> None:
        self._link = link
        if not link.stall:
            self._changed.set()
            self._changed = asyncio.Event()
            for connection in list(self._connections):
                connection.release()

    def change(self, **changes: Any) -> None:
        """Another link, with these fields of `Link` different."""
        self.link = replace(self._link, **changes)

    def reset(self) -> None:
        """Break off every open connection; both ends see an error."""
        for connection in list(self._connections):
            connection.reset()

    def forward(self, port: int, to: Address) -> None:
        """Lead a port to a server elsewhere, as a tunnel or a load balancer does.

        Args:
            port: The port at this host.
            to: Name or address, and port, where a server listens.
        """
        self._forwarded[port] = to

    @property
    def open(self) -> int:
        """How many connections are open, at either end."""
        return len(self._connections)

    @property
    def held(self) -> int:
        """How many connections whoever opened them has not closed; the host may not know yet."""
        return sum(1 for connection in self._connections if not connection.client.closed)

    def leading_to(self, port: int) -> Address:
        return self._forwarded.get(port, (self.address, port))

    def entered(self, connection: Connection) -> None:
        self._connections[connection] = None

    def left(self, connection: Connection) -> None:
        self._connections.pop(connection, None)

    def drop(self) -> None:
        """The run is over; nobody is told."""
        for connection in list(self._connections):
            connection.drop()

    async def flowing(self) -> None:
        """Wait while nothing gets through."""
        while self._link.stall:
            await self._changed.wait()


class Network:
    """A world of hosts for one run.

    Args:
        seed: Where all chance comes from; one seed, one course of events.
        link: The way to hosts that were not given one of their own; this machine has none.
        hosts: Names that exist from the start, with the way to them.
    """

    def __init__(
        self, seed: int = 0, *, link: Link | None = None, hosts: Mapping[str, Link] | None = None
    ) -> None:
        self.seed = seed
        self._usual = link or Link()
        self._named: dict[str, Host] = {}
        self._addressed: dict[str, Host] = {}
        self._numbers = itertools.count(2)
        self._ports: Iterator[int] = itertools.cycle(range(49152, 65536))
        self._listening: dict[Address, SimulatedServer] = {}
        self._connected: WeakKeyDictionary[socket.socket, End] = WeakKeyDictionary()
        self._loop: asyncio.AbstractEventLoop | None = None
        here = Host("localhost", THIS_MACHINE, Link())
        self._named[THIS_MACHINE] = self._addressed[THIS_MACHINE] = here
        for name, way in (hosts or {}).items():
            self.host(name, way)

    def host(self, name: str, link: Link | None = None) -> Host:
        """The host of this name. It exists from now on, if only to refuse connections."""
        name = _here(name)
        found = self._named.get(name) or self._addressed.get(name)
        if found is None:
            address = name if _is_address(name) else self._free_address()
            found = Host(name, address, self._usual)
            self._named[name] = self._addressed[address] = found
        if link is not None:
            found.link = link
        return found

    def _free_address(self) -> str:
        # The range that is reserved for trying out networks.
        return str(ipaddress.IPv4Address("198.18.0.0") + next(self._numbers))

    # --- names --------------------------------------------------------------------------------

    def resolve(self, host: Any, port: Any, family: int = 0, kind: int = 0) -> list[Any]:
        """What `getaddrinfo` answers.

        Raises:
            socket.gaierror: Nobody has that name, or not in that family.
        """
        name = _here(host.decode("ascii") if isinstance(host, bytes) else host)
        found = self._named.get(name)
        if found is None and not _is_address(name):
            raise socket.gaierror(
                socket.EAI_NONAME, f"{name} does not exist in the simulated network"
            )
        if family not in (0, socket.AF_INET):
            raise socket.gaierror(socket.EAI_FAMILY, f"{name} has no address but an IPv4 one")
        address = name if found is None else found.address
        kind = kind or socket.SOCK_STREAM
        proto = socket.IPPROTO_UDP if kind == socket.SOCK_DGRAM else socket.IPPROTO_TCP
        return [(socket.AF_INET, kind, proto, "", (address, _port(port)))]

    def name_of(self, address: Address) -> tuple[str, str]:
        """What `getnameinfo` answers."""
        found = self._addressed.get(address[0])
        return (found.name if found else address[0], str(address[1]))

    # --- servers ------------------------------------------------------------------------------

    def listen(self, server: SimulatedServer, addresses: Sequence[Address]) -> None:
        """From now on connections to these addresses go to that server."""
        for address in addresses:
            self._listening[address] = server

    def forget(self, server: SimulatedServer) -> None:
        """Nothing leads to that server any more."""
        self._listening = {at: one for at, one in self._listening.items() if one is not server}

    def places(self, host: Any, port: Any) -> list[Address]:
        """Where a server asked to listen at `host` listens; names that are new come to exist.

        Raises:
            OSError: Somebody listens there already.
        """
        names = [host] if host is None or isinstance(host, str) else list(host)
        wanted = dict.fromkeys(_here(name) for name in names)
        places = [(self.host(name).address, _port(port) or self._free_port()) for name in wanted]
        for place in places:
            if place in self._listening:
                raise OSError(errno.EADDRINUSE, f"somebody listens at {place} already")
        return places

    def _free_port(self) -> int:
        taken = {port for _, port in self._listening}
        return next(port for port in self._ports if port not in taken)

    # --- connections --------------------------------------------------------------------------

    async def connect(self, host: Any, port: Any) -> End:
        """Connect to a host; it takes a round trip.

        Raises:
            socket.gaierror: Nobody has that name.
            ConnectionRefusedError: Nobody listens there, or the link refuses.
            OSError: No host has that address.
        """
        address, number = self.resolve(host, port)[0][4]
        there = self._addressed.get(address)
        if there is None:
            raise OSError(errno.EHOSTUNREACH, f"{address} is not in the simulated network")
        there.attempts += 1
        draw = random.Random(f"{self.seed}/{there.name}/{there.attempts}")
        ours = (THIS_MACHINE if address == THIS_MACHINE else _OUR_ADDRESS, self._free_port())
        await there.flowing()
        loop = asyncio.get_running_loop()
        connection = Connection(loop, there, draw, ours, (address, number))
        await connection.round_trip()
        server = self._listener(there, number)
        if connection.refused or server is None or not server.is_serving():
            raise ConnectionRefusedError(
                errno.ECONNREFUSED, f"{there.name}:{number} refuses in the simulated network"
            )
        there.entered(connection)
        connection.client.overheard = overheard(there.name, number)
        server.accept(connection.server)
        return connection.client

    def _listener(self, there: Host, port: int) -> SimulatedServer | None:
        name, port = there.leading_to(port)
        return self._listening.get((self.host(name).address, port))

    def keep(self, real: socket.socket, end: End) -> None:
        """Remember what an operating system's socket, never connected itself, stands for."""
        self._connected[real] = end

    def kept(self, real: Any) -> End | None:
        return self._connected.get(real)

    def claim(self, real: Any) -> End | None:
        """What that socket stands for; it is closed, and its place taken by a transport."""
        end = self._connected.pop(real, None)
        if end is not None:
            real.close()
        return end

    def held(self) -> dict[str, int]:
        """How many connections are held to each host by whoever opened them."""
        return {host.name: host.held for host in self._addressed.values() if host.held}

    # --- one run ------------------------------------------------------------------------------

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve that loop, and no other, ever: what happened in one run must not reach the next."""
        if self._loop is not None:
            raise RuntimeError("a network serves one run; make another with the same seed")
        self._loop = loop

    def close(self) -> None:
        """The run is over: nobody listens and nothing is connected any more."""
        for server in dict.fromkeys(self._listening.values()):
            server.close()
        for host in self._addressed.values():
            host.drop()


def _is_address(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).version == 4
    except ValueError:
        return False


def _here(name: str | None) -> str:
    name = (name or "").lower().rstrip(".")
    return THIS_MACHINE if name in _OURS else name


def _port(port: Any) -> int:
    return _PORTS[port] if port in _PORTS else int(port or 0)
