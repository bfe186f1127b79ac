"""Quantities told digit by digit around a zero: "one oh five" is 105."""

from collections.abc import Sequence

from .number_words import SMALL, TENS
from .spoken import Token

_ZERO = frozenset({"oh", "o", "zero", "0"})
_MOST_ZEROS = 2


def with_zeros(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens with "two oh two" as one numeral; other runs of digits are none."""
    told: list[Token] = []
    index = 0
    while index < len(heard):
        value = _around_zeros(heard, index) if language == "en" else ""
        last = index + max(len(value) - 1, 0)
        own = heard[index]
        told.append(Token(value, value, own.start, heard[last].end, own.gap) if value else own)
        index = last + 1
    return told


def _around_zeros(heard: Sequence[Token], index: int) -> str:
    """Return the number told from `index` on: a digit, one or two zeros, a digit."""
    end = index + 1
    while end < len(heard) and heard[end].norm in _ZERO and end <= index + _MOST_ZEROS:
        end += 1
    run = heard[index : end + 1]
    if end == index + 1 or end >= len(heard) or any(token.broken for token in run[1:]):
        return ""
    first, last = _digit(heard[index]), _digit(heard[end])
    around = [*heard[max(0, index - 1) : index], *heard[end + 1 : end + 2]]
    if not (first and last) or any(_of_number(token) for token in around):
        return ""
    return first + "0" * (end - index - 1) + last


def _digit(token: Token) -> str:
    value = int(token.norm) if token.norm.isdecimal() else SMALL["en"].get(token.norm, 0)
    return str(value) if 0 < value < 10 else ""


def _of_number(token: Token) -> bool:
    norm = token.norm
    return norm.isdecimal() or norm in _ZERO or norm in SMALL["en"] or norm in TENS["en"]
