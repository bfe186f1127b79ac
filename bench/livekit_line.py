"""The callers of the latency bench call a LiveKit agent, in real time, over pipes.

Its clock cannot be made virtual (its audio is native code), so its figures are this machine's and
differ from run to run. The stand-ins are on loopback and take the way to a provider into account.
"""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from callwright.lab.caller import ReactiveCaller
from callwright.lines.recorded import CHUNK_SECONDS, BotVoice
from callwright.recorder.writer import FolderWriter

OUT_RATE = 24000
_OUT_BYTES = OUT_RATE // 50 * 2
_ROLES = ("stt", "llm", "tts")


async def livekit_call(
    python: str, caller: ReactiveCaller, scenes: dict[str, Any], said: tuple[str, str], folder: Path
) -> None:
    """Hold one call and record both sides.

    Args:
        python: The interpreter of an environment with LiveKit's agents.
        caller: Who calls.
        scenes: What the stand-ins play, by role.
        said: The system instruction, and what the agent says first.
        folder: An existing, empty folder for the two sounds.
    """
    from callwright.emulators.anthropic import AnthropicMessages
    from callwright.emulators.cartesia import CartesiaTTS
    from callwright.emulators.deepgram_listen import DeepgramListen
    from callwright.emulators.standin import serving

    kinds = (DeepgramListen, AnthropicMessages, CartesiaTTS)
    async with AsyncExitStack() as served:
        urls: list[str] = []
        for role, kind in zip(_ROLES, kinds, strict=True):
            port = await served.enter_async_context(serving(kind(scenes[role]), "127.0.0.1"))
            urls.append(f"http://127.0.0.1:{port}")
        process = await asyncio.create_subprocess_exec(
            python,
            str(Path(__file__).with_name("livekit_bot.py")),
            *said,
            *urls,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=(folder / "bot.log").open("wb"),
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
        try:
            await _Line(process, caller, folder).hold()
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


class _Line:
    """Both directions of one call."""

    def __init__(
        self, process: asyncio.subprocess.Process, caller: ReactiveCaller, folder: Path
    ) -> None:
        self._process = process
        self._caller = caller
        self._bot = BotVoice()
        self._writer = FolderWriter(folder, user_rate=16000, bot_rate=OUT_RATE)
        self._began = asyncio.get_running_loop().time()

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    async def hold(self) -> None:
        assert self._process.stdout is not None
        await self._process.stdout.readexactly(_OUT_BYTES)  # the bot is there
        self._began = asyncio.get_running_loop().time()
        listening = asyncio.create_task(self._listen())
        try:
            await self._speak()
        finally:
            listening.cancel()
            await asyncio.to_thread(self._writer.close, self._now())

    async def _speak(self) -> None:
        assert self._process.stdin is not None
        number = 0
        while self._process.returncode is None:
            await asyncio.sleep(max(0.0, number * CHUNK_SECONDS - self._now()))
            now = number * CHUNK_SECONDS
            self._bot.silence_until(now)
            pcm = self._caller.speak(now, self._bot)
            if pcm is None:
                return
            self._writer.user(pcm, now)
            self._process.stdin.write(pcm)
            number += 1

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        while True:
            pcm = await self._process.stdout.readexactly(_OUT_BYTES)
            now = self._now()
            self._writer.bot(pcm, now)
            self._bot.hear(pcm, OUT_RATE, now)
