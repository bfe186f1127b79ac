"""The voice that is left when every other has failed: on this machine, straight to the line.

Nothing of the pipeline is needed for it, no service and no network. Where the extra ``embedded`` is
missing there is no voice; a short tone still says that the line is not dead.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from functools import cache

import numpy as np
from loguru import logger
from pipecat.frames.frames import TTSAudioRawFrame

from callwright.lines.line import Line

# Two falling notes, Hz and seconds each: heard as a failure on every telephone network.
_NOTES = ((480.0, 0.25), (380.0, 0.45))
_LEVEL = 0.2

# How fast the local voice starts in the pipeline's output once everything before it is dropped.
_SETTLING_SECONDS = 0.02

_CHUNK_SECONDS = 0.04


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """A text as sound: 16-bit mono, and when each of its words begins in it, seconds.

    Without a voice it is a tone, and has no words.
    """

    pcm: bytes
    words: tuple[tuple[float, str], ...] = ()

    def until(self, seconds: float) -> str:
        """The words that were begun by then."""
        return " ".join(word for at, word in self.words if at < seconds)


@cache
def spoken(text: str, rate: int, language: str = "en") -> SpokenWords:
    """A text in a language (ISO 639) as sound at `rate` Hz; made once a process."""
    try:
        from callwright.engines.mouth import Mouth, voice_of
        from callwright.engines.resample import Resampler

        resampler = Resampler(Mouth.SAMPLE_RATE, rate)
        pieces = list(Mouth(voice_of(language)).speak(text))
        pcm = b"".join(resampler.feed(piece.pcm) for piece in pieces)
        begins = [word.start_seconds for piece in pieces for word in piece.words]
        return SpokenWords(pcm + resampler.flush(), tuple(zip(begins, text.split(), strict=False)))
    except Exception as error:
        logger.warning(f"no voice on this machine ({error}); a tone has to do")
        return SpokenWords(tone(rate))


def tone(rate: int) -> bytes:
    """What is heard where no voice is left: 16-bit mono at `rate` Hz."""
    notes = [
        np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)
        for pitch, seconds in _NOTES
    ]
    return (np.concatenate(notes) * _LEVEL * 32767).astype("<i2").tobytes()


async def say(text: str, line: Line, interrupted: asyncio.Event, language: str = "en") -> str:
    """Play a text on the line, after whatever it was playing was dropped.

    Returns when it has been played, or when the caller broke in.

    Args:
        text: What to say.
        line: Where.
        interrupted: Set when the caller breaks in, which drops what is left of it.
        language: Of the text (ISO 639).

    Returns:
        The words that were played; none where there is no voice.
    """
    sound, rate = spoken(text, line.audio_out_rate, language), line.audio_out_rate
    await asyncio.sleep(_SETTLING_SECONDS)
    output = line.transport.output()
    size = 2 * int(_CHUNK_SECONDS * rate)
    for start in range(0, len(sound.pcm), size):
        await output.queue_frame(TTSAudioRawFrame(sound.pcm[start : start + size], rate, 1))
    began, lasting = time.time(), len(sound.pcm) / 2 / rate
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(interrupted.wait(), lasting)
        return sound.until(time.time() - began)
    return sound.until(lasting)
