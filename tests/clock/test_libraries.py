"""Real client and server code on the virtual clock, at production addresses, without a socket."""

import asyncio
import time
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
from small_world import FIRST_ANSWER, WAY, echo_messages, events, on_the_way, serving, since

from callwright.clock import Link, Network, run_virtual


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

    assert on_the_way(main) == [FIRST_ANSWER, FIRST_ANSWER + 2 * WAY.latency]


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
            serving(
                "api.cartesia.ai",
                events("/sse", "data: 1", "data: 2"),
                web.get("/tts", echo_messages),
            ),
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

    assert on_the_way(main) == [0.18, 0.68, 0.06, 0.12]


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

    assert 0.4 < on_the_way(main) < 0.6


def test_odd_pieces_and_jitter_change_nothing_but_times() -> None:
    async def main() -> tuple[str, str, int]:
        async with (
            serving(
                "api.cartesia.ai",
                events("/sse", "data: 1", "data: 2"),
                web.get("/tts", echo_messages),
            ),
            aiohttp.ClientSession() as session,
            httpx.AsyncClient() as client,
        ):
            text = (await client.get("https://api.cartesia.ai/sse")).text
            async with session.ws_connect("wss://api.cartesia.ai/tts") as link:
                await link.send_str("a" * 5000)
                said = (await link.receive()).data
        return text, said, time.monotonic_ns()

    link = Link(0.03, 0.02, 7)
    first = on_the_way(main, link, seed=4)
    assert first[:2] == ("data: 1\n\ndata: 2\n\n", "a" * 5000)
    assert on_the_way(main, link, seed=4) == first
    assert on_the_way(main, link, seed=5)[2] != first[2]


def test_anyio_keeps_its_tls_outside_the_simulated_network() -> None:
    async def main() -> None:
        async with serving("api.openai.com", events("/", "data: 1")):
            stream = await anyio.connect_tcp("api.openai.com", 443, tls=True)
            await stream.send(b"GET / HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
            assert (await stream.receive()).startswith(b"HTTP/1.1 200")
            await stream.aclose()
            with pytest.raises(NotImplementedError):
                await TLSStream.wrap(_Foreign())  # type: ignore[arg-type]

    on_the_way(main)


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
