"""A LiveKit agent with its defaults, whose microphone and speaker are this program's pipes.

Runs in an environment of its own, where `livekit-agents` and its plugins are installed, so it
imports nothing of this project. Sound comes in on standard input, 20 ms at 16 kHz at a time, and
goes out on standard output, 20 ms at 24 kHz at a time, when it is played. Written after the
"voice AI quickstart" of LiveKit's documentation; services of a provider instead of LiveKit's
gateway, since that one wants an account.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator

from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.agents.utils import http_context
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities
from livekit.plugins import anthropic, cartesia, deepgram, silero

CHUNK_SECONDS = 0.02
IN_RATE, OUT_RATE = 16000, 24000
_IN_BYTES, _OUT_BYTES = IN_RATE // 50 * 2, OUT_RATE // 50 * 2


class Microphone(AudioInput):
    """Standard input."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        super().__init__(label="pipe")
        self._reader = reader

    def __aiter__(self) -> AsyncIterator[rtc.AudioFrame]:
        return self

    async def __anext__(self) -> rtc.AudioFrame:
        try:
            data = await self._reader.readexactly(_IN_BYTES)
        except asyncio.IncompleteReadError:
            os._exit(0)  # the caller has hung up, and nothing is left to do
        return rtc.AudioFrame(data, IN_RATE, 1, _IN_BYTES // 2)


class Speaker(AudioOutput):
    """Standard output, in the time that the sound takes."""

    def __init__(self) -> None:
        super().__init__(
            label="pipe",
            capabilities=AudioOutputCapabilities(pause=False),
            sample_rate=OUT_RATE,
        )
        self._waiting = bytearray()
        self._whole = False
        self._played = 0.0
        self._wake = asyncio.Event()
        self._playing = asyncio.create_task(self._play())

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        self._waiting += bytes(frame.data)
        self._whole = False
        self._wake.set()

    def flush(self) -> None:
        super().flush()
        self._whole = True
        self._wake.set()

    def clear_buffer(self) -> None:
        if self._waiting or self._played:
            self._waiting.clear()
            self._finished(interrupted=True)

    def _finished(self, *, interrupted: bool) -> None:
        played, self._played, self._whole = self._played, 0.0, False
        self.on_playback_finished(playback_position=played, interrupted=interrupted)

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if not self._waiting:
                if self._whole and self._played:
                    self._finished(interrupted=False)
                self._wake.clear()
                await self._wake.wait()
                due = max(due, loop.time())
                continue
            chunk = bytes(self._waiting[:_OUT_BYTES]).ljust(_OUT_BYTES, b"\0")
            del self._waiting[:_OUT_BYTES]
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            self._played += CHUNK_SECONDS
            due += CHUNK_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))


async def main(told: str, greeting: str, hear: str, think: str, speak: str) -> None:
    """Hold one call.

    Args:
        told: The system instruction.
        greeting: What the agent says first.
        hear: Where Deepgram is.
        think: Where Anthropic is.
        speak: Where Cartesia is.
    """
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with http_context.open():
        session = AgentSession(
            vad=silero.VAD.load(),
            stt=deepgram.STT(api_key="k", base_url=f"{hear}/v1/listen"),
            llm=anthropic.LLM(model="claude-sonnet-4-6", api_key="k", base_url=think),
            tts=cartesia.TTS(api_key="k", base_url=speak),
        )
        session.input.audio = Microphone(reader)
        session.output.audio = Speaker()
        await session.start(Agent(instructions=told))
        sys.stdout.buffer.write(bytes(_OUT_BYTES))  # a moment of silence: the line is open
        sys.stdout.buffer.flush()
        session.say(greeting)
        await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    asyncio.run(main(*sys.argv[1:]))
