"""What a plain YAML word means: text, unless it is plainly a number, true, false or null.

YAML 1.1 reads ``no`` as false, ``12:30`` as 750 and ``2026-11-24`` as a date, and YAML 1.2 reads
``0412`` as 412 and ``+14155550132`` as a number. A declaration means the words it shows.
"""

import math
import re

Scalar = str | int | float | bool | None

_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


def plain(word: str) -> Scalar:
    """Return the value of an unquoted YAML word."""
    if word in _WORDS:
        return _WORDS[word]
    if _INT.fullmatch(word):
        return int(word)
    if len(word) < 40 and _FLOAT.fullmatch(word):
        number = float(word)
        return number if math.isfinite(number) else word
    return word


def kind_of(value: object) -> str:
    """Name what a value is, for a message."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"
