"""What the tests of the simulated network share: small hosts, and ways to run on them."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web

from callwright.clock import Link, Network, run_virtual

HOST = "api.example.com"
WAY = Link(latency=0.03)

# A round trip each for: connection, TLS, the question and its answer.
FIRST_ANSWER = 6 * WAY.latency


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionResetError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def listening(
    handler: Handler = echo, host: str | None = HOST, port: int = 443
) -> AsyncGenerator[int]:
    server = await asyncio.start_server(handler, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def roundtrip(message: bytes = b"hello", host: str = HOST, port: int = 443) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(message)
        return await reader.readexactly(len(message))
    finally:
        writer.close()


def on(network: Network, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run it with that network."""
    return run_virtual(main(), network=network)


_outside: list[str] | None = None
_DOORS = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


def _note(event: str, args: tuple[Any, ...]) -> None:
    if _outside is not None and event in _DOORS:
        _outside.append(f"{event}{args}")


sys.addaudithook(_note)


@contextmanager
def nothing_gets_out() -> Generator[None]:
    """Python itself says when the operating system's network is asked for something."""
    global _outside
    _outside = seen = []
    try:
        yield
    finally:
        _outside = None
    assert seen == []


def on_the_way(
    main: Callable[[], Coroutine[Any, Any, Any]], link: Link = WAY, seed: int = 0
) -> Any:
    with nothing_gets_out():
        return run_virtual(main(), network=Network(seed, link=link))


def since(began: float) -> float:
    return round(time.monotonic() - began, 6)


@asynccontextmanager
async def serving(host: str, *routes: web.RouteDef, port: int = 443) -> AsyncGenerator[None]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


def events(path: str, *lines: str, every: float = 0.5) -> web.RouteDef:
    """A stream of server-sent events, one at a time."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        for line in lines:
            await stream.write(f"{line}\n\n".encode())
            await asyncio.sleep(every)
        await stream.write_eof()
        return stream

    return web.route("*", path, answer)


async def echo_messages(request: web.Request) -> web.WebSocketResponse:
    link = web.WebSocketResponse(heartbeat=5)
    await link.prepare(request)
    async for message in link:
        await link.send_str(message.data)
    return link
