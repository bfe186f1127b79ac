"""The voice that is left when every other has failed: on this machine, straight to the line.

Nothing of the pipeline is needed for it, no service and no network. Where the extra ``embedded`` is
missing there is no voice; a short tone still says that the line is not dead.
"""

import asyncio
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


@cache
def spoken(text: str, rate: int) -> tuple[bytes, bool]:
    """A text as 16-bit mono sound at `rate` Hz, and whether it is speech; made once a process."""
    try:
        from callwright.engines.mouth import Mouth
        from callwright.engines.resample import Resampler

        resampler = Resampler(Mouth.SAMPLE_RATE, rate)
        pcm = b"".join(resampler.feed(piece.pcm) for piece in Mouth().speak(text))
        return pcm + resampler.flush(), True
    except Exception as error:
        logger.warning(f"no voice on this machine ({error}); a tone has to do")
        return tone(rate), False


def tone(rate: int) -> bytes:
    """What is heard where no voice is left: 16-bit mono at `rate` Hz."""
    notes = [
        np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)
        for pitch, seconds in _NOTES
    ]
    return (np.concatenate(notes) * _LEVEL * 32767).astype("<i2").tobytes()


async def say(text: str, line: Line) -> bool:
    """Play a text on the line, after whatever it was playing was dropped; whether it was words.

    Returns when it has been played.
    """
    pcm, words = spoken(text, line.audio_out_rate)
    await asyncio.sleep(_SETTLING_SECONDS)
    output = line.transport.output()
    size = 2 * int(_CHUNK_SECONDS * line.audio_out_rate)
    for start in range(0, len(pcm), size):
        chunk = pcm[start : start + size]
        await output.queue_frame(TTSAudioRawFrame(chunk, line.audio_out_rate, 1))
    await asyncio.sleep(len(pcm) / 2 / line.audio_out_rate)
    return words
