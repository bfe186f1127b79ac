"""The smallest call there is: a line, a few steps and what happened, for tests of lines."""

import asyncio

from pipecat.frames.frames import EndFrame, InputAudioRawFrame, TTSAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.workers.runner import WorkerRunner


async def until(condition, seconds=5):
    """Wait until something that other threads and tasks bring about has happened."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0.002)


class Ear(FrameProcessor):
    """Keeps what the caller said."""

    def __init__(self):
        super().__init__()
        self.audio = bytearray()
        self.rates = set()

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            self.audio += frame.audio
            self.rates.add((frame.sample_rate, frame.num_channels))
        await self.push_frame(frame, direction)


class SmallCall:
    """Greets when the caller is there, ends when the caller has left."""

    def __init__(self, line, greeting=b""):
        self.line = line
        self.ear = Ear()
        self.log = []
        self.connected = asyncio.Event()
        self.worker = PipelineWorker(
            Pipeline([line.transport.input(), self.ear, line.transport.output()]),
            params=PipelineParams(
                audio_in_sample_rate=line.audio_in_rate,
                audio_out_sample_rate=line.audio_out_rate,
            ),
            enable_rtvi=False,
            idle_timeout_secs=None,
        )
        self.runner = WorkerRunner(handle_sigint=False)

        @line.transport.event_handler("on_client_connected")
        async def greet(transport, client):
            self.log.append("connected")
            self.connected.set()
            if greeting:
                await self.say(greeting)

        @line.transport.event_handler("on_client_disconnected")
        async def end(transport, client):
            self.log.append("disconnected")
            await self.worker.queue_frame(EndFrame())

    async def say(self, audio):
        await self.worker.queue_frame(
            TTSAudioRawFrame(audio=audio, sample_rate=self.line.audio_out_rate, num_channels=1)
        )

    async def run(self):
        await self.runner.add_workers(self.worker)
        await asyncio.wait_for(self.runner.run(auto_end=True), timeout=20)
