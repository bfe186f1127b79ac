"""Deepgram's official client and Pipecat's service against the stand-in of Flux."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v2.types import ListenV2Connected, ListenV2TurnInfo
from pipecat.frames.frames import (
    EagerTranscriptionFrame,
    ErrorFrame,
    ProposedUserStartedSpeakingFrame,
    ProposedUserStoppedSpeakingFrame,
    TranscriptionFrame,
)
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService

from callwright.emulators import deepgram_flux
from callwright.emulators.deepgram import Deepgram
from callwright.emulators.faults import Fault
from callwright.emulators.flux_turns import confidence, unfinished
from callwright.emulators.parts import TimedWord
from callwright.emulators.standin import serving
from tests.emulators.hearing import (
    PLAIN,
    RATE,
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
FLUX = "model=flux-general-en&encoding=linear16&sample_rate=16000"
SHAPES = example("flux/events.json")


@asynccontextmanager
async def connected(port: int, query: str = FLUX) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare connection, to see the events as they are."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Token {KEY}"}) as session,
        session.ws_connect(f"http://127.0.0.1:{port}/v2/listen?{query}") as socket,
    ):
        yield socket


async def events_of(query: str, **changes: Any) -> list[Any]:
    """Everything that is said about the plain recording, to the end."""
    async with (
        asyncio.timeout(20),
        serving(Deepgram(scene(**changes)), "127.0.0.1") as port,
        connected(port, query) as socket,
    ):
        for piece in chunks(recording()[0], 80):
            await socket.send_bytes(piece)
        await socket.send_str('{"type": "CloseStream"}')
        return [json.loads(message.data) async for message in socket]


def of_kind(events: list[Any], kind: str) -> list[Any]:
    return [event for event in events if event.get("event") == kind]


async def test_official_client_hears_turns_with_times() -> None:
    samples, turns = recording()
    place = DeepgramClientEnvironment(base="", production="", agent="", agent_rest="")
    ended: list[ListenV2TurnInfo] = []
    async with serving(Deepgram(scene()), "127.0.0.1") as port, asyncio.timeout(20):
        place.production = f"ws://127.0.0.1:{port}"
        client = AsyncDeepgramClient(api_key=KEY, environment=place)
        connect = client.listen.v2.connect(
            model="flux-general-en", encoding="linear16", sample_rate=RATE
        )
        async with connect as connection:
            assert isinstance(await connection.recv(), ListenV2Connected)
            for sound in chunks(samples, 80):
                await connection.send_media(sound)
            await connection.send_close_stream()
            async for message in connection:
                if isinstance(message, ListenV2TurnInfo) and message.event == "EndOfTurn":
                    ended.append(message)
    assert bare([turn.transcript for turn in ended]) == PLAIN
    assert [turn.turn_index for turn in ended] == [0, 1, 2, 3]
    assert [turn.trigger for turn in ended] == ["model"] * 4
    second = ended[1].words
    assert second[0].start is not None
    assert second[-1].end is not None
    assert turns[1].begin <= second[0].start < second[-1].end <= turns[1].end


async def test_turns_go_through_the_published_states() -> None:
    events = await events_of(f"{FLUX}&eager_eot_threshold=0.4")
    assert lacks(SHAPES["connected"], events[0]) == []
    assert all(
        lacks(SHAPES["turn_info"], {"words": [{}], **e}) == [] for e in events[1:] if e["words"]
    )
    assert [event["sequence_id"] for event in events] == list(range(len(events)))
    state, eager = "before", ""
    for event in events[1:]:
        match event["event"]:
            case "StartOfTurn":
                assert state == "before"
                state = "ongoing"
            case "EagerEndOfTurn":
                assert state == "ongoing"
                assert event["transcript"]
                state, eager = "awaiting", event["transcript"]
            case "TurnResumed":
                assert state == "awaiting"
                state = "ongoing"
            case "EndOfTurn":
                assert state == "awaiting"
                assert event["transcript"] == eager
                assert event["end_of_turn_confidence"] >= 0.7
                state = "before"
    assert of_kind(events, "TurnResumed")  # the number comes in groups
    updates = of_kind(events, "Update")
    assert 40 < len(updates) < 65
    assert updates[0]["transcript"] == ""


async def test_without_eager_there_is_none() -> None:
    events = await events_of(FLUX)
    assert of_kind(events, "EagerEndOfTurn") == of_kind(events, "TurnResumed") == []


async def test_time_ends_a_turn_that_never_seems_finished() -> None:
    events = await events_of(f"{FLUX}&eot_threshold=1.0&eot_timeout_ms=700")
    assert {event["trigger"] for event in of_kind(events, "EndOfTurn")} == {"timeout"}


def test_confidence_grows_with_silence_and_slowly_on_half_a_sentence() -> None:
    def words(text: str) -> list[TimedWord]:
        return [TimedWord(word, 0.0, 0.1) for word in text.split()]

    assert confidence(0.0, words("yes"), 0.2) < 0.1
    assert confidence(0.2, words("yes"), 0.2) == pytest.approx(0.7)
    assert confidence(0.4, words("yes"), 0.2) > 0.9
    assert confidence(0.4, words("about my"), 0.2) < 0.3
    assert unfinished(["four", "one", "five"])
    assert not unfinished(PLAIN[2].split())
    assert not unfinished(["apartment", "five"])


async def test_configuring_forcing_and_nonsense() -> None:
    async with serving(Deepgram(scene()), "127.0.0.1") as port, connected(port) as socket:

        async def answer(said: dict[str, Any] | str) -> dict[str, Any]:
            await socket.send_str(said if isinstance(said, str) else json.dumps(said))
            return json.loads((await socket.receive(timeout=5)).data)

        await socket.receive(timeout=5)
        good = {"eot_threshold": 0.8, "eot_timeout_ms": 4000, "eager_eot_threshold": 0.5}
        done = await answer({"type": "Configure", "thresholds": good, "keyterms": ["bill"]})
        assert lacks(SHAPES["configured"], done) == []
        assert done["thresholds"] == good
        bad = await answer({"type": "Configure", "thresholds": {"eot_threshold": 7}})
        assert lacks(SHAPES["not_configured"], bad) == []
        fatal = await answer("nonsense")
        assert lacks(SHAPES["error"], fatal) == []
        assert fatal["code"] == "UNPARSABLE_CLIENT_MESSAGE"
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_a_turn_may_be_ended_by_the_client() -> None:
    samples, turns = recording()
    async with (
        asyncio.timeout(10),
        serving(Deepgram(scene()), "127.0.0.1") as port,
        connected(port) as socket,
    ):
        for piece in chunks(samples[: round((turns[0].end - 0.5) * RATE)], 80):
            await socket.send_bytes(piece)
        await socket.send_str('{"type": "ForceEndTurn"}')
        async for message in socket:
            event = json.loads(message.data)
            if event.get("event") == "EndOfTurn":
                break
    assert event["trigger"] == "manual"
    assert event["transcript"].startswith("Hi I have a question")


@pytest.mark.parametrize(
    "query",
    [
        FLUX.replace("general-en", "general-xx"),
        "model=flux-general-en&encoding=linear16",
        f"{FLUX}&eot_threshold=0.2",
        f"{FLUX}&eager_eot_threshold=0.95",
        f"{FLUX}&eot_timeout_ms=100",
        f"{FLUX}&language_hint=es",
    ],
)
async def test_bad_queries_are_refused(query: str) -> None:
    async with serving(Deepgram(scene()), "127.0.0.1") as port:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with connected(port, query):
                pass
    assert refused.value.status == 400


async def test_silence_on_the_line_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepgram_flux, "IDLE_SECONDS", 0.1)
    async with serving(Deepgram(scene()), "127.0.0.1") as port, connected(port) as socket:
        await socket.receive(timeout=5)
        assert json.loads((await socket.receive(timeout=5)).data)["type"] == "Error"
        assert (await socket.receive(timeout=5)).data == 1011


def service(port: int, **more: Any) -> DeepgramFluxSTTService:
    return DeepgramFluxSTTService(api_key=KEY, url=f"ws://127.0.0.1:{port}/v2/listen", **more)


async def test_pipecat_hears_turns_and_their_eager_ends() -> None:
    samples, turns = recording()
    async with serving(Deepgram(scene()), "127.0.0.1") as port:
        eager = service(port, enable_eager_end_of_turn=True)
        seen = await frames_of([eager], heard_frames(samples, turns))
    texts = [frame.text for frame in seen if type(frame) is TranscriptionFrame]
    assert bare(texts) == PLAIN
    foretold = [frame.text for frame in seen if isinstance(frame, EagerTranscriptionFrame)]
    assert set(texts) <= set(foretold)
    kinds = [type(frame) for frame in seen]
    assert kinds.count(ProposedUserStartedSpeakingFrame) >= 4
    assert kinds.count(ProposedUserStoppedSpeakingFrame) >= 4


async def test_pipecat_connects_again_after_a_failure() -> None:
    samples, turns = recording()
    played = scene(faults=(Fault("error", request=0, after=3),))
    async with serving(Deepgram(played), "127.0.0.1") as port:
        seen = await frames_of([service(port)], heard_frames(samples, turns), linger=5.0)
    assert any(isinstance(frame, ErrorFrame) for frame in seen)
    assert [entry["type"] for entry in played.received].count("connected") == 2


async def test_pipecat_reads_why_it_was_refused() -> None:
    async with serving(Deepgram(scene(key="another")), "127.0.0.1") as port:
        seen = await frames_of([service(port)], [])
    assert any("401" in frame.error for frame in seen if isinstance(frame, ErrorFrame))
