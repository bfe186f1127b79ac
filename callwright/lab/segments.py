"""Where somebody speaks in a recording: the turns of a caller whose file has no notes with it."""

import numpy as np
from pipecat.audio.vad.silero import SileroVADAnalyzer

from callwright.lab.sound import RATE, Samples

# A pause of this length ends a turn; a shorter one is part of speaking.
TURN_PAUSE = 1.0

_PAD = 0.25
_SHORTEST = 0.1
_SPEECH = 0.5


def speech_segments(samples: Samples) -> list[tuple[float, float]]:
    """From and to, in seconds, of every stretch of speech in 16 kHz mono samples."""
    vad = SileroVADAnalyzer(sample_rate=RATE)
    vad.set_sample_rate(RATE)
    size = vad.num_frames_required()
    stretches: list[tuple[float, float]] = []
    for start in range(0, len(samples) - size + 1, size):
        window = samples[start : start + size]
        if float(np.max(vad.voice_confidence(window.tobytes()))) < _SPEECH:
            continue
        begin, end = start / RATE, (start + size) / RATE
        if stretches and begin - stretches[-1][1] < TURN_PAUSE:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    last = len(samples) / RATE
    return [
        (max(0.0, begin - _PAD), min(last, end + _PAD))
        for begin, end in stretches
        if end - begin >= _SHORTEST
    ]
