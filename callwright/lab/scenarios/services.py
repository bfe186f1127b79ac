"""The services that a scenario names, for the judge and the caller's voice, and how that speaks."""

from collections.abc import Iterator
from typing import Any

from callwright.declarations.errors import Problem, listed, nearest_word, quoted
from callwright.declarations.places import Document, KeyPath
from callwright.engines.espeak import VoiceUnavailable
from callwright.lab.caller_voice import CallerVoice

_MODELS = ("ollama", "openai")

# What Pipecat's own run knows by name; anything else comes from a `factory`.
KNOWN: dict[tuple[str, ...], tuple[str, ...]] = {
    ("user", "speech"): ("kokoro", "cartesia"),
    ("judge", "transcription"): ("moonshine", "whisper"),
    ("judge", "eval"): _MODELS,
    ("judge", "eval", "explainer"): _MODELS,
}


def unknown_services(document: Document, where: dict[str, KeyPath]) -> Iterator[Problem]:
    """Services that there are none of, and factories that are no dotted path.

    Args:
        document: The file.
        where: Where each key of the scenario stands.
    """
    for (first, *rest), names in KNOWN.items():
        at = (*where.get(first, (first,)), *rest)
        block = document.get(at)
        if isinstance(block, dict):
            yield from _unknown(document, at, ".".join((first, *rest)), block, names)


def wrong_voice(document: Document, where: dict[str, KeyPath]) -> Iterator[Problem]:
    """How the caller cannot speak: here it is always the voice of this machine.

    Args:
        document: The file.
        where: Where each key of the scenario stands.
    """
    at = (*where.get("user", ("user",)), "speech")
    speed, language = document.get((*at, "speed")), document.get((*at, "language"))
    if speed is not None and (type(speed) not in (int, float) or speed <= 0):
        what = "user.speech.speed should be a number above 0"
        yield document.problem((*at, "speed"), what, remedy="1.0 is as usual")
    if language is not None:
        try:
            CallerVoice(str(language))
        except VoiceUnavailable as error:
            what = f"user.speech.language: {error}"
            yield document.problem((*at, "language"), what)


def _unknown(
    document: Document, at: KeyPath, block_name: str, block: dict[str, Any], names: tuple[str, ...]
) -> Iterator[Problem]:
    if factory := block.get("factory"):
        if not isinstance(factory, str) or not all(factory.partition(".")):
            what = f"{block_name}.factory {quoted(factory)} is no dotted path"
            yield document.problem((*at, "factory"), what, remedy="write 'module.function'")
        return
    service = block.get("service")
    if service is not None and str(service).lower() not in names:
        what = f"{block_name}.service {quoted(service)} is unknown"
        nearest = nearest_word(str(service), names)
        remedy = f"use {listed(names, 'or')}, or 'factory: module.function'"
        yield document.problem((*at, "service"), what, nearest=nearest, remedy=remedy)
