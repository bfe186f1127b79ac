"""The voice of a scenario's caller, here and in Pipecat's own eval runs."""

from typing import Any

from callwright.lab.caller_voice import USUAL_RATE, CallerVoice, callers_voice
from callwright.services.embedded_tts import EmbeddedTTSService


def voice(config: dict[str, Any]) -> EmbeddedTTSService:
    """What ``user.speech.factory`` of a scenario names, so that Pipecat speaks with this voice too.

    Args:
        config: The ``speech`` block: ``language`` (``en``), ``speed`` (1.0).
    """
    name = callers_voice(str(config.get("language") or "en"))
    return EmbeddedTTSService(settings=EmbeddedTTSService.Settings(voice=name, rate=_rate(config)))


def scenario_voice(config: dict[str, Any] | None, language: str) -> CallerVoice:
    """The same voice on the virtual clock.

    Args:
        config: The ``speech`` block, where there is one.
        language: The agent's, for a block that names none (ISO 639).
    """
    config = config or {}
    return CallerVoice(str(config.get("language") or language), _rate(config))


def _rate(config: dict[str, Any]) -> int:
    speed = config.get("speed", 1.0)
    wanted = USUAL_RATE * (speed if isinstance(speed, int | float) else 1.0)
    return round(min(450, max(80, wanted)))
