"""The realtime stand-in and Pipecat's own services, unmodified, over loopback."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMRunFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.azure.realtime.llm import AzureRealtimeLLMService
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.workers.runner import WorkerRunner
from realtime_play import WORD_SECONDS, Played, Recall, noise, quiet, scene

from callwright.clock import run_virtual
from callwright.clock.link import Link
from callwright.clock.network import Network
from callwright.conversation.expectation import Expectation
from callwright.emulators.listeners import LocalListener
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.emulators.standin import serving
from callwright.emulators.voices import LocalVoice
from callwright.engines.language import LanguageRequest, build

YES_NO = LanguageRequest((Expectation("confirmation", "yes_no"),))
VAD = events.TurnDetection(silence_duration_ms=300)
COUNT = "one two three four five six seven eight nine ten eleven twelve"


class Heard(BaseObserver):
    """Keeps what the service pushes, and tells when something has come."""

    def __init__(self, service: FrameProcessor) -> None:
        super().__init__()
        self.frames: list[Frame] = []
        self.times: list[tuple[str, float]] = []
        self._service = service
        self._news = asyncio.Condition()

    async def on_push_frame(self, data: FramePushed) -> None:
        if data.source is self._service:
            async with self._news:
                self.frames.append(data.frame)
                now = asyncio.get_running_loop().time()
                self.times.append((type(data.frame).__name__, now))
                self._news.notify_all()

    async def until(self, kind: type[Frame], count: int = 1) -> None:
        async with self._news, asyncio.timeout(15):
            await self._news.wait_for(
                lambda: sum(isinstance(frame, kind) for frame in self.frames) >= count
            )

    def audio(self) -> bytes:
        return b"".join(f.audio for f in self.frames if isinstance(f, TTSAudioRawFrame))


class Call:
    """A pipeline of the service between its aggregators, with the test as caller."""

    def __init__(
        self, service: OpenAIRealtimeLLMService, context: LLMContext, step: float = 0.004
    ) -> None:
        pair = LLMContextAggregatorPair(context)
        self.context = context
        self.service = service
        self.heard = Heard(service)
        self._step = step
        self.worker = PipelineWorker(
            Pipeline([pair.user(), service, pair.assistant()]),
            params=PipelineParams(audio_in_sample_rate=24000, audio_out_sample_rate=24000),
            observers=[self.heard],
            enable_rtvi=False,
            cancel_on_idle_timeout=False,
        )

    async def say(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), 1920):
            frame = InputAudioRawFrame(pcm[start : start + 1920], 24000, 1)
            await self.worker.queue_frame(frame)
            await asyncio.sleep(self._step)


def properties(turn_detection: Any, modality: Any = "audio") -> events.SessionProperties:
    return events.SessionProperties(
        output_modalities=[modality],
        audio=events.AudioConfiguration(
            input=events.AudioInput(
                transcription=events.InputAudioTranscription(model="gpt-4o-transcribe"),
                turn_detection=turn_detection,
            ),
            output=events.AudioOutput(voice="marin"),
        ),
    )


@asynccontextmanager
async def call(
    played: Played,
    *,
    azure: bool = False,
    turns: Any = VAD,
    tools: Any = None,
    modality: str = "audio",
) -> AsyncGenerator[Call]:
    async with serving(played.standin(), "127.0.0.1") as port:
        kind = AzureRealtimeLLMService if azure else OpenAIRealtimeLLMService
        path = "openai/v1/realtime" if azure else "v1/realtime"
        settings = kind.Settings(
            model="gpt-realtime",
            system_instruction="Count for the caller.",
            session_properties=properties(turns, modality),
        )
        service = kind(
            api_key="secret", base_url=f"ws://127.0.0.1:{port}/{path}", settings=settings
        )
        made = Call(service, LLMContext(tools=tools) if tools else LLMContext())
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(made.worker)
        running = asyncio.create_task(runner.run(auto_end=True))
        try:
            yield made
        finally:
            await made.worker.cancel()
            await asyncio.wait_for(running, 15)
    assert not [f for f in made.heard.frames if isinstance(f, ErrorFrame)]


def sent(played: Played, name: str) -> list[Mapping[str, Any]]:
    return [event for event in played.received if event["type"] == name]


@pytest.mark.parametrize("azure", [False, True], ids=["openai", "azure"])
async def test_an_interruption_is_truncated_where_the_caller_began(azure: bool) -> None:
    mind = Recall(lambda messages, tools: Reply(COUNT if len(messages) == 1 else "Sorry."))
    played = scene(mind=mind, heard=["Please stop"], pace=2.0)
    async with call(played, azure=azure) as made:
        await made.worker.queue_frame(LLMRunFrame())
        await made.heard.until(TTSAudioRawFrame, 6)
        await made.say(noise(0.6) + quiet(0.8))
        await made.heard.until(TTSStartedFrame, 2)
    assert played.received[0]["path"] == ("/openai/v1/realtime" if azure else "/v1/realtime")
    assert sent(played, "session.update")[0]["session"]["audio"]["output"] == {"voice": "marin"}
    (cut,) = sent(played, "conversation.item.truncate")
    words = int(cut["audio_end_ms"] / 1000 / WORD_SECONDS)
    kept = " ".join(COUNT.split()[:words])
    assert 0 < words < 12
    assert mind.asked[-1][0] == [
        Message("system", "Count for the caller."),
        Message("assistant", kept),
        Message("user", "Please stop"),
    ]


async def test_a_function_is_called_and_its_result_spoken() -> None:
    def answer(messages: Any, tools: Any) -> Reply:
        if messages[-1].role == "tool":
            return Reply("Rain tomorrow.")
        return Reply("", [ToolCall("weather", {"city": "Paris"})])

    called: list[Any] = []

    async def weather(params: Any) -> None:
        called.append(dict(params.arguments))
        await params.result_callback({"sky": "rain"})

    schema = FunctionSchema("weather", "Tells it.", {"city": {"type": "string"}}, ["city"])
    mind = Recall(answer)
    played = scene(mind=mind, heard=["How is the weather"])
    async with call(played, tools=ToolsSchema(standard_tools=[schema])) as made:
        made.service.register_function("weather", weather)
        await made.worker.queue_frame(LLMRunFrame())
        await made.heard.until(TTSStoppedFrame)
    assert called == [{"city": "Paris"}]
    assert len(made.heard.audio()) == 2 * WORD_SECONDS * 48000
    assert [tools for _, tools in mind.asked] == [["weather"], ["weather"]]
    (call_message, result) = mind.asked[1][0][-2:]
    assert result == Message("tool", '{"sky": "rain"}', answers=next(iter(call_message.calls)))


async def test_locally_driven_turns() -> None:
    mind = Recall(lambda messages, tools: Reply("Good."))
    played = scene(mind=mind, heard=["First turn", "Second turn"])
    async with call(played, turns=False) as made:
        await made.worker.queue_frame(LLMRunFrame())
        await made.heard.until(TTSStoppedFrame)
        for count in (2, 3):
            await made.say(quiet(0.3) + noise(0.3))
            await made.worker.queue_frames([InterruptionFrame(), UserStartedSpeakingFrame()])
            await made.say(noise(0.3) + quiet(0.3))
            await made.worker.queue_frame(UserStoppedSpeakingFrame())
            await made.heard.until(TTSStoppedFrame, count)
    said = [m.text for m in mind.asked[-1][0] if m.role == "user"]
    assert said == ["First turn", "Second turn"]
    assert len(sent(played, "input_audio_buffer.commit")) == 2


async def test_a_locally_noticed_interruption_cancels_and_truncates() -> None:
    mind = Recall(lambda messages, tools: Reply(COUNT if len(messages) == 1 else "Sorry."))
    played = scene(mind=mind, heard=["Please stop"], pace=2.0)
    async with call(played, turns=False) as made:
        await made.worker.queue_frame(LLMRunFrame())
        await made.heard.until(TTSAudioRawFrame, 6)
        await made.say(noise(0.3))
        await made.worker.queue_frames([InterruptionFrame(), UserStartedSpeakingFrame()])
        await made.say(noise(0.3) + quiet(0.3))
        await made.worker.queue_frame(UserStoppedSpeakingFrame())
        await made.heard.until(TTSStartedFrame, 2)
    (cut,) = sent(played, "conversation.item.truncate")
    assert sent(played, "response.cancel")
    kept = COUNT.split()[: int(cut["audio_end_ms"] / 1000 / WORD_SECONDS)]
    assert [m.text for m in mind.asked[-1][0][1:]] == [" ".join(kept), "Please stop"]


async def test_words_alone_for_a_voice_of_ones_own() -> None:
    played = scene("Good day to you.")
    async with call(played, modality="text") as made:
        await made.worker.queue_frame(LLMRunFrame())
        await made.heard.until(LLMFullResponseEndFrame)
    texts = [f.text for f in made.heard.frames if isinstance(f, LLMTextFrame)]
    assert "".join(texts) == "Good day to you."
    assert not made.heard.audio()


def test_a_spoken_call_to_the_production_address_on_the_virtual_clock(tmp_path: Path) -> None:
    models = build(YES_NO, tmp_path)
    answer = b"".join(piece.pcm for piece in LocalVoice().speak("Yes, please.", 24000))

    async def spoken() -> tuple[list[Any], list[Any], bytes]:
        mind = Recall(lambda messages, tools: Reply(f"Turn {len(messages)} is over."))
        played = scene(
            mind=mind,
            voice=LocalVoice(),
            listen=lambda: LocalListener(models, lambda: "confirmation"),
            first_token=0.25,
            first_byte=0.1,
            final_after=0.2,
            pace=5.0,
        )
        async with serving(played.standin(), "api.openai.com", 443):
            service = OpenAIRealtimeLLMService(
                api_key="secret",
                settings=OpenAIRealtimeLLMService.Settings(
                    model="gpt-realtime", session_properties=properties(VAD)
                ),
            )
            made = Call(service, LLMContext(), step=0.04)
            runner = WorkerRunner(handle_sigint=False)
            await runner.add_workers(made.worker)
            running = asyncio.create_task(runner.run(auto_end=True))
            await made.worker.queue_frame(LLMRunFrame())
            await made.say(quiet(4.0) + answer + quiet(4.0))
            await made.worker.cancel()
            await running
        times = [(name, at) for name, at in made.heard.times if name != "MetricsFrame"]
        return mind.asked, times, made.heard.audio()

    first, again = (
        run_virtual(spoken(), network=Network(link=Link(latency=0.03))) for _ in range(2)
    )
    (_, _), (messages, _) = first[0]
    assert [m.role for m in messages] == ["system", "assistant", "user"]
    assert "yes" in messages[2].text.lower()
    assert first == again
