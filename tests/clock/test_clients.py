"""Real client and server code on the virtual clock, at production addresses, without a socket."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import anyio
import httpx
import pytest
import uvicorn
import websockets.asyncio.client
import websockets.asyncio.server
from aiohttp import web
from anyio.streams.tls import TLSStream
from fastapi import FastAPI, WebSocket

from callwright.clock import Link, Network, run_virtual

WAY = Link(latency=0.03)

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


def on(main: Callable[[], Coroutine[Any, Any, Any]], link: Link = WAY, seed: int = 0) -> Any:
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


async def echo(request: web.Request) -> web.WebSocketResponse:
    link = web.WebSocketResponse(heartbeat=5)
    await link.prepare(request)
    async for message in link:
        await link.send_str(message.data)
    return link


# A round trip each for: connection, TLS, the question and its answer.
FIRST_ANSWER = 6 * WAY.latency


def test_websockets() -> None:
    async def main() -> list[float]:
        async def answer(link: websockets.asyncio.server.ServerConnection) -> None:
            async for message in link:
                await link.send(message)

        async with websockets.asyncio.server.serve(answer, "api.deepgram.com", 443):
            began = time.monotonic()
            async with websockets.asyncio.client.connect(
                "wss://api.deepgram.com/v1/listen"
            ) as link:
                opened = since(began)
                await link.send("hello")
                assert await link.recv() == "hello"
                spoke = since(began)
                long = b"audio" * 400_000
                await asyncio.gather(link.send(long[:900_000]), _received(link, long[:900_000]))
            return [opened, spoke]

    async def _received(link: Any, whole: bytes) -> None:
        assert await link.recv() == whole

    assert on(main) == [FIRST_ANSWER, FIRST_ANSWER + 2 * WAY.latency]


def test_websocket_keepalive_notices_a_silent_network() -> None:
    network = Network(hosts={"api.deepgram.com": WAY})

    async def main() -> float:
        async def answer(link: websockets.asyncio.server.ServerConnection) -> None:
            await link.wait_closed()

        async with (
            websockets.asyncio.server.serve(answer, "api.deepgram.com", 443),
            websockets.asyncio.client.connect("wss://api.deepgram.com/") as link,
        ):
            began = time.monotonic()
            network.host("api.deepgram.com").change(stall=True)
            with pytest.raises(websockets.ConnectionClosedError):
                await link.recv()
            network.host("api.deepgram.com").change(stall=False)
            return since(began)

    # Pinged after 20 s, given up 20 s later: an hour of waiting would cost no more.
    assert 40 <= run_virtual(main(), network=network) <= 60


def test_httpx_streams_and_keeps_its_connection() -> None:
    network = Network(link=WAY)

    async def main() -> list[float]:
        times: list[float] = []
        async with (
            serving("api.anthropic.com", events("/v1/messages", "data: 1", "data: 2")),
            httpx.AsyncClient() as client,
        ):
            for _ in range(2):
                began = time.monotonic()
                url = "https://api.anthropic.com/v1/messages"
                async with client.stream("POST", url, content=b"{}") as answer:
                    async for _line in answer.aiter_raw():
                        times.append(since(began))
        assert network.host("api.anthropic.com").attempts == 1
        return times

    original = TLSStream.__dict__["wrap"]
    assert run_virtual(main(), network=network) == [0.18, 0.68, 0.06, 0.56]
    assert TLSStream.__dict__["wrap"] is original


def test_httpx_sees_refusals_unknown_hosts_and_timeouts() -> None:
    network = Network(hosts={"slow.example.com": Link(latency=10), "none.example.com": Link()})

    async def main() -> None:
        async with (
            serving("slow.example.com", events("/", "data: 1")),
            httpx.AsyncClient(timeout=5) as client,
        ):
            with pytest.raises(httpx.ConnectError):
                await client.get("https://unknown.example.com/")
            with pytest.raises(httpx.ConnectError):
                await client.get("https://none.example.com/")
            began = time.monotonic()
            with pytest.raises(httpx.ConnectTimeout):
                await client.get("https://slow.example.com/")
            assert since(began) == 5

    run_virtual(main(), network=network)


def test_httpx_opens_another_connection_when_the_server_has_closed_the_idle_one() -> None:
    network = Network(link=WAY)

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            for _ in range(2):
                async with serving("api.openai.com", events("/", "data: 1")):
                    assert (await client.get("https://api.openai.com/")).text == "data: 1\n\n"
                await asyncio.sleep(1)
        assert network.host("api.openai.com").attempts == 2

    run_virtual(main(), network=network)


def test_aiohttp_streams_and_talks_over_a_websocket() -> None:
    async def main() -> list[float]:
        times: list[float] = []
        async with (
            serving("api.cartesia.ai", events("/sse", "data: 1", "data: 2"), web.get("/tts", echo)),
            aiohttp.ClientSession() as session,
        ):
            began = time.monotonic()
            async with session.get("https://api.cartesia.ai/sse") as answer:
                async for line in answer.content:
                    if line.strip():
                        times.append(since(began))
            began = time.monotonic()
            async with session.ws_connect("wss://api.cartesia.ai/tts") as link:
                times.append(since(began))
                await link.send_str("hello")
                assert (await link.receive()).data == "hello"
                times.append(since(began))
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(link.receive(), 60)  # heartbeats pass
                await link.send_str("still there")
                assert (await link.receive()).data == "still there"
        return times

    assert on(main) == [0.18, 0.68, 0.06, 0.12]


def test_uvicorn_and_fastapi_serve_in_process() -> None:
    api = FastAPI()

    @api.get("/greeting")
    async def greeting() -> dict[str, str]:
        return {"say": "hello"}

    @api.websocket("/call")
    async def call(link: WebSocket) -> None:
        await link.accept()
        await link.send_text(await link.receive_text())
        await link.close()

    async def main() -> float:
        config = uvicorn.Config(api, host="bot.example.com", port=443, log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.01)
        began = time.monotonic()
        async with httpx.AsyncClient() as client:
            answer = await client.get("https://bot.example.com/greeting")
            assert answer.json() == {"say": "hello"}
        async with websockets.asyncio.client.connect("wss://bot.example.com/call") as link:
            await link.send("it is me")
            assert await link.recv() == "it is me"
        took = since(began)
        server.should_exit = True
        await serving
        return took

    assert 0.4 < on(main) < 0.6


@pytest.mark.filterwarnings("ignore:.*websockets.*:DeprecationWarning")
def test_the_deepgram_client() -> None:
    from deepgram import AsyncDeepgramClient
    from deepgram.core.events import EventType

    async def main() -> tuple[list[str], float]:
        heard: list[str] = []

        async def listen(link: websockets.asyncio.server.ServerConnection) -> None:
            audio = 0
            async for message in link:
                if isinstance(message, bytes):
                    audio += len(message)
                elif json.loads(message)["type"] == "CloseStream":
                    said = {
                        "type": "Metadata",
                        "transaction_key": "deprecated",
                        "request_id": "1",
                        "sha256": "",
                        "created": "2026-01-05T10:00:00Z",
                        "duration": audio / 32000,
                        "channels": 1,
                    }
                    await link.send(json.dumps(said))
                    return

        async with websockets.asyncio.server.serve(listen, "api.deepgram.com", 443):
            client = AsyncDeepgramClient(api_key="any")
            began = time.monotonic()
            async with client.listen.v1.connect(model="nova-3") as link:
                link.on(EventType.MESSAGE, lambda message: heard.append(str(message.duration)))
                listening = asyncio.create_task(link.start_listening())
                for _ in range(50):
                    await link.send_media(bytes(640))
                    await asyncio.sleep(0.02)
                await link.send_close_stream()
                await listening
            return heard, since(began)

    heard, took = on(main)
    assert heard == ["1.0"]
    # The audio, the last word and its answer, the closing handshake.
    assert took == pytest.approx(FIRST_ANSWER + 1 + 4 * WAY.latency)


def _sse(event: dict[str, Any]) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event)}"


def test_the_anthropic_client() -> None:
    from anthropic import AsyncAnthropic

    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "any",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 1},
    }
    said = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": word},
            }
            for word in ("Good ", "morning.")
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
    ]

    async def main() -> list[tuple[str, float]]:
        heard: list[tuple[str, float]] = []
        route = events("/v1/messages", *(_sse(event) for event in said), every=0.1)
        async with (
            serving("api.anthropic.com", route),
            AsyncAnthropic(api_key="any", max_retries=0) as client,
        ):
            began = time.monotonic()
            async with client.messages.stream(
                model="any", max_tokens=9, messages=[{"role": "user", "content": "hi"}]
            ) as stream:
                async for text in stream.text_stream:
                    heard.append((text, since(began)))
        return heard

    assert on(main) == [("Good ", 0.38), ("morning.", 0.48)]


def test_the_openai_client() -> None:
    from openai import AsyncOpenAI

    def chunk(text: str) -> str:
        delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        whole = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "any",
            "choices": [delta],
        }
        return f"data: {json.dumps(whole)}"

    async def main() -> list[tuple[str | None, float]]:
        heard: list[tuple[str | None, float]] = []
        lines = (chunk("Good "), chunk("morning."), "data: [DONE]")
        async with (
            serving("api.openai.com", events("/v1/chat/completions", *lines, every=0.1)),
            AsyncOpenAI(api_key="any", max_retries=0) as client,
        ):
            began = time.monotonic()
            stream = await client.chat.completions.create(
                model="any", messages=[{"role": "user", "content": "hi"}], stream=True
            )
            async for piece in stream:
                heard.append((piece.choices[0].delta.content, since(began)))
        return heard

    assert on(main) == [("Good ", 0.18), ("morning.", 0.28)]


def test_odd_pieces_and_jitter_change_nothing_but_times() -> None:
    async def main() -> tuple[str, str, int]:
        async with (
            serving("api.cartesia.ai", events("/sse", "data: 1", "data: 2"), web.get("/tts", echo)),
            aiohttp.ClientSession() as session,
            httpx.AsyncClient() as client,
        ):
            text = (await client.get("https://api.cartesia.ai/sse")).text
            async with session.ws_connect("wss://api.cartesia.ai/tts") as link:
                await link.send_str("a" * 5000)
                said = (await link.receive()).data
        return text, said, time.monotonic_ns()

    link = Link(0.03, 0.02, 7)
    first = on(main, link, seed=4)
    assert first[:2] == ("data: 1\n\ndata: 2\n\n", "a" * 5000)
    assert on(main, link, seed=4) == first
    assert on(main, link, seed=5)[2] != first[2]


def test_anyio_keeps_its_tls_outside_the_simulated_network() -> None:
    async def main() -> None:
        async with serving("api.openai.com", events("/", "data: 1")):
            stream = await anyio.connect_tcp("api.openai.com", 443, tls=True)
            await stream.send(b"GET / HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
            assert (await stream.receive()).startswith(b"HTTP/1.1 200")
            await stream.aclose()
            with pytest.raises(NotImplementedError):
                await TLSStream.wrap(_Foreign())  # type: ignore[arg-type]

    on(main)


class _Foreign(anyio.abc.ByteStream):
    """A stream that is none of ours; the real wrapping is seen to start on it."""

    async def receive(self, max_bytes: int = 65536) -> bytes:
        raise NotImplementedError

    async def send(self, item: bytes) -> None:
        raise NotImplementedError

    async def send_eof(self) -> None:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError


WHOLE = """
from callwright import clock
clock.install()
import asyncio, time
import aiohttp, httpx
from aiohttp import web
from callwright.clock import Link, Network, run_virtual

async def answer(request):
    stream = web.StreamResponse()
    await stream.prepare(request)
    for number in range(5):
        await stream.write(b"x" * 999)
        await asyncio.sleep(0.05)
    return stream

async def main():
    app = web.Application()
    app.add_routes([web.get("/", answer)])
    runner = web.AppRunner(app, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "api.example.com", 443).start()
    seen = []
    async def by_httpx(client):
        async with client.stream("GET", "https://api.example.com/") as reply:
            async for piece in reply.aiter_raw():
                seen.append(("httpx", len(piece), time.monotonic_ns()))
    async def by_aiohttp(session):
        async with session.get("https://api.example.com/") as reply:
            async for piece in reply.content.iter_any():
                seen.append(("aiohttp", len(piece), time.monotonic_ns()))
    async with httpx.AsyncClient() as client, aiohttp.ClientSession() as session:
        await asyncio.gather(*(by_httpx(client) for _ in range(5)),
                             *(by_aiohttp(session) for _ in range(5)))
    await runner.cleanup()
    return seen

print(run_virtual(main(), network=Network(9, link=Link(0.03, 0.02, 400))))
"""


def test_real_clients_see_the_same_course_of_events_in_every_process() -> None:
    def seen(hash_seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", WHOLE],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    first = seen("1")
    assert first.count("httpx") > 20
    assert first == seen("2") == seen("3")
