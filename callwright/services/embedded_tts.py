"""The embedded voice as a Pipecat TTS service: espeak-ng on this machine, word by word."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from pipecat.frames.frames import ErrorFrame, Frame, TTSAudioRawFrame
from pipecat.services.settings import TTSSettings
from pipecat.utils.types import NOT_GIVEN

from callwright.engines.mouth import Mouth
from callwright.engines.resample import Resampler
from callwright.engines.word_times import WordTimes
from callwright.services.words_in_order import WordsInOrder


@dataclass
class EmbeddedTTSSettings(TTSSettings):
    """Settings of the embedded voice.

    Args:
        rate: Words a minute, 80 to 450.
        pitch: 0 to 99.
    """

    rate: Any = field(default_factory=lambda: NOT_GIVEN)
    pitch: Any = field(default_factory=lambda: NOT_GIVEN)


class EmbeddedTTSService(WordsInOrder):
    """Speaks through espeak-ng; streams, and reports when each word is heard.

    Args:
        settings: Voice (a language such as ``en-us`` or ``es``), rate and pitch.
    """

    Settings = EmbeddedTTSSettings

    def __init__(self, *, settings: EmbeddedTTSSettings | None = None, **kwargs: Any) -> None:
        chosen = EmbeddedTTSSettings(model=None, voice="en-us", language=None, rate=165, pitch=50)
        if settings is not None:
            chosen.apply_update(settings)
        super().__init__(
            push_text_frames=False,
            push_start_frame=True,
            push_stop_frames=True,
            settings=chosen,
            **kwargs,
        )
        self._mouth = Mouth(voice=str(chosen.voice), rate_wpm=chosen.rate, pitch=chosen.pitch)
        # Seconds of sound made so far in a context: word times count from its beginning.
        self._made: dict[str, float] = {}

    def can_generate_metrics(self) -> bool:
        """TTFB, usage and processing time are meaningful here."""
        return True

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        """Speak `text`; yields sound at the pipeline's rate, mono."""
        await self.start_tts_usage_metrics(text)
        written = WordTimes(text)
        resampler = Resampler(Mouth.SAMPLE_RATE, self.sample_rate)
        begun = self._made.get(context_id, 0.0)
        made = 0.0
        try:
            for spoken in self._mouth.speak(text):
                timed = [(written.take(word.text), word.start_seconds) for word in spoken.words]
                words = [(word, begun + start) for word, start in timed if word]
                await self.add_word_timestamps(words, context_id)
                made += len(spoken.pcm) / 2 / Mouth.SAMPLE_RATE
                self._made[context_id] = begun + made
                await self.stop_ttfb_metrics()
                yield self._sound(resampler.feed(spoken.pcm), context_id)
                # A step may make a sentence of sound; others get their turn in between.
                await asyncio.sleep(0)
            yield self._sound(resampler.flush(), context_id)
            if rest := written.rest():
                await self.add_word_timestamps([(rest, begun + made)], context_id)
        except Exception as error:
            yield ErrorFrame(error=f"the embedded voice failed: {error}")

    async def on_audio_context_interrupted(self, context_id: str) -> None:
        """The caller spoke over it."""
        self._made.pop(context_id, None)

    async def on_audio_context_completed(self, context_id: str) -> None:
        """It has been said in full."""
        self._made.pop(context_id, None)

    def _sound(self, pcm: bytes, context_id: str) -> TTSAudioRawFrame | None:
        return TTSAudioRawFrame(pcm, self.sample_rate, 1, context_id=context_id) if pcm else None
