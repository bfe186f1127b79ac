"""An agent for tests of the line alone: it hears loudness, not words, and speaks from a script."""

import time
from collections.abc import AsyncGenerator

import numpy as np
from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    EndWorkerFrame,
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.workers.runner import WorkerRunner
from script import GREETING, SCRIPT

from callwright.engines.mouth import Mouth
from callwright.lines.browser_calls import CallSummary
from callwright.lines.line import Line

LOUD = 0.01  # of full scale, root mean square
SILENT_FRAMES = 35  # of 20 ms


class PlainVoice(TTSService):
    """Speaks without word times, so that each sentence is reported twice, before and after."""

    def __init__(self) -> None:
        super().__init__(
            push_start_frame=True,
            push_stop_frames=True,
            settings=TTSSettings(model=None, voice=None, language=None),
        )
        self._mouth = Mouth()

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Yield the speech of a text."""
        for spoken in self._mouth.speak(text):
            yield TTSAudioRawFrame(spoken.pcm, Mouth.SAMPLE_RATE, 1, context_id=context_id)


class ScriptedAgent(FrameProcessor):
    """Takes each stretch of sound for the next line of the script, and answers it."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = 0
        self._loud = 0
        self._quiet = 0
        self._speaking = False

    async def greet(self) -> None:
        """Say the greeting."""
        await self.push_frame(TTSSpeakFrame(GREETING))

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Listen to sound; end the call when the last answer has been said."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            await self._hear(frame)
            return
        if isinstance(frame, BotStoppedSpeakingFrame) and self._turn >= len(SCRIPT):
            await self.push_frame(EndWorkerFrame(), FrameDirection.UPSTREAM)
        await self.push_frame(frame, direction)

    async def _hear(self, frame: InputAudioRawFrame) -> None:
        samples = np.frombuffer(frame.audio, np.int16).astype(np.float32) / 32768
        loud = float(np.sqrt(np.mean(samples**2))) > LOUD
        self._loud, self._quiet = (self._loud + 1, 0) if loud else (self._loud, self._quiet + 1)
        if self._turn >= len(SCRIPT):
            return
        if loud and self._loud == 5:
            self._speaking = True
            await self.broadcast_frame(UserStartedSpeakingFrame)
        elif self._speaking and self._loud % 25 == 0 and loud:
            words = SCRIPT[self._turn][0].split()
            so_far = " ".join(words[: self._loud // 25])
            await self.push_frame(InterimTranscriptionFrame(so_far, "caller", ""))
        elif self._speaking and self._quiet == SILENT_FRAMES:
            await self._answer()

    async def _answer(self) -> None:
        heard, answer = SCRIPT[self._turn]
        self._turn += 1
        self._loud, self._speaking = 0, False
        await self.broadcast_frame(UserStoppedSpeakingFrame)
        await self.push_frame(TranscriptionFrame(heard, "caller", ""))
        await self.push_frame(TTSSpeakFrame(answer))


async def scripted_call(line: Line) -> CallSummary:
    """Hold one scripted call on the line."""
    began = time.monotonic()
    agent = ScriptedAgent()
    worker = PipelineWorker(
        Pipeline([line.transport.input(), agent, PlainVoice(), line.transport.output()]),
        params=PipelineParams(
            audio_in_sample_rate=line.audio_in_rate, audio_out_sample_rate=line.audio_out_rate
        ),
    )
    runner = WorkerRunner(handle_sigint=False)
    gone = False

    @worker.rtvi.event_handler("on_client_ready")
    async def _ready(_rtvi: object) -> None:
        await agent.greet()

    @line.transport.event_handler("on_client_disconnected")
    async def _gone(_transport: object, _client: object) -> None:
        nonlocal gone
        gone = True
        await worker.cancel()

    await runner.add_workers(worker)
    await runner.run()
    outcome = "abandoned" if gone else "completed"
    return CallSummary(outcome, time.monotonic() - began, "calls/scripted-call")
