"""Cartesia's official client and Pipecat's services against the stand-in of its speech."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
import cartesia
import numpy as np
import pytest
from cartesia import AsyncCartesia
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pipecat.frames.frames import (
    ErrorFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.services.cartesia.tts import CartesiaHttpTTSService, CartesiaTTSService

from callwright.emulators.cartesia import CartesiaTTS
from callwright.emulators.cartesia_requests import VOICE_ID
from callwright.emulators.faults import Fault
from callwright.emulators.standin import Scene, serving
from callwright.emulators.voices import LocalVoice, ToneVoice
from tests.emulators.hearing import frames_of
from tests.emulators.models import example, lacks

KEY = "a-key"
VERSION = "2026-08-14"
SHAPES = example("cartesia/events.json")
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
TEXT = "Good evening, this is Robin. How can I help?"


def scene(**changes: Any) -> Scene:
    return Scene(**{"voice": ToneVoice(), "first_byte": 0.02, **changes})


def client_of(port: int) -> AsyncCartesia:
    """The official client: it asks for wss unless the websocket's base is given by itself."""
    return AsyncCartesia(
        api_key=KEY,
        base_url=f"http://127.0.0.1:{port}",
        websocket_base_url=f"ws://127.0.0.1:{port}",
        max_retries=0,
    )


def asked(name: str, text: str, **more: Any) -> dict[str, Any]:
    """A request as a client sends it, that speaks at once."""
    return {
        "context_id": name,
        "model_id": "sonic-3",
        "voice": {"mode": "id", "id": VOICE_ID},
        "output_format": RAW,
        "transcript": text,
        "max_buffer_delay_ms": 0,
        **more,
    }


@asynccontextmanager
async def connected(port: int, query: str = "") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare connection, with key and version in the query, as browsers send them."""
    query = query or f"api_key={KEY}&cartesia_version={VERSION}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{port}/tts/websocket?{query}") as socket,
    ):
        yield socket


async def events_of(
    requests: list[dict[str, Any] | str], ends: int = 1, **changes: Any
) -> list[dict[str, Any]]:
    """Everything that is said about some requests, until so many contexts have ended."""
    events: list[dict[str, Any]] = []
    async with (
        asyncio.timeout(20),
        serving(CartesiaTTS(scene(**changes)), "127.0.0.1") as port,
        connected(port) as socket,
    ):
        for request in requests:
            await socket.send_str(request if isinstance(request, str) else json.dumps(request))
        while sum(event["done"] for event in events) < ends:
            events.append(json.loads((await socket.receive()).data))
    return events


def sound(events: list[dict[str, Any]], name: str = "one") -> bytes:
    return b"".join(
        base64.b64decode(event["data"])
        for event in events
        if event["type"] == "chunk" and event["context_id"] == name
    )


def words(events: list[dict[str, Any]], name: str = "one") -> list[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []
    for event in events:
        if event["type"] == "timestamps" and event["context_id"] == name:
            told = event["word_timestamps"]
            found += zip(told["words"], told["start"], told["end"], strict=True)
    return found


async def test_official_client_hears_a_context_with_its_words() -> None:
    played = scene(voice=LocalVoice())
    pcm, told = b"", []
    async with (
        asyncio.timeout(20),
        serving(CartesiaTTS(played), "127.0.0.1") as port,
        client_of(port) as client,
        client.tts.websocket_connect() as connection,
    ):
        context = connection.context(
            model_id="sonic-3",
            voice={"mode": "id", "id": VOICE_ID},
            output_format=RAW,
            add_timestamps=True,
        )
        for text in ("Good evening, ", "this is Robin. ", "How can I help?"):
            await context.push(text)
        await context.no_more_inputs()
        async for event in context.receive():
            if event.type == "chunk":
                pcm += event.audio or b""
            elif event.type == "timestamps" and event.word_timestamps:
                told += zip(event.word_timestamps.words, event.word_timestamps.start, strict=True)
    assert [word for word, _ in told] == TEXT.split()
    starts = [start for _, start in told]
    assert starts == sorted(starts)
    assert starts[-1] < len(pcm) / 48000 < 6.0
    assert np.abs(np.frombuffer(pcm, "<i2")).max() > 1000
    assert played.received[1]["transcript"] == "Good evening, "


async def test_official_client_asks_over_http() -> None:
    more = {"model_id": "sonic-3", "voice": {"mode": "id", "id": VOICE_ID}, "transcript": TEXT}
    async with serving(CartesiaTTS(scene()), "127.0.0.1") as port, client_of(port) as client:
        whole = await client.tts.generate(output_format=RAW, **more)
        pcm = await whole.read()
        events = [
            event
            async for event in await client.tts.generate_sse(
                output_format=RAW, add_timestamps=True, **more
            )
        ]
        voices = await client.voices.list()
        assert voices.data[0].id == VOICE_ID
        after = await client.voices.list(starting_after=VOICE_ID)
        assert after.data == []
        assert (await client.voices.get(VOICE_ID)).language == "en"
        with pytest.raises(cartesia.NotFoundError) as refused:
            await client.tts.generate(output_format=RAW, **{**more, "voice": {"id": "nobody"}})
        assert lacks(SHAPES["http_error"], refused.value.body) == []
    assert b"".join(event.audio or b"" for event in events if event.type == "chunk") == pcm
    assert events[-1].type == "done"


@pytest.fixture
def throwaway(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for this machine's own address, for a server and for a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throwaway")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(datetime(2066, 1, 1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "both.pem").write_bytes(private + certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "both.pem")
    return server, ssl.create_default_context(cadata=certificate.decode())


async def test_official_client_insists_on_tls_only_for_its_own_websocket_base(
    throwaway: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """With no websocket base of its own it takes wss, whatever the base is; a CA does for that."""
    server, trusting = throwaway
    async with (
        serving(CartesiaTTS(scene()), "127.0.0.1", tls=server) as port,
        AsyncCartesia(api_key=KEY, base_url=f"https://127.0.0.1:{port}") as client,
        client.tts.websocket_connect(websocket_connection_options={"ssl": trusting}) as connection,
    ):
        context = connection.context(
            model_id="sonic-3", voice={"mode": "id", "id": VOICE_ID}, output_format=RAW
        )
        await context.push("Good evening.")
        await context.no_more_inputs()
        assert [event.type async for event in context.receive()][-1] == "done"


async def test_events_have_the_published_shapes() -> None:
    events = await events_of(
        [
            asked("one", "Good evening. ", add_timestamps=True, **{"continue": True}),
            asked("one", "Farewell.", add_timestamps=True),
            asked("two", "Hello.", model_id="opera-1"),
        ],
        ends=2,
    )
    for event in events:
        assert lacks(SHAPES[event["type"]], event) == []
    assert [word for word, _, _ in words(events)] == ["Good", "evening.", "Farewell."]
    first = sum(len(b.pcm) for b in ToneVoice().speak("Good evening. ", 24000)) / 48000
    assert words(events)[2][1] == pytest.approx(first, abs=0.01)
    assert [event["flush_id"] for event in events if event["type"] == "flush_done"] == [1]


async def test_contexts_are_spoken_side_by_side() -> None:
    events = await events_of([asked("one", TEXT), asked("two", TEXT)], ends=2)
    assert sound(events, "one") == sound(events, "two")
    order = [event["context_id"] for event in events if event["type"] == "chunk"]
    assert order != sorted(order)


@pytest.mark.parametrize(
    ("encoding", "rate", "size"),
    [("pcm_s16le", 8000, 2), ("pcm_f32le", 44100, 4), ("pcm_mulaw", 8000, 1)],
)
async def test_sound_comes_as_it_is_asked_for(encoding: str, rate: int, size: int) -> None:
    form = {"container": "raw", "encoding": encoding, "sample_rate": rate}
    events = await events_of([asked("one", "Good evening.", output_format=form)])
    expected = sum(len(piece.pcm) // 2 for piece in ToneVoice().speak("Good evening.", rate))
    assert len(sound(events)) == expected * size


async def test_pieces_of_words_are_put_together() -> None:
    """Tokens as a model makes them, and the provider's own waiting for a sentence."""
    tokens = ["Good", " eve", "ning", ".", " Fare", "well", "!"]
    requests: list[dict[str, Any] | str] = [
        asked("one", token, add_timestamps=True, max_buffer_delay_ms=3000, **{"continue": True})
        for token in tokens
    ]
    events = await events_of([*requests, asked("one", "", add_timestamps=True)])
    assert [word for word, _, _ in words(events)] == ["Good", "evening.", "Farewell!"]


async def test_a_sentence_that_never_ends_is_spoken_all_the_same() -> None:
    more = {"max_buffer_delay_ms": 30, "continue": True}
    async with (
        asyncio.timeout(5),
        serving(CartesiaTTS(scene()), "127.0.0.1") as port,
        connected(port) as socket,
    ):
        await socket.send_str(json.dumps(asked("one", "Good evening", **more)))
        assert json.loads((await socket.receive()).data)["type"] == "chunk"


async def test_flushes_are_counted() -> None:
    buffered = {"max_buffer_delay_ms": 3000, "continue": True}
    events = await events_of(
        [
            asked("one", "Good evening", **buffered),
            asked("one", "", flush=True, **buffered),
            asked("one", "Farewell", **buffered),
            asked("one", "", max_buffer_delay_ms=3000),
        ]
    )
    chunks = [event["flush_id"] for event in events if event["type"] == "chunk"]
    assert chunks == sorted(chunks)
    assert set(chunks) == {1, 2}


async def test_cancelling_stops_the_sound_of_that_context_only() -> None:
    long = " ".join([TEXT] * 6)
    async with (
        asyncio.timeout(20),
        serving(CartesiaTTS(scene()), "127.0.0.1") as port,
        connected(port) as socket,
    ):
        await socket.send_str(json.dumps(asked("one", long)))
        await socket.send_str(json.dumps(asked("two", TEXT)))
        events: list[dict[str, Any]] = []
        while sum(event["context_id"] == "one" for event in events) < 3:
            events.append(json.loads((await socket.receive()).data))
        await socket.send_str(json.dumps({"context_id": "one", "cancel": True}))
        while not events[-1]["done"]:
            events.append(json.loads((await socket.receive()).data))
        assert events[-1]["context_id"] == "two"
        assert sum(event["context_id"] == "one" for event in events) < 8
        await socket.send_str(json.dumps(asked("three", "Farewell.")))
        while events[-1]["context_id"] != "three":
            events.append(json.loads((await socket.receive()).data))
        assert sum(event["context_id"] == "one" for event in events) < 8


async def test_speech_comes_faster_than_it_is_spoken_but_not_at_once() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    events = await events_of([asked("one", TEXT)])
    spoken = len(sound(events)) / 48000
    assert loop.time() - began >= spoken / 5 * 0.9
    assert sum(event["type"] == "chunk" for event in events) >= spoken / 0.11


@pytest.mark.parametrize(
    ("request_", "code", "status"),
    [
        (asked("one", "Hi.", model_id="opera-1"), "model_not_found", 400),
        (asked("one", "Hi.", voice={"mode": "id", "id": "nobody"}), "voice_not_found", 404),
        (asked("one", "Hi.", output_format={**RAW, "encoding": "pcm"}), "invalid_request", 400),
        (asked("one", "Hi.", output_format={**RAW, "sample_rate": 5}), "invalid_request", 400),
        (asked("one", "  "), "invalid_request", 400),
        ({"transcript": "Hi."}, "invalid_request", 400),
        ("nonsense", "invalid_request", 400),
    ],
)
async def test_bad_requests(request_: Any, code: str, status: int) -> None:
    (event,) = await events_of([request_])
    assert event["error_code"] == code
    assert event["status_code"] == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"cartesia_version={VERSION}", 401),
        (f"api_key=wrong&cartesia_version={VERSION}", 401),
        (f"api_key={KEY}", 400),
    ],
)
async def test_the_door(query: str, status: int) -> None:
    async with serving(CartesiaTTS(scene(key=KEY)), "127.0.0.1") as port:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with connected(port, query):
                pass
    assert refused.value.status == status


async def test_a_failing_provider_says_so() -> None:
    events = await events_of([asked("one", TEXT)], faults=(Fault("error", after=2),))
    assert [event["type"] for event in events] == ["chunk", "chunk", "error"]
    assert events[-1]["status_code"] == 500


def service(port: int, **settings: Any) -> CartesiaTTSService:
    return CartesiaTTSService(
        api_key=KEY,
        url=f"ws://127.0.0.1:{port}/tts/websocket",
        settings=CartesiaTTSService.Settings(voice=VOICE_ID, **settings),
    )


async def test_pipecat_speaks_with_the_times_of_words() -> None:
    played = scene(voice=LocalVoice())
    async with serving(CartesiaTTS(played), "127.0.0.1") as port:
        reply = [LLMFullResponseStartFrame(), *(LLMTextFrame(f"{w} ") for w in TEXT.split())]
        seen = await frames_of([service(port)], [*reply, LLMFullResponseEndFrame()], linger=2.5)
    assert not [frame for frame in seen if isinstance(frame, ErrorFrame)]
    pcm = b"".join(frame.audio for frame in seen if isinstance(frame, TTSAudioRawFrame))
    assert len(pcm) > 2 * 48000
    assert " ".join(frame.text for frame in seen if isinstance(frame, TTSTextFrame)) == TEXT
    assert any(isinstance(frame, TTSStoppedFrame) for frame in seen)


async def test_pipecat_cancels_when_it_is_interrupted() -> None:
    played = scene()
    async with serving(CartesiaTTS(played), "127.0.0.1") as port:
        tts = service(port)
        long = TTSSpeakFrame(" ".join([TEXT] * 8))
        seen = await frames_of([tts], [long], linger=0.4, then=[InterruptionFrame()])
    cancels = [entry for entry in played.received if entry.get("cancel")]
    assert len(cancels) == 1
    sent = [entry for entry in played.received if entry.get("transcript")]
    assert cancels[0]["context_id"] == sent[0]["context_id"]
    pcm = sum(len(frame.audio) for frame in seen if isinstance(frame, TTSAudioRawFrame)) / 48000
    whole = sum(len(piece.pcm) for piece in ToneVoice().speak(long.text, 24000)) / 48000
    assert 0 < pcm < whole / 2


async def test_pipecat_speaks_over_http() -> None:
    async with serving(CartesiaTTS(scene()), "127.0.0.1") as port:
        tts = CartesiaHttpTTSService(
            api_key=KEY,
            base_url=f"http://127.0.0.1:{port}",
            settings=CartesiaHttpTTSService.Settings(voice=VOICE_ID, model="sonic-3"),
        )
        seen = await frames_of([tts], [TTSSpeakFrame(TEXT)], linger=1.5)
    assert not [frame for frame in seen if isinstance(frame, ErrorFrame)]
    assert sum(len(frame.audio) for frame in seen if isinstance(frame, TTSAudioRawFrame)) > 48000


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"faults": (Fault("error", after=1),)}, "internal_error"),
        ({"key": "another"}, "401"),
    ],
)
async def test_pipecat_hears_of_errors(changes: dict[str, Any], about: str) -> None:
    async with serving(CartesiaTTS(scene(**changes)), "127.0.0.1") as port:
        seen = await frames_of([service(port)], [TTSSpeakFrame(TEXT)], linger=1.0)
    assert any(about in frame.error for frame in seen if isinstance(frame, ErrorFrame))
