"""A stand-in of a provider: real HTTP and websockets, answered from a scene instead of a service.

It runs on whatever network the event loop has: the simulated one, under the provider's own host
name, or loopback. A protocol is one subclass in a file of its own; the door (keys, faults at the
door) and the way out (faults on the way) are here, once for all.
"""

import asyncio
import functools
import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, ClassVar, Protocol

from aiohttp import WSCloseCode, web

from callwright.emulators.faults import STATUS, Fault, at_the_door, on_the_way
from callwright.emulators.parts import Listener, Mind, Voice

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Scene:
    """What one stand-in plays: its ears, its mind, its voice, its habits and its faults.

    Args:
        listen: Makes the ears of one connection.
        mind: Answers for the model.
        voice: Speaks.
        key: The key it accepts; None accepts any, but not a missing one.
        faults: What goes wrong.
        first_token: Usual seconds until a model's first piece.
        each_token: Usual seconds between a model's pieces.
        first_byte: Seconds until a voice's first sound.
        final_after: Seconds from the end of speech to the final transcript.
        received: Everything that was sent to the stand-in, decoded, for tests to read.
        spoken: The answers it began to speak, where its protocol has no other voice say them.
        opened: How many requests and connections it was sent.
        serving: How many requests and connections it is serving.
        broken_off: How many answers its client did not wait for.
    """

    listen: Callable[[], Listener] | None = None
    mind: Mind | None = None
    voice: Voice | None = None
    key: str | None = None
    faults: tuple[Fault, ...] = ()
    first_token: float = 0.25
    each_token: float = 0.02
    first_byte: float = 0.15
    final_after: float = 0.2
    received: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    spoken: list[str] = field(default_factory=list[str])
    opened: int = 0
    serving: int = 0
    broken_off: int = 0


class Served(Protocol):
    """What can stand behind a host name."""

    cancels: bool

    def app(self) -> web.Application: ...


class StandIn(ABC):
    """One provider's protocol.

    Args:
        scene: What it plays.
    """

    # Catalogue names it stands for, and the production hosts; the first host is the usual one.
    uses: ClassVar[tuple[str, ...]]
    hosts: ClassVar[tuple[str, ...]]
    # Where it is found, for services whose user has to say so: by the constructor's parameter.
    addresses: ClassVar[Mapping[str, str]] = {}
    # Whether a handler is cancelled as soon as its client is gone: for answers that are streamed.
    cancels: bool = False

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._requests = itertools.count()

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """What the provider answers at which path."""

    @abstractmethod
    def key_of(self, request: web.Request) -> str | None:
        """The key a request carries, from where this provider expects it."""

    @abstractmethod
    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body, in the provider's own shape."""

    def app(self) -> web.Application:
        """The whole stand-in as an aiohttp application."""
        # Not a middleware: aiohttp keeps what it makes of those, applications included, for good.
        app = web.Application()
        for route in self.routes():
            app.router.add_route(route.method, route.path, self.behind_its_door(route.handler))
        app.router.add_route("*", "/{path:.*}", self.behind_its_door(self._nothing_there))
        return app

    def behind_its_door(self, handler: Handler) -> Handler:
        """What answers in place of a handler: the handler, or who refuses to let it."""
        return functools.partial(self.answer, handler=handler)

    def way(self, request: web.Request) -> "Way":
        """The way out for the events of this request's answer or connection."""
        return Way(on_the_way(self.scene.faults, request["number"]))

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, or refuse it at the door."""
        if request.method == "HEAD":
            return web.Response(status=404)  # somebody opens a connection, and asks for nothing yet
        request["number"] = next(self._requests)
        fault = at_the_door(self.scene.faults, request["number"])
        if fault is not None and fault.kind == "refuse":
            return _hang_up(request)
        if fault is not None:
            headers = {"Retry-After": str(max(1, round(fault.seconds)))}
            return self._refused(
                STATUS[fault.kind], headers if fault.kind == "rate_limited" else {}
            )
        key = self.key_of(request)
        if not key or (self.scene.key is not None and key != self.scene.key):
            return self._refused(401, {})
        self.scene.opened += 1
        self.scene.serving += 1
        try:
            return await handler(request)
        except asyncio.CancelledError:
            self.scene.broken_off += 1
            raise
        finally:
            self.scene.serving -= 1

    async def _nothing_there(self, _: web.Request) -> web.StreamResponse:
        return self._refused(404, {})

    def _refused(self, status: int, headers: Mapping[str, str]) -> web.Response:
        said = {
            401: "invalid credentials",
            403: "no access with these credentials",
            404: "nothing is found at this address",
            429: "rate limit reached",
            500: "internal error",
        }
        return web.json_response(
            self.error(status, said[status]), status=status, headers=dict(headers)
        )


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


class Gone(Exception):
    """The connection was broken off by a fault; nothing more can be sent."""


class Failed(Gone):
    """The provider is to say that it failed, and then nothing more."""


class Way:
    """What stands between a stand-in and its client: counts events and lets faults happen.

    Args:
        faults: Those on the way of this answer or connection, by event number.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = list(faults)
        self._sent = 0
        self._held: str | bytes | None = None

    async def out(self, message: str | bytes) -> AsyncIterator[str | bytes]:
        """What really goes out for one message: itself, spoiled, twice, later, or with another.

        Raises:
            Gone: The connection is to be broken off now.
            Failed: It is to end with the provider's own words for an error.
        """
        due = [fault for fault in self._faults if fault.after <= self._sent]
        self._faults = [fault for fault in self._faults if fault.after > self._sent]
        self._sent += 1
        before, self._held = self._held, None
        for fault in due:
            match fault.kind:
                case "slow":
                    await asyncio.sleep(fault.seconds)
                case "stall":
                    await asyncio.Event().wait()
                case "disconnect":
                    raise Gone
                case "error":
                    raise Failed
                case "malformed":
                    message = message[: len(message) // 2]
                case "duplicate":
                    yield message
                case "reorder":
                    self._held = message
                case _:
                    pass
        if self._held is None:
            yield message
        if before is not None:
            yield before


async def send(socket: web.WebSocketResponse, way: Way, message: Mapping[str, Any] | bytes) -> None:
    """Send an event over a websocket, with what happens on the way.

    Raises:
        Gone: A fault broke the connection off.
    """
    data = message if isinstance(message, bytes) else json.dumps(message)
    async for piece in way.out(data):
        if isinstance(piece, bytes):
            await socket.send_bytes(piece)
        else:
            await socket.send_str(piece)


async def close(socket: web.WebSocketResponse, code: int = WSCloseCode.OK, why: str = "") -> None:
    """Close a websocket; one that is closed already stays so."""
    if not socket.closed:
        await socket.close(code=code, message=why.encode())


@asynccontextmanager
async def serving(
    standin: Served, host: str, port: int = 0, tls: SSLContext | None = None
) -> AsyncGenerator[int]:
    """Serve a stand-in while the block runs; gives the port. Connections left open are closed."""
    runner = web.AppRunner(
        standin.app(),
        access_log=None,
        handle_signals=False,
        shutdown_timeout=0.5,
        handler_cancellation=standin.cancels,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        addresses: list[Any] = runner.addresses
        yield addresses[0][1] if addresses else port
    finally:
        await runner.cleanup()
