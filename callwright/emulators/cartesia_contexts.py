"""A context of Cartesia's websocket: text comes in pieces, speech goes out, until it is ended.

Protocol of api.cartesia.ai, version 2026-08-14, as published on 2026-11-20.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from callwright.emulators.cartesia_requests import Speak
from callwright.emulators.cartesia_speech import Speaker, timestamps
from callwright.emulators.outbox import Outbox

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*\s*$")


class Context:
    """Speaks what it is given, in order, and says so when it has ended.

    Args:
        name: Its id.
        speaker: Speaks.
        out: Where its events go, among those of other contexts.
    """

    def __init__(self, name: str, speaker: Speaker, out: Outbox) -> None:
        self._name = name
        self._speaker = speaker
        self._out = out
        self._inputs: asyncio.Queue[Speak] = asyncio.Queue()
        self._made = 0.0
        self._flushes = 1
        self._task = asyncio.create_task(self._run())

    @property
    def ended(self) -> bool:
        """Whether it has said its last."""
        return self._task.done()

    def take(self, speak: Speak) -> None:
        """Speak this after what came before."""
        self._inputs.put_nowait(speak)

    def cancel(self) -> None:
        """Stop at once; what is not sent yet never is."""
        self._task.cancel()

    async def _run(self) -> None:
        text = ""
        speak = await self._inputs.get()
        while True:
            text += speak.text
            whole = not speak.more or speak.flush or speak.buffer == 0.0
            following: Speak | None = None
            if not whole and not _SENTENCE_END.search(text):
                following = await self._next(speak.buffer)
            if following is None:
                await self._say(text, speak)
                text = ""
                if not speak.more:
                    break
                following = await self._inputs.get()
            speak = following
        self._put({"type": "done", "done": True, "status_code": 206})

    async def _next(self, seconds: float) -> Speak | None:
        """What comes within some time, or None: then what there is must do."""
        try:
            return await asyncio.wait_for(self._inputs.get(), seconds)
        except TimeoutError:
            return None

    async def _say(self, text: str, speak: Speak) -> None:
        before, made = self._made, 0.0
        if text.strip():
            async for piece in self._speaker.say(text, speak.rate, speak.encoding):
                if speak.timestamps and piece.words:
                    self._put(timestamps(piece.words, before))
                self._put({**piece.chunk(), "flush_id": self._flushes})
                made += piece.seconds
                self._made = before + made
        if speak.flush or (speak.buffer == 0.0 and speak.more):
            self._put(
                {
                    "type": "flush_done",
                    "done": False,
                    "flush_done": True,
                    "flush_id": self._flushes,
                    "status_code": 206,
                }
            )
            self._flushes += 1

    def _put(self, event: Mapping[str, Any]) -> None:
        self._out.put({**event, "context_id": self._name})
