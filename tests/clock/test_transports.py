"""The simulated transport does what asyncio's own does: each script runs on both, one outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from callwright.clock import Network, run_virtual

Log = list[str]
Script = Callable[["Side", "Side"], Awaitable[None]]


class Side(asyncio.Protocol):
    """Writes down what the transport tells it."""

    def __init__(self, name: str, log: Log, keep_open: bool) -> None:
        self.name, self.log, self.keep_open = name, log, keep_open
        self.received = bytearray()
        self.made: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()
        self.paused = asyncio.Event()
        self.resumed = asyncio.Event()

    def say(self, what: str) -> None:
        self.log.append(f"{self.name} {what}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.say("made")
        self.made.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.received += data

    def eof_received(self) -> bool:
        self.say(f"eof after {len(self.received)}")
        self.ended.set()
        return self.keep_open

    def pause_writing(self) -> None:
        self.say("pause")
        self.paused.set()

    def resume_writing(self) -> None:
        self.say("resume")
        self.resumed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.say(f"lost {type(exc).__name__}")
        self.lost.set_result(None)


class Buffered(Side, asyncio.BufferedProtocol):
    """Lends a small buffer, as `BufferedProtocol` does."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.buffer = bytearray(4096)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.received += self.buffer[:nbytes]


async def close_after_writing(client: Side, server: Side) -> None:
    client.transport.write(b"last words")
    client.transport.close()
    client.transport.write(b"nobody hears this")
    assert client.transport.is_closing()
    await server.lost


async def half_close(client: Side, server: Side) -> None:
    client.transport.write(b"question")
    client.transport.write_eof()
    with pytest.raises(RuntimeError, match="write_eof"):
        client.transport.write(b"too late")
    await server.ended.wait()
    server.transport.write(b"answer")
    server.transport.close()
    await client.ended.wait()
    assert client.received == b"answer"


async def abort_what_waits(client: Side, server: Side) -> None:
    client.transport.set_write_buffer_limits(high=1000)
    server.transport.pause_reading()
    client.transport.write(bytes(9_000_000))
    await client.paused.wait()
    assert client.transport.get_write_buffer_size() > 1000
    client.transport.abort()
    await client.lost
    assert client.transport.is_closing()
    server.transport.abort()


async def back_pressure(client: Side, server: Side) -> None:
    server.transport.pause_reading()
    assert not server.transport.is_reading()
    client.transport.write(bytes(9_000_000))
    await client.paused.wait()
    server.transport.resume_reading()
    await client.resumed.wait()
    client.transport.close()
    await server.lost
    assert len(server.received) == 9_000_000


async def close_flushes(client: Side, server: Side) -> None:
    server.transport.pause_reading()
    client.transport.write(bytes(9_000_000))
    client.transport.close()
    await asyncio.sleep(0.01)
    server.transport.resume_reading()
    await server.lost
    assert len(server.received) == 9_000_000


async def unread_bytes_break_the_connection(client: Side, server: Side) -> None:
    server.transport.pause_reading()
    client.transport.write(b"never read")
    await asyncio.sleep(0.02)
    server.transport.close()
    await client.lost


async def writing_to_who_is_gone(client: Side, server: Side) -> None:
    server.transport.close()
    await server.lost
    await client.ended.wait()
    client.transport.write(b"hello?")
    await asyncio.sleep(0.02)
    client.transport.write(b"hello??")
    await client.lost


async def another_protocol(client: Side, server: Side) -> None:
    upgraded = Side("upgraded", server.log, keep_open=False)
    server.transport.set_protocol(upgraded)
    assert server.transport.get_protocol() is upgraded
    client.transport.write(b"in the new protocol")
    client.transport.close()
    await upgraded.lost
    assert upgraded.received == b"in the new protocol"
    server.lost.set_result(None)


async def told_before_it_is_made(client: Side, server: Side) -> None:
    server.transport.writelines([b"ban", b"ner"])
    server.transport.write_eof()
    await client.lost
    assert client.received == b"banner"


async def raising_in_data_received(client: Side, server: Side) -> None:
    def fail(received: bytes | int) -> None:
        raise ValueError("planned")

    server.data_received = server.buffer_updated = fail  # type: ignore[method-assign]
    reported: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(repr(context["exception"])))
    client.transport.write(b"x")
    await server.lost
    loop.set_exception_handler(None)
    assert reported == ["ValueError('planned')"]


async def play(script: Script, kind: type[Side], keep_open: bool) -> dict[str, Log]:
    log: Log = []
    loop = asyncio.get_running_loop()
    accepted: asyncio.Queue[Side] = asyncio.Queue()

    def accept() -> Side:
        side = kind("server", log, keep_open)
        accepted.put_nowait(side)
        return side

    serving = await loop.create_server(accept, "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    _, client = await loop.create_connection(
        lambda: Side("client", log, keep_open), "127.0.0.1", port
    )
    server = await accepted.get()
    await server.made
    await script(client, server)
    for side in (client, server):
        side.transport.close()
        await side.lost
    serving.close()
    await serving.wait_closed()
    return {
        name: [line for line in log if line.startswith(name)]
        for name in ("client", "server", "upgraded")
    }


@pytest.mark.parametrize("kind", [Side, Buffered])
@pytest.mark.parametrize(
    ("script", "keep_open"),
    [
        (close_after_writing, False),
        (half_close, True),
        (abort_what_waits, False),
        (abort_what_waits, True),
        (back_pressure, False),
        (close_flushes, False),
        (unread_bytes_break_the_connection, False),
        (unread_bytes_break_the_connection, True),
        (another_protocol, False),
        (told_before_it_is_made, False),
        (raising_in_data_received, False),
    ],
)
def test_a_script_ends_as_it_does_with_asyncio(
    script: Script, keep_open: bool, kind: type[Side]
) -> None:
    def once() -> Coroutine[Any, Any, dict[str, Log]]:
        return asyncio.wait_for(play(script, kind, keep_open), 20)

    assert run_virtual(once(), network=Network()) == asyncio.run(once())


def test_writing_to_who_is_gone_ends_as_it_does_with_asyncio() -> None:
    def once() -> Coroutine[Any, Any, dict[str, Log]]:
        return asyncio.wait_for(play(writing_to_who_is_gone, Side, True), 20)

    virtual, real = run_virtual(once(), network=Network()), asyncio.run(once())
    # The operating system calls a second write a broken pipe or a reset, as it happens.
    for log in (virtual, real):
        assert log["client"][-1] in (
            "client lost ConnectionResetError",
            "client lost BrokenPipeError",
        )
        log["client"].pop()
    assert virtual == real
