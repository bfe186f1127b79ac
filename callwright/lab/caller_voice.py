"""The voice of this machine that callers speak with."""

import numpy as np

from callwright.engines.mouth import Mouth, voice_of
from callwright.engines.resample import Resampler
from callwright.lab.sound import RATE, Samples

USUAL_RATE = 150

# Not the agent's voice; the one that the local ear understands best; and without breath in it,
# which would be different every time.
_OURS = {"en-us": "en-us+m1"}


def callers_voice(language: str) -> str:
    """What the mouth calls a caller's voice in a language (ISO 639)."""
    name = voice_of(language)
    return _OURS.get(name, name)


class CallerVoice:
    """Speaks a caller's words.

    Args:
        language: ISO 639.
        rate_wpm: Words a minute.
    """

    def __init__(self, language: str, rate_wpm: int = USUAL_RATE) -> None:
        self._mouth = Mouth(callers_voice(language), rate_wpm=rate_wpm)

    def say(self, text: str) -> Samples:
        """The words as sound, 16-bit mono at 16 kHz."""
        resampler = Resampler(Mouth.SAMPLE_RATE, RATE)
        pcm = b"".join(resampler.feed(spoken.pcm) for spoken in self._mouth.speak(text))
        return np.frombuffer(pcm + resampler.flush(), np.int16)
