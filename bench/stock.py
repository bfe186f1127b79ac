"""Deepgram, Anthropic and Cartesia the way Pipecat's own scaffold puts them together.

`pipecat init` writes this bot for a phone line (`pipecat/cli/templates/server`, Pipecat 1.14): the
services with their defaults, Silero, the default turn strategies, a greeting by the model. Only the
transport is ours, and our recorder watches from outside.
"""

from pathlib import Path
from typing import Any

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import LLMRunFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.services.anthropic.llm import AnthropicLLMService
from pipecat.services.cartesia.tts import CartesiaTTSService
from pipecat.services.deepgram.stt import DeepgramSTTService
from pipecat.workers.runner import WorkerRunner

from callwright.calls.events import Event
from callwright.lines.line import Line
from callwright.recorder.observer import CallRecorder
from callwright.recorder.record import OpenRecord

# A word that is no key: the stand-ins accept any.
_KEY = "00000000-0000-4000-8000-000000000000"


async def stock_call(line: Line, folder: Path, model: str, told: str) -> list[Event]:
    """Hold one call; its record.

    Args:
        line: Where the caller is.
        folder: An existing, empty folder for sound and events.
        model: The model's name, the same as in our own stack.
        told: The system instruction.
    """
    stt = DeepgramSTTService(api_key=_KEY)
    tts = CartesiaTTSService(api_key=_KEY, settings=CartesiaTTSService.Settings(voice=_KEY))
    llm = AnthropicLLMService(
        api_key=_KEY,
        settings=AnthropicLLMService.Settings(model=model, system_instruction=told),
    )
    context = LLMContext()
    pair = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    steps = [line.transport.input(), stt, pair.user(), llm, tts, line.transport.output()]
    record = OpenRecord(folder, {}, user_rate=line.audio_in_rate, bot_rate=line.audio_out_rate)
    events: list[Event] = []
    recorder = CallRecorder(record.writer, lambda: "", events.append)
    worker = PipelineWorker(
        Pipeline([*steps, pair.assistant()]),
        params=PipelineParams(enable_metrics=True, enable_usage_metrics=True),
        observers=[recorder],
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)

    @line.transport.event_handler("on_client_connected")
    async def _(*_: Any) -> None:
        recorder.connected()
        context.add_message(
            {"role": "developer", "content": "Start by concisely introducing yourself."}
        )
        await worker.queue_frames([LLMRunFrame()])

    @line.transport.event_handler("on_client_disconnected")
    async def _(*_: Any) -> None:
        await runner.cancel()

    await runner.run()
    record.close(recorder.finish("completed", "the caller hung up"), "completed", "")
    return events
