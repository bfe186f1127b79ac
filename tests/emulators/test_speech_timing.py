"""When stand-ins of recognition and speech answer, to the millisecond: on the virtual clock.

The services are Pipecat's own, at the providers' own addresses, on a simulated network.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
)
from pipecat.services.cartesia.tts import CartesiaTTSService
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService
from pipecat.services.deepgram.stt import DeepgramSTTService

from callwright.clock.network import Network
from callwright.clock.run import run_virtual
from callwright.emulators.cartesia import CartesiaTTS
from callwright.emulators.cartesia_requests import VOICE_ID
from callwright.emulators.deepgram import Deepgram
from callwright.emulators.standin import Scene, serving
from callwright.emulators.voices import ToneVoice
from tests.emulators.hearing import PLAIN, bare, heard_frames, recording, scene, timed_frames_of
from tests.emulators.test_deepgram import connected

pytestmark = pytest.mark.filterwarnings("ignore:.*websockets.*:DeprecationWarning")

Timed = list[tuple[float, str]]


def on_the_way(main: Coroutine[Any, Any, Any]) -> Any:
    network = Network(hosts={})
    network.host("api.deepgram.com")
    network.host("api.cartesia.ai")
    return run_virtual(main, network=network)


def stamped(frames: Sequence[tuple[float, Frame]], kind: type[Frame]) -> Timed:
    return [(at, getattr(frame, "text", "")) for at, frame in frames if isinstance(frame, kind)]


async def _call(processor: Any, queued: list[Frame], pace: float) -> list[tuple[float, Frame]]:
    deepgram, speech = Deepgram(scene()), CartesiaTTS(Scene(voice=ToneVoice()))
    async with (
        serving(deepgram, "api.deepgram.com", 443),
        serving(speech, "api.cartesia.ai", 443),
    ):
        return await timed_frames_of([processor], queued, linger=3.0, pace=pace)


@pytest.mark.parametrize("service", [DeepgramSTTService, DeepgramFluxSTTService])
def test_final_words_come_the_promised_time_after_speech(service: type[Any]) -> None:
    samples, turns = recording()
    sound = [f for f in heard_frames(samples, turns) if isinstance(f, InputAudioRawFrame)]

    async def main() -> Timed:
        return stamped(await _call(service(api_key="any"), list(sound), 0.04), TranscriptionFrame)

    first, second = on_the_way(main()), on_the_way(main())
    assert first == second
    assert " ".join(bare([text for _, text in first])) == " ".join(PLAIN)
    ends = [turns[0].end, turns[1].end, turns[3].end]
    finals = [first[0][0], first[1][0], first[-1][0]]
    # The recordings' turns end with a little silence; sound comes in pieces of 40 ms.
    assert finals == pytest.approx([end + 0.2 for end in ends], abs=0.09)


def test_the_first_sound_comes_the_promised_time_after_the_text() -> None:
    async def main() -> float:
        tts = CartesiaTTSService(
            api_key="any", settings=CartesiaTTSService.Settings(voice=VOICE_ID)
        )
        seen = await _call(tts, [TTSSpeakFrame("Good evening.")], 0.0)
        return stamped(seen, TTSAudioRawFrame)[0][0]

    assert on_the_way(main()) == pytest.approx(0.15, abs=0.002)


def test_ten_seconds_without_sound_end_a_connection() -> None:
    async def main() -> float:
        began = asyncio.get_running_loop().time()
        async with serving(Deepgram(scene()), "127.0.0.1") as port, connected(port) as socket:
            assert (await socket.receive()).data == 1011
        return asyncio.get_running_loop().time() - began

    assert on_the_way(main()) == pytest.approx(10.0, abs=0.01)
