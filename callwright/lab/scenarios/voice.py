"""The voice of this machine for a scenario's caller, here and in Pipecat's own eval runs."""

from typing import Any

import numpy as np

from callwright.emulators.voices import voice_of
from callwright.engines.mouth import Mouth
from callwright.engines.resample import Resampler
from callwright.lab.sound import RATE, Samples
from callwright.services.embedded_tts import EmbeddedTTSService

USUAL_RATE = 150

# Not the agent's voice; the one that the local ear understands best; and without breath in it,
# which would be different every time.
_OURS = {"en-us": "en-us+m1"}


def voice(config: dict[str, Any]) -> EmbeddedTTSService:
    """What ``user.speech.factory`` of a scenario names, so that Pipecat speaks with this voice too.

    Args:
        config: The ``speech`` block: ``language`` (``en``), ``speed`` (1.0).
    """
    settings = EmbeddedTTSService.Settings(voice=_voice(config, "en"), rate=_rate(config))
    return EmbeddedTTSService(settings=settings)


class CallerVoice:
    """Speaks a caller's words.

    Args:
        config: The scenario's ``speech`` block, where it has one.
        language: The agent's, for a scenario that names none (ISO 639).
    """

    def __init__(self, config: dict[str, Any] | None, language: str) -> None:
        self._mouth = Mouth(_voice(config or {}, language), rate_wpm=_rate(config or {}))

    def say(self, text: str) -> Samples:
        """The words as sound, 16-bit mono at 16 kHz."""
        resampler = Resampler(Mouth.SAMPLE_RATE, RATE)
        pcm = b"".join(resampler.feed(spoken.pcm) for spoken in self._mouth.speak(text))
        return np.frombuffer(pcm + resampler.flush(), np.int16)


def _voice(config: dict[str, Any], language: str) -> str:
    name = voice_of(str(config.get("language") or language))
    return _OURS.get(name, name)


def _rate(config: dict[str, Any]) -> int:
    speed = config.get("speed", 1.0)
    wanted = USUAL_RATE * (speed if isinstance(speed, int | float) else 1.0)
    return round(min(450, max(80, wanted)))
