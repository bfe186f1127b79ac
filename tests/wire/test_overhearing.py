"""A live call's clients, unmodified, over real TLS and without: what they say is heard."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable

import aiohttp
import httpx2
import pytest
import websockets
from aiohttp import web

from callwright.clock.overhearing import overhearing
from callwright.emulators.standin import serving
from callwright.emulators.throwaway_tls import throwaway_tls
from callwright.wire.addresses import Address
from callwright.wire.entries import Close, Gone, Message, Over, Part, Request, Response, Said
from callwright.wire.plain import listen_to_plain
from callwright.wire.recorder import Overheard, WireRecorder
from callwright.wire.tls import listen_to_tls

Client = Callable[[int, ssl.SSLContext | None], Awaitable[None]]

EVENTS = [{"type": "delta", "text": f"piece {number}"} for number in range(3)]


class Provider:
    """Streams three events, and echoes over a websocket."""

    cancels = False

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/v1/answer", self._stream), web.get("/v1/socket", self._echo)])
        return app

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_compression()
        await response.prepare(request)
        for event in EVENTS:
            await response.write(f"event: delta\ndata: {json.dumps(event)}\n\n".encode())
        return response

    async def _echo(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if isinstance(message.data, bytes):
                await socket.send_bytes(message.data)
            else:
                await socket.send_str(message.data)
        return socket


def heard_of(client: Client, host: str = "localhost", *, tls: bool = True) -> list[Overheard]:
    """Have a client speak to the provider; what was heard of it."""

    async def main() -> list[Overheard]:
        loop = asyncio.get_running_loop()
        listen_to_tls()
        listen_to_plain(loop)
        with throwaway_tls() as (served, authority):
            trusted = ssl.create_default_context(cafile=str(authority))
            async with serving(Provider(), "127.0.0.1", tls=served if tls else None) as port:
                recorder = WireRecorder({Address(host, port, tls): ["some_llm"]}, loop.time)
                with overhearing(recorder):
                    await client(port, trusted if tls else None)
        return recorder.connections

    return asyncio.run(main())


async def with_httpx(port: int, trusted: ssl.SSLContext | None) -> None:
    async with httpx2.AsyncClient(verify=trusted or True) as client:
        for number in range(2):
            url = f"http{'s' if trusted else ''}://localhost:{port}/v1/answer?beta=true"
            headers = {"Authorization": "Bearer sk-very-secret"}
            async with client.stream("POST", url, json={"n": number}, headers=headers) as answer:
                assert "piece 2" in (await answer.aread()).decode()


async def with_aiohttp(port: int, trusted: ssl.SSLContext | None) -> None:
    async with aiohttp.ClientSession() as client:
        for number in range(2):
            url = f"http{'s' if trusted else ''}://localhost:{port}/v1/answer?beta=true"
            async with client.post(url, json={"n": number}, ssl=trusted or True) as answer:
                assert "piece 2" in await answer.text()


async def with_websockets(port: int, trusted: ssl.SSLContext | None) -> None:
    url = f"ws{'s' if trusted else ''}://localhost:{port}/v1/socket"
    async with websockets.connect(url, ssl=trusted) as socket:
        for number in range(3):
            await socket.send(json.dumps({"type": "ask", "number": number, "text": "word " * 50}))
            await socket.recv()
        await socket.send(bytes(range(1, 251)) * 4)
        await socket.recv()


def asked_and_answered(heard: list[Overheard]) -> None:
    (connection,) = heard
    kinds = [type(entry) for entry in connection.entries if not isinstance(entry, Gone)]
    assert kinds == [Request, Response, Part, Part, Part, Over] * 2
    requests = [entry for entry in connection.entries if isinstance(entry, Request)]
    assert [one.body for one in requests] == [Said(json={"n": 0}), Said(json={"n": 1})]
    assert requests[0].query == {"beta": ["true"]}
    assert "authorization" not in requests[0].headers
    parts = [entry.said for entry in connection.entries if isinstance(entry, Part)]
    assert parts == [Said(json=event, event="delta") for event in EVENTS] * 2


TLS = pytest.mark.parametrize("tls", [True, False], ids=["tls", "plain"])


@TLS
def test_httpx_is_heard_though_its_tls_is_above_the_loop(tls: bool) -> None:
    asked_and_answered(heard_of(with_httpx, tls=tls))


@TLS
def test_aiohttp_is_heard(tls: bool) -> None:
    asked_and_answered(heard_of(with_aiohttp, tls=tls))


@TLS
def test_websockets_are_heard_compressed_as_they_are(tls: bool) -> None:
    (connection,) = heard_of(with_websockets, tls=tls)
    messages = [entry for entry in connection.entries if isinstance(entry, Message)]
    assert [one.ours for one in messages] == [True, False] * 4
    assert [one.said.json["number"] for one in messages[::2][:3]] == [0, 1, 2]
    assert messages[5].said.json["text"] == "word " * 50
    assert messages[6].said == Said(sound=1000)
    assert messages[7].said == Said(sound=[0, 1000])
    assert connection.sound == bytes(range(1, 251)) * 4
    closing = [entry for entry in connection.entries if isinstance(entry, Close)]
    assert [(one.ours, one.code) for one in closing] == [(True, 1000), (False, 1000)]


@TLS
def test_connections_to_others_are_nobodys_business(tls: bool) -> None:
    assert heard_of(with_httpx, host="api.anthropic.com", tls=tls) == []


def test_services_of_one_host_are_told_apart_by_their_ports() -> None:
    found = {Address("localhost", 8701, tls=False): ["an_stt"], Address("localhost"): ["an_llm"]}
    recorder = WireRecorder(found, lambda: 0.0)
    for port, plain in ((8701, True), (443, False), (443, True), (80, True), (None, False)):
        recorder.connected("127.0.0.1", port, plain=plain)
    heard = [one.services for one in recorder.connections]
    assert heard == [("an_stt",), ("an_llm",), ("an_stt", "an_llm")]


@TLS
def test_with_nobody_listening_clients_work_as_ever(tls: bool) -> None:
    async def main() -> None:
        listen_to_tls()
        listen_to_plain(asyncio.get_running_loop())
        with throwaway_tls() as (served, authority):
            trusted = ssl.create_default_context(cafile=str(authority))
            async with serving(Provider(), "127.0.0.1", tls=served if tls else None) as port:
                await with_httpx(port, trusted if tls else None)

    asyncio.run(main())
