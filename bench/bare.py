"""A bare Pipecat pipeline of the embedded services, the way Pipecat's own scaffold builds one."""

import time
from datetime import date
from typing import Any

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    EndWorkerFrame,
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

from bot.plan import language_request, plan_of
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from callwright.engines.language import build
from callwright.lines.line import Line
from callwright.services.embedded_llm import EmbeddedLLMService
from callwright.services.embedded_stt import EmbeddedSTTService
from callwright.services.embedded_tts import EmbeddedTTSService

GREETING = "Lakeside Clinic, this is Robin, an automated assistant. How can I help you?"
# By the caller's last words; a pause within the number is not answered, as ours does not answer it.
ANSWERS = {
    "bill": "Thank you. May I have your full name?",
    "bell": "Thanks, Anna. What number can we call you back on?",
    "three two": "Thank you. I have 4 1 5, 5 5 5, 0 1 3 2. Is that right?",
    "right": "One moment, please. I have passed your message on. Your reference number is 4 9 4 7. "
    "Thank you, Anna Bell. Goodbye.",
}


class ScriptedLLM(EmbeddedLLMService):
    """Says the line that the caller's last words call for."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Answer a context; end after the last line."""
        if not isinstance(frame, LLMContextFrame):
            await super().process_frame(frame, direction)
            return
        said = str(frame.context.get_messages()[-1].get("content", ""))
        line = next((line for end, line in ANSWERS.items() if said.endswith(end)), "")
        await self.push_frame(LLMFullResponseStartFrame())
        for word in line.split():
            await self.push_frame(LLMTextFrame(f"{word} "))
        await self.push_frame(LLMFullResponseEndFrame())
        if line == ANSWERS["right"]:
            await self.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)


async def bare_call(line: Line) -> dict[str, float]:
    """Hold one call; its length, and CPU seconds from the first frame to the last."""
    agent = load().agent
    conversation = Conversation(plan_of(agent), date(2026, 1, 5))
    pair = LLMContextAggregatorPair(
        LLMContext(),
        user_params=LLMUserAggregatorParams(
            vad_analyzer=SileroVADAnalyzer(),
            user_turn_strategies=UserTurnStrategies(
                # Smart-turn as in the scaffold, plus a timeout: it distrusts synthetic voices.
                stop=[_smart_turn(), SpeechTimeoutUserTurnStopStrategy()]
            ),
        ),
    )
    models = build(language_request(agent))
    worker = PipelineWorker(
        Pipeline(
            [
                line.transport.input(),
                EmbeddedSTTService(conversation=conversation, models=models),
                pair.user(),
                ScriptedLLM(conversation=conversation),
                EmbeddedTTSService(),
                line.transport.output(),
                pair.assistant(),
            ]
        ),
        params=PipelineParams(
            audio_in_sample_rate=line.audio_in_rate,
            audio_out_sample_rate=line.audio_out_rate,
            enable_metrics=True,
            enable_usage_metrics=True,
        ),
        enable_rtvi=False,
    )

    @line.transport.event_handler("on_client_connected")
    async def _(*_: Any) -> None:
        await worker.queue_frame(TTSSpeakFrame(GREETING))

    @line.transport.event_handler("on_client_disconnected")
    async def _(*_: Any) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    cpu, began = time.process_time(), time.monotonic()
    await runner.run()
    return {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}


def _smart_turn() -> Any:
    from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
    from pipecat.turns.user_stop import TurnAnalyzerUserTurnStopStrategy

    return TurnAnalyzerUserTurnStopStrategy(turn_analyzer=LocalSmartTurnAnalyzerV3())
