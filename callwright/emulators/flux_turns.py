"""When a turn ends, for the stand-in of Deepgram's Flux: thresholds, and how sure it is. Pure.

No model judges here: the confidence grows with the silence, and slowly where the words sound
unfinished.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiMapping

from callwright.emulators.deepgram_door import BadQuery, number
from callwright.emulators.parts import TimedWord

# Doubt that is left when a finished turn has been silent for `final_after`: the usual threshold
# is a confidence of 0.7.
_DOUBT = 0.3
# So much more slowly doubt goes when the turn sounds unfinished.
_UNFINISHED_SLOWER = 10.0
WHILE_SPEAKING = 0.02

# Nobody ends a turn on one of these, and a telephone number has ten digits.
# fmt: off
_CONNECTING = frozenset((
    "a", "an", "the", "my", "your", "our", "his", "her", "their", "and", "or", "but", "so",
    "because", "of", "to", "for", "with", "from", "i", "i'm", "it's", "um", "uh",
))
# fmt: on
_DIGITS = frozenset(
    ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
)
_NUMBER_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Turns:
    """When a turn ends.

    Args:
        threshold: Confidence that ends it; at 1.0 only time or the client does.
        eager: Confidence at which its end is foretold; None never does.
        timeout: Seconds of silence that end it in any case.
        keyterms: Words to listen for; they change nothing here.
        language_hints: Likewise.
    """

    threshold: float = 0.7
    eager: float | None = None
    timeout: float = 5.0
    keyterms: Sequence[str] = ()
    language_hints: Sequence[str] = field(default_factory=tuple[str, ...])


def turns_of(query: MultiMapping[str]) -> Turns:
    """Read a query.

    Raises:
        BadQuery: The provider would refuse it.
    """
    model = query.get("model", "")
    if model not in ("flux-general-en", "flux-general-multi"):
        raise BadQuery(f"Invalid query string: no such Flux model: {model!r}.")
    hints = tuple(query.getall("language_hint", []))
    if hints and model != "flux-general-multi":
        raise BadQuery("Invalid query string: language_hint needs model=flux-general-multi.")
    timeout = number(query, "eot_timeout_ms", 500, 60000) or 5000
    return Turns(
        threshold=number(query, "eot_threshold", 0.5, 1.0) or 0.7,
        eager=number(query, "eager_eot_threshold", 0.3, 0.9),
        timeout=timeout / 1000,
        keyterms=tuple(query.getall("keyterm", [])),
        language_hints=hints,
    )


def confidence(silence: float, words: Sequence[TimedWord], usual: float) -> float:
    """How sure it is that the turn has ended, 0 to 1.

    Args:
        silence: Seconds without speech; 0 while there is some.
        words: What was said in the turn.
        usual: Seconds of silence after which a finished turn ends at the usual threshold.
    """
    if silence <= 0.0 or not words:
        return WHILE_SPEAKING
    slower = _UNFINISHED_SLOWER if unfinished([word.text for word in words]) else 1.0
    doubt = _DOUBT ** (silence / (max(usual, 0.01) * slower))
    return round(max(WHILE_SPEAKING, 1.0 - doubt), 4)


def unfinished(texts: Sequence[str]) -> bool:
    """Whether the words call for more: a connecting word at the end, or part of a number."""
    bare = [text.lower().strip(".,?!") for text in texts]
    if not bare:
        return False
    digits = 0
    while digits < len(bare) and bare[-1 - digits] in _DIGITS:
        digits += 1
    return bare[-1] in _CONNECTING or 2 <= digits < _NUMBER_LENGTH


def within(
    asked: Mapping[str, Any], name: str, least: float, most: float, usual: float | None
) -> float | None:
    """A threshold that a message asks for, or the usual one.

    Raises:
        BadQuery: It is no number, or out of bounds.
    """
    value: Any = asked.get(name, usual)
    if name not in asked or value is None:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadQuery(f"{name} must lie from {least:g} to {most:g}")
    return float(value)
