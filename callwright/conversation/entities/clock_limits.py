"""Times of day that only bound one: "after five pm", "from one to three"."""

from collections.abc import Sequence

from ..spoken import Token, word_set
from .clock_time import ClockTime

_LIMITS = word_set(
    "after before until till past from between entre antes después despues hasta desde"
)


def is_limit(heard: Sequence[Token], one: ClockTime) -> bool:
    """Whether it is no time but a bound of one: "after five pm", "las cinco y pico"."""
    at = one.first - 1
    while at >= 0 and heard[at].norm in ("las", "la", "los", "de", "del", "el", "a", "about"):
        at -= 1
    after = [token.norm for token in heard[one.last + 1 : one.last + 3]]
    before = [token.norm for token in heard[max(0, at - 1) : at + 1]]
    compared = before[-1:] == ["than"] and before[:1] != ["rather"]
    bound = bool(before) and (before[-1] in _LIMITS or compared or before == ["a", "partir"])
    bound = bound or _ends_span(heard, one.first)
    return bound or after == ["y", "pico"]


def _ends_span(heard: Sequence[Token], first: int) -> bool:
    """Whether it is the second of two bounds: "from one to three pm", "entre la una y las tres"."""
    before = [token.norm for token in heard[:first] if token.norm not in ("la", "las")]
    return before[-1:] in (["to"], ["and"], ["y"]) and bool(_SPANS & set(before[-6:-1]))


_SPANS = word_set("from between entre")
