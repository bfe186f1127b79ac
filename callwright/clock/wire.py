"""A connection of the simulated network: two flows of bytes, and the two ends that hold them.

An end behaves as a non-blocking socket does: it takes what there is room for, gives what has
arrived, and says when it is worth trying again. Transports stand on it as asyncio's own stand on
the operating system's sockets.
"""

import asyncio
import errno
import random
from collections import deque
from collections.abc import Callable, Generator
from typing import Protocol

from callwright.clock.link import Fate, Link
from callwright.clock.overhearing import Overheard
from callwright.clock.sockets import Address, SimulatedSocket

# What one direction holds, on its way and unread together, before its sender has to wait.
WINDOW = 256 * 1024


class Way(Protocol):
    """What a connection needs to know of the host it leads to."""

    @property
    def link(self) -> Link: ...

    def left(self, connection: "Connection") -> None: ...


class _Last:
    """The last thing in a flow: an ordinary end, or an error."""

    def __init__(self, error: OSError | None = None) -> None:
        self.error = error


def _broken_off() -> _Last:
    return _Last(ConnectionResetError(errno.ECONNRESET, "reset in the simulated network"))


def _nobody_waits() -> None:
    pass


class _Flow:
    """One direction: bytes that arrive whole, in order, late."""

    opposite: "_Flow"

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._under_way: deque[bytes | _Last] = deque()
        self._arrival = 0.0
        self._held = 0
        self._unread = 0
        self._full = False
        self.arrived = bytearray()
        self.last: _Last | None = None
        self.closed = False
        self.on_arrival = self.on_room = _nobody_waits

    def send(self, data: bytes | bytearray | memoryview) -> int:
        taken = bytes(data[: WINDOW - self._unread])
        self._full = len(taken) < len(data)
        self._unread += len(taken)
        passing = self._connection.passing(len(taken))
        for piece, delay in self._connection.pieces(taken[:passing]):
            self._launch(piece, delay)
        if passing < len(taken):
            self._connection.fail()
        return len(taken)

    def finish(self, last: _Last) -> None:
        """Send the last thing; nothing after it is listened to."""
        self._launch(last, self._connection.delay())

    def _launch(self, item: bytes | _Last, delay: float) -> None:
        if self._connection.silent:
            return
        loop = self._connection.loop
        self._arrival = max(self._arrival, loop.time() + delay)
        self._under_way.append(item)
        # Whichever timer comes first takes what was sent first, so nothing overtakes.
        loop.call_at(self._arrival, self._arrive)

    def release(self) -> None:
        """Let in what came while the link stalled."""
        held, self._held = self._held, 0
        for _ in range(held):
            self._arrive()

    def take(self, size: int) -> bytes:
        data = bytes(self.arrived[:size])
        del self.arrived[:size]
        self._unread -= len(data)
        if self._full:
            self._full = False
            self._connection.loop.call_soon(self._room)
        return data

    def _arrive(self) -> None:
        if self._connection.stalled:
            self._held += 1
            return
        item = self._under_way.popleft()
        if isinstance(item, _Last):
            if self.last is None or self.last.error is None:
                self.last = item
            if item.error is not None:
                self.opposite.on_room()  # who waits to send learns that it is over
        elif self.closed:
            self.opposite.finish(_broken_off())
            return
        else:
            self.arrived += item
        self.on_arrival()

    def _room(self) -> None:
        self.on_room()


class End(SimulatedSocket):
    """One end of a connection."""

    def __init__(
        self,
        connection: "Connection",
        flows: tuple[_Flow, _Flow],
        local: Address,
        remote: Address,
    ) -> None:
        super().__init__(local, remote)
        self.connection = connection
        self.overheard: Overheard | None = None
        self._out, self._in = flows

    def when_readable(self, call: Callable[[], None]) -> None:
        """Say when to try `recv` again, to one listener at a time."""
        self._in.on_arrival = call

    def when_writable(self, call: Callable[[], None]) -> None:
        """Say when to try `send` again, after it took less than it was given."""
        self._out.on_room = call

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """Take what there is room for; how many bytes that were.

        Raises:
            ConnectionResetError: The connection was broken off.
        """
        if self._in.last is not None and self._in.last.error is not None:
            raise self._in.last.error
        taken = self._out.send(data)
        if self.overheard is not None:
            self.overheard.sent(data[:taken])
        return taken

    def recv(self, size: int) -> bytes | None:
        """What has arrived; None when nothing has yet, empty at the end.

        Raises:
            ConnectionResetError: The connection was broken off.
        """
        if self._in.arrived:
            data = self._in.take(size)
            if self.overheard is not None:
                self.overheard.received(data)
            return data
        if self._in.last is None:
            return None
        if self.overheard is not None:
            self.overheard.ended(ours=False)
        if self._in.last.error is not None:
            raise self._in.last.error
        return b""

    def readable(self) -> bool:
        return bool(self._in.arrived) or self._in.last is not None

    def end_sending(self) -> None:
        """Nothing more will be sent."""
        self._out.finish(_Last())

    def close(self) -> None:
        """Let go of it. Unread bytes make the other end see an error, as they do with TCP."""
        if self.closed:
            return
        super().close()
        if self.overheard is not None:
            self.overheard.ended(ours=True)
        self._in.closed = True
        self._in.on_arrival = self._out.on_room = _nobody_waits
        self._out.finish(_broken_off() if self._in.arrived else _Last())
        self.connection.left()


class Connection:
    """Both directions between this machine and a host.

    Args:
        loop: The loop whose time it takes.
        way: The host, with its link as it is now and as it will be.
        draw: The connection's own source of chance, so that no other traffic changes its times.
        client: The address of the end that connects.
        server: The address that it connects to.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        way: Way,
        draw: random.Random,
        client: Address,
        server: Address,
    ) -> None:
        self.loop = loop
        self.silent = False
        self._fate = Fate(way.link, draw)
        self._way = way
        self._draw = draw
        self._failed = False
        up, down = _Flow(self), _Flow(self)
        up.opposite, down.opposite = down, up
        self._flows = (up, down)
        self.client = End(self, (up, down), client, server)
        self.server = End(self, (down, up), server, client)

    @property
    def refused(self) -> bool:
        """Whether it is not to come about."""
        return self._fate.failing == "refuse"

    @property
    def stalled(self) -> bool:
        return self._way.link.stall

    def delay(self) -> float:
        """Seconds one way for the next piece."""
        return self._way.link.delay(self._draw)

    def passing(self, size: int) -> int:
        """How many of so many bytes still go through."""
        return 0 if self._failed else self._fate.passing(size)

    def pieces(self, data: bytes) -> Generator[tuple[bytes, float]]:
        """One write as it travels: its pieces, and the seconds that each takes."""
        link, draw = self._way.link, self._draw
        if link.fragment is not None:
            # A chance of its own: compressed ids differ by a byte from run to run, and what is
            # written later must not feel it.
            draw = random.Random(draw.getrandbits(64))
        for piece in link.pieces(data, draw):
            yield piece, link.delay(draw)

    def fail(self) -> None:
        """What was fated happens, after all that is on its way."""
        if self._failed:
            return
        self._failed = True
        if self._fate.failing == "stall":
            self.silent = True
            return
        for flow in self._flows:
            flow.finish(_Last() if self._fate.failing == "close" else _broken_off())

    def reset(self) -> None:
        """Break it off: both ends see an error, one way's latency from now."""
        self._failed = True
        for flow in self._flows:
            flow.finish(_broken_off())

    def release(self) -> None:
        """The link is another one; what it held goes on."""
        for flow in self._flows:
            flow.release()

    def left(self) -> None:
        """An end was closed; when both are, the host forgets the connection."""
        if self.client.closed and self.server.closed:
            self._way.left(self)

    def drop(self) -> None:
        """The run is over: both ends are closed, and neither is told."""
        self.silent = True
        self.client.close()
        self.server.close()

    async def round_trip(self) -> None:
        """Wait as long as a question and its answer take."""
        await asyncio.sleep(self.delay() + self.delay())
