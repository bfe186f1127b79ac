"""Months by their number: "the fourth of the fifth", "el ocho del once"."""

from collections.abc import Sequence

from ..number_words import ordinal
from ..spoken import FILLERS, Token
from .date_numbers import day_at, year_at
from .date_part import DatePart


def numbered_month(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "the fourth of the fifth", as the British say it, and "el ocho del once"."""
    if language == "es":
        return _spanish(heard, index)
    day = ordinal(heard, index, language) if language == "en" else None
    if day is None or not 1 <= day[0] <= 31:
        return None
    at = index + day[1]
    if [token.norm for token in heard[at : at + 2]] != ["of", "the"] or at + 2 >= len(heard):
        return None
    month = ordinal(heard, at + 2, language)
    if month is None or not 1 <= month[0] <= 12:
        return None
    end = at + 2 + month[1]
    closed = end == len(heard) or heard[end].broken or heard[end].norm in FILLERS
    if not closed and year_at(heard, end, language) is None:
        return None  # "the second of the third week"
    return DatePart(index, end - 1, day=day[0], month=month[0])


def _spanish(heard: Sequence[Token], index: int) -> DatePart | None:
    before = heard[index - 1].norm if index else "el"
    day = day_at(heard, index, "es") if before in ("el", "día", "dia") else None
    at = index + day[1] if day else len(heard)
    if day is None or at + 1 >= len(heard) or heard[at].norm != "del":
        return None
    month = day_at(heard, at + 1, "es")
    end = at + 1 + month[1] if month else at
    closed = end == len(heard) or heard[end].broken or heard[end].norm in FILLERS
    if month is None or month[0] > 12 or not closed:
        return None
    return DatePart(index, end - 1, day=day[0], month=month[0])
