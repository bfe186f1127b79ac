"""What clients ask of Deepgram's nova, and how it writes what it heard. Pure.

Protocol version 1 of api.deepgram.com, as published on 2026-11-20.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from multidict import MultiMapping

from callwright.emulators.deepgram_door import BadQuery, bare, flag, mean, number, written
from callwright.emulators.parts import TimedWord

# Seconds of silence that end an utterance when the client does not say.
_USUAL_ENDPOINTING = 0.01


@dataclass(frozen=True, slots=True)
class Options:
    """What a client asked for.

    Args:
        model: The model's name.
        endpointing: Seconds of silence that end an utterance; None never does.
        interim: Whether to send words before they are final.
        vad_events: Whether to say when speech begins.
        utterance_end: Seconds after the last word that end an utterance; None without the event.
        punctuate: Whether to write sentences.
        language: The language asked for.
    """

    model: str
    endpointing: float | None
    interim: bool
    vad_events: bool
    utterance_end: float | None
    punctuate: bool
    language: str


def options_of(query: MultiMapping[str]) -> Options:
    """Read a query.

    Raises:
        BadQuery: The provider would refuse it.
    """
    model = query.get("model", "nova-3")
    if not model.startswith(("nova", "enhanced", "base", "whisper")):
        raise BadQuery("Bad Request: No such model/language/tier combination found.")
    interim = flag(query, "interim_results")
    utterance_end = number(query, "utterance_end_ms", 1000, 60000)
    if utterance_end is not None and not interim:
        raise BadQuery("Invalid query string: utterance_end_ms needs interim_results=true.")
    endpointing: float | None = _USUAL_ENDPOINTING
    if query.get("endpointing", "true").lower() == "false":
        endpointing = None
    elif query.get("endpointing", "true").lower() != "true":
        endpointing = (number(query, "endpointing", 0, 60000) or 0.0) / 1000
    punctuate, smart = flag(query, "punctuate"), flag(query, "smart_format")
    return Options(
        model=model,
        endpointing=endpointing,
        interim=interim,
        vad_events=flag(query, "vad_events"),
        utterance_end=None if utterance_end is None else utterance_end / 1000,
        punctuate=punctuate or smart,
        language=query.get("language", "en"),
    )


def alternative(words: Sequence[TimedWord], options: Options, *, ended: bool) -> dict[str, Any]:
    """One reading of what was said."""
    texts = written(words, ended=ended) if options.punctuate else [bare(w.text) for w in words]
    heard: list[dict[str, Any]] = []
    for text, word in zip(texts, words, strict=True):
        entry: dict[str, Any] = {
            "word": bare(word.text),
            "start": round(word.start, 3),
            "end": round(word.end, 3),
            "confidence": word.confidence,
        }
        heard.append({**entry, "punctuated_word": text} if options.punctuate else entry)
    reading: dict[str, Any] = {"transcript": " ".join(texts), "confidence": mean(words)}
    if options.language == "multi":
        reading["languages"] = ["en"]
    return {**reading, "words": heard}
