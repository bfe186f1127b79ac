"""The embedded ear as a Pipecat STT service: pocketsphinx on this machine, as the caller speaks.

It listens only while the VAD hears speech, with what was said just before, and knows from the
conversation what may be said next.
"""

from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import STTService
from pipecat.utils.time import time_now_iso8601

from callwright.conversation.machine import Conversation
from callwright.engines.ear import Ear, Heard
from callwright.engines.language import Models

RATE = 16000

# Sound kept from before the VAD made up its mind (it takes 0.2 s), so that no first word is lost.
PREROLL_SECONDS = 0.5

# How much of the silence that ends an utterance is kept for the next one.
SAFE_SHARE = 0.75

# Partial results cost a little and flicker; a reader wants them a few times a second.
PARTIAL_SECONDS = 0.3

# A chunk of sound brings at most this much of the backlog with it, so that no step is long.
CATCH_UP_CHUNKS = 2

# From the VAD's verdict to the final words; decoding keeps up with speech.
FINAL_SECONDS = 0.3


@dataclass
class EmbeddedSTTSettings(STTSettings):
    """Settings of the embedded ear: none beyond the language, which is English."""


class EmbeddedSTTService(STTService):
    """Recognises English speech with models made from the agent's declaration.

    Args:
        conversation: Knows what the caller may say next.
        models: Language models and grammars, built before the call.
        settings: None needed.
    """

    Settings = EmbeddedSTTSettings
    languages = ("en",)

    def __init__(
        self,
        *,
        conversation: Conversation,
        models: Models,
        settings: EmbeddedSTTSettings | None = None,
        **kwargs: Any,
    ) -> None:
        chosen = EmbeddedSTTSettings(model=None, language="en")
        if settings is not None:
            chosen.apply_update(settings)
        super().__init__(
            sample_rate=RATE, ttfs_p99_latency=FINAL_SECONDS, settings=chosen, **kwargs
        )
        self._conversation = conversation
        self._models = models
        self._ear = Ear(models, sample_rate=RATE)
        self._listening = False
        self._before: deque[bytes] = deque()
        self._backlog: deque[bytes] = deque()
        self._since_partial = 0.0
        self._last_partial = ""

    def can_generate_metrics(self) -> bool:
        """TTFB counts from the end of speech to the final words."""
        return True

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        """Take a chunk of 16 kHz mono sound; yields partial results while the caller speaks."""
        self._remember(audio)
        if not self._listening:
            return
        self._backlog.append(audio)
        for _ in range(min(CATCH_UP_CHUNKS, len(self._backlog))):
            self._ear.hear(self._backlog.popleft())
        self._since_partial += len(audio) / 2 / RATE
        if self._since_partial >= PARTIAL_SECONDS:
            self._since_partial = 0.0
            text = self._ear.partial()
            if text and text != self._last_partial:
                self._last_partial = text
                yield InterimTranscriptionFrame(text, self._user_id, time_now_iso8601())

    async def stop(self, frame: EndFrame) -> None:
        """Let go of an utterance that nobody will finish."""
        await super().stop(frame)
        self._abandon()

    async def cancel(self, frame: CancelFrame) -> None:
        """Let go of an utterance that nobody will finish."""
        await super().cancel(frame)
        self._abandon()

    async def _handle_vad_user_started_speaking(self, frame: VADUserStartedSpeakingFrame) -> None:
        await super()._handle_vad_user_started_speaking(frame)
        if self._listening:
            return
        self._ear.expect(self._question())
        self._ear.start()
        self._listening = True
        self._since_partial, self._last_partial = 0.0, ""
        self._backlog = deque(self._before)

    async def _handle_vad_user_stopped_speaking(self, frame: VADUserStoppedSpeakingFrame) -> None:
        await super()._handle_vad_user_stopped_speaking(frame)
        if not self._listening:
            return
        self._listening = False
        # The VAD has heard nothing for so long; the first sound of the next word may be in it.
        self._forget(frame.stop_secs * SAFE_SHARE)
        while self._backlog:
            self._ear.hear(self._backlog.popleft())
        heard = self._ear.finish()
        if heard.text:
            await self.push_frame(self._final(heard))

    def _question(self) -> str | None:
        """The question in the air, by its name where the ear has a model for it."""
        expected = self._conversation.expected
        if not expected:
            return None
        known = expected[0].name in self._models.by_name
        return expected[0].name if known else expected[0].type

    def _final(self, heard: Heard) -> TranscriptionFrame:
        return TranscriptionFrame(
            heard.text, self._user_id, time_now_iso8601(), result=heard, finalized=True
        )

    def _remember(self, audio: bytes) -> None:
        self._before.append(audio)
        self._forget(PREROLL_SECONDS)

    def _forget(self, seconds: float) -> None:
        """Keep the chunks of the last so many seconds, and what they began in."""
        kept = sum(len(chunk) for chunk in self._before) / 2 / RATE
        while self._before and kept - len(self._before[0]) / 2 / RATE >= seconds:
            kept -= len(self._before.popleft()) / 2 / RATE

    def _abandon(self) -> None:
        if self._listening:
            self._listening = False
            self._ear.abandon()
