"""Deepgram's official client and Pipecat's service against the stand-in of nova."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import numpy as np
import pytest
from deepgram import AsyncDeepgramClient
from deepgram.core import ApiError
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1.types import ListenV1Metadata, ListenV1Results
from pipecat.frames.frames import ErrorFrame, InterimTranscriptionFrame, TranscriptionFrame
from pipecat.services.deepgram.stt import DeepgramSTTService
from soaking import usually

from callwright.emulators import deepgram_listen
from callwright.emulators.deepgram import Deepgram
from callwright.emulators.encodings import encoded
from callwright.emulators.faults import Fault
from callwright.emulators.standin import Scene, serving
from tests.emulators.hearing import (
    PLAIN,
    RATE,
    RECORDINGS,
    bare,
    chunks,
    frames_of,
    heard_frames,
    recording,
    scene,
)
from tests.emulators.models import example, lacks

# The official client asks for the older of the two clients in `websockets`.
pytestmark = pytest.mark.filterwarnings("ignore:websockets.* is deprecated:DeprecationWarning")

KEY = "a-key"
RAW = "encoding=linear16&sample_rate=16000"
SHAPES = example("deepgram/events.json")


def client_of(port: int, http: httpx.AsyncClient | None = None) -> AsyncDeepgramClient:
    """The official client: plain websockets and HTTP are fine with it."""
    place = DeepgramClientEnvironment(
        base=f"http://127.0.0.1:{port}",
        production=f"ws://127.0.0.1:{port}",
        agent=f"ws://127.0.0.1:{port}",
        agent_rest=f"http://127.0.0.1:{port}",
    )
    return AsyncDeepgramClient(api_key=KEY, environment=place, httpx_client=http)


@asynccontextmanager
async def connected(
    port: int, query: str = RAW, **headers: str
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare connection, to see the events as they are."""
    sent = headers or {"Authorization": f"Token {KEY}"}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{port}/v1/listen?{query}", headers=sent) as socket,
    ):
        yield socket


async def events_of(port: int, query: str, sound: list[bytes]) -> list[dict[str, Any]]:
    """Everything that is said about some sound, to the end."""
    async with asyncio.timeout(20), connected(port, query) as socket:
        for piece in sound:
            await socket.send_bytes(piece)
        await socket.send_str('{"type": "CloseStream"}')
        return [json.loads(message.data) async for message in socket]


def finals(events: list[dict[str, Any]]) -> list[str]:
    return [
        event["channel"]["alternatives"][0]["transcript"]
        for event in events
        if event["type"] == "Results" and event["is_final"]
    ]


async def test_official_client_hears_the_recording_with_times() -> None:
    samples, turns = recording()
    played = scene()
    results: list[ListenV1Results] = []
    async with serving(Deepgram(played), "127.0.0.1") as port, asyncio.timeout(20):
        connect = client_of(port).listen.v1.connect(
            model="nova-3", encoding="linear16", sample_rate=RATE, interim_results=True
        )
        async with connect as connection:
            for sound in chunks(samples):
                await connection.send_media(sound)
            await connection.send_close_stream()
            async for message in connection:
                if isinstance(message, ListenV1Results):
                    results.append(message)
            assert isinstance(message, ListenV1Metadata)
    last = [result for result in results if result.is_final]
    assert [result.channel.alternatives[0].transcript for result in last] == [
        "hi i have a question about my bill",
        "my name is anna bell",
        "four one five",
        "five five five",
        "zero one three two",
        "yes that's right",
    ]
    words = last[1].channel.alternatives[0].words
    assert turns[1].begin <= words[0].start < words[-1].end <= turns[1].end
    assert any(not result.is_final for result in results)
    assert played.received[0]["query"]["model"] == ["nova-3"]
    assert played.received[1] == {"type": "audio", "number": 0, "bytes": len(samples) * 2}


async def test_events_have_the_published_shapes() -> None:
    samples, turns = recording()
    query = f"{RAW}&interim_results=true&vad_events=true&utterance_end_ms=1000&smart_format=true"
    async with serving(Deepgram(scene()), "127.0.0.1") as port:
        events = await events_of(port, f"{query}&endpointing=500", chunks(samples))
    by_type = {event["type"]: event for event in events}
    final = next(event for event in events if event["type"] == "Results" and event["is_final"])
    assert lacks(SHAPES["results"], final) == []
    assert lacks(SHAPES["speech_started"], by_type["SpeechStarted"]) == []
    assert lacks(SHAPES["utterance_end"], by_type["UtteranceEnd"]) == []
    assert lacks(SHAPES["metadata"], by_type["Metadata"]) == []
    assert finals(events)[0] == "Hi I have a question about my bill."
    assert bare(finals(events)) == PLAIN
    started = [event["timestamp"] for event in events if event["type"] == "SpeechStarted"]
    assert started == pytest.approx([turn.begin for turn in turns], abs=0.15)
    assert [event["type"] for event in events].count("UtteranceEnd") == 4


@pytest.mark.parametrize(
    ("encoding", "rate"), [("mulaw", 8000), ("linear16", 44100), ("linear32", 16000)]
)
async def test_sound_may_come_in_other_encodings_and_rates(encoding: str, rate: int) -> None:
    import soxr

    samples, _ = recording()
    there = soxr.resample(samples.astype(np.float32), RATE, rate)
    pcm = np.clip(np.round(there), -32768, 32767).astype("<i2").tobytes()
    wire = {"mulaw": "mulaw", "linear16": "s16", "linear32": "f32"}[encoding]
    sound = encoded(pcm, wire)  # pyright: ignore[reportArgumentType]
    query = f"encoding={encoding}&sample_rate={rate}&endpointing=600"
    pieces = [sound[start : start + 3333] for start in range(0, len(sound), 3333)]
    async with serving(Deepgram(scene()), "127.0.0.1") as port:
        assert finals(await events_of(port, query, pieces)) == PLAIN


async def test_finalize_is_answered_and_says_so() -> None:
    samples, turns = recording()
    async with serving(Deepgram(scene(final_after=0.05)), "127.0.0.1") as port:
        query = f"{RAW}&endpointing=false"
        async with asyncio.timeout(10), connected(port, query) as socket:
            for sound in chunks(samples[: round((turns[0].end + 0.3) * RATE)]):
                await socket.send_bytes(sound)
            for expected in (PLAIN[0], ""):
                await socket.send_str('{"type": "Finalize"}')
                event = json.loads((await socket.receive()).data)
                assert event["from_finalize"]
                assert event["is_final"]
                assert event["channel"]["alternatives"][0]["transcript"] == expected


async def test_messages_that_are_none_and_configuring() -> None:
    async with serving(Deepgram(scene()), "127.0.0.1") as port, connected(port) as socket:
        for said, answered in [
            ("nonsense", "Error"),
            ('{"type": "Dance"}', "Error"),
            ('{"type": "Configure", "keyterms": ["bill"]}', "ConfigureSuccess"),
        ]:
            await socket.send_str(said)
            assert json.loads((await socket.receive(timeout=5)).data)["type"] == answered


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("encoding=linear16", "sample_rate"),
        ("encoding=opera&sample_rate=16000", "encoding"),
        (f"{RAW}&model=sonic", "No such model"),
        (f"{RAW}&interim_results=perhaps", "interim_results"),
        (f"{RAW}&utterance_end_ms=1000", "interim_results"),
        (f"{RAW}&utterance_end_ms=10&interim_results=true", "utterance_end_ms"),
        (f"{RAW}&endpointing=soon", "endpointing"),
    ],
)
async def test_bad_queries_are_refused(query: str, about: str) -> None:
    async with (
        serving(Deepgram(scene()), "127.0.0.1") as port,
        aiohttp.ClientSession(headers={"Authorization": f"Token {KEY}"}) as session,
        session.get(f"http://127.0.0.1:{port}/v1/listen?{query}") as response,
    ):
        assert response.status == 400
        body = await response.json()
        assert lacks(SHAPES["error"], body) == []
        assert about in body["err_msg"]
        assert about in response.headers["dg-error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": f"Bearer {KEY}"}, 101),
        ({"Sec-WebSocket-Protocol": f"token, {KEY}"}, 101),
        ({"Authorization": "Token wrong"}, 401),
        ({"X-Nothing": "here"}, 401),
    ],
)
async def test_keys(headers: dict[str, str], status: int) -> None:
    async with serving(Deepgram(scene(key=KEY)), "127.0.0.1") as port:
        if status == 101:
            async with connected(port, RAW, **headers) as socket:
                assert not socket.closed
            return
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with connected(port, RAW, **headers):
                pass
        assert refused.value.status == status


async def test_nothing_is_found_at_other_paths() -> None:
    async with (
        serving(Deepgram(scene()), "127.0.0.1") as port,
        aiohttp.ClientSession(headers={"Authorization": f"Token {KEY}"}) as session,
        session.post(f"http://127.0.0.1:{port}/v1/listen/listen", data=b"") as response,
    ):
        assert response.status == 404
        assert lacks(SHAPES["error"], await response.json()) == []


async def test_silence_on_the_line_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepgram_listen, "IDLE_SECONDS", 0.1)
    async with serving(Deepgram(scene()), "127.0.0.1") as port, connected(port) as socket:
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 1011
        assert "NET-0001" in str(message.extra)


async def test_recordings_may_be_posted() -> None:
    samples, _ = recording()
    async with serving(Deepgram(scene(final_after=0.0)), "127.0.0.1") as port:
        wav = (RECORDINGS / "reception-plain" / "user.wav").read_bytes()
        async with httpx.AsyncClient() as http:
            official = client_of(port, http).listen.v1.media
            answered: Any = await official.transcribe_file(request=wav, model="nova-3")
        assert answered.results.channels[0].alternatives[0].transcript == " ".join(PLAIN)
        url = f"http://127.0.0.1:{port}/v1/listen?{RAW}"
        async with aiohttp.ClientSession(headers={"Authorization": f"Token {KEY}"}) as session:
            async with session.post(url, data=samples.tobytes()) as response:
                assert lacks(SHAPES["recording"], await response.json()) == []
            async with session.post(f"http://127.0.0.1:{port}/v1/listen", data=b"no") as response:
                assert response.status == 400


def service(port: int) -> DeepgramSTTService:
    return DeepgramSTTService(api_key=KEY, base_url=f"ws://127.0.0.1:{port}")


async def test_pipecat_hears_the_recording() -> None:
    samples, turns = recording()
    async with serving(Deepgram(scene(final_after=0.0)), "127.0.0.1") as port:
        seen = await frames_of([service(port)], heard_frames(samples, turns))
    texts = [frame.text for frame in seen if isinstance(frame, TranscriptionFrame)]
    assert " ".join(bare(texts)) == " ".join(PLAIN)
    assert any(isinstance(frame, InterimTranscriptionFrame) for frame in seen)


@pytest.mark.parametrize("kind", usually(["disconnect", "malformed"], "disconnect".__eq__))
async def test_pipecat_survives_a_connection_that_fails(kind: Any) -> None:
    samples, turns = recording()
    played = scene(final_after=0.0, faults=(Fault(kind, request=0, after=2),))
    async with serving(Deepgram(played), "127.0.0.1") as port:
        await frames_of([service(port)], heard_frames(samples, turns), linger=5.5)
    connections = [entry for entry in played.received if entry["type"] == "connected"]
    assert len(connections) == 2


@pytest.mark.parametrize(
    ("kind", "status"),
    [("unauthorized", 401), ("forbidden", 403), ("rate_limited", 429), ("server_error", 500)],
)
async def test_official_client_is_told_at_the_door(kind: Any, status: int) -> None:
    async with serving(Deepgram(scene(faults=(Fault(kind),))), "127.0.0.1") as port:
        with pytest.raises(ApiError) as refused:
            async with client_of(port).listen.v1.connect(
                model="nova-3", encoding="linear16", sample_rate=RATE
            ):
                pass
    assert refused.value.status_code == status


async def test_pipecat_gives_up_on_a_wrong_key() -> None:
    async with serving(Deepgram(scene(key="another")), "127.0.0.1") as port:
        seen = await frames_of([service(port)], [])
    assert any("401" in frame.error for frame in seen if isinstance(frame, ErrorFrame))


async def test_without_ears_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="no ears"):
        Deepgram(Scene()).ears()
