"""Days and numbers in words, as a voice should read them."""

from datetime import date
from typing import Any

from .calendar_words import MONTHS

_ENGLISH = [name.capitalize() for name in list(MONTHS["en"])[:12]]
_SPANISH = list(MONTHS["es"])[:12]


def ready_to_say() -> None:
    """Load the library that words numbers: it takes long, so not in the middle of a call."""
    number_in_words(1, "en")


def number_in_words(value: float, language: str, kind: str = "cardinal") -> str:
    """Return a number in words.

    Args:
        value: The number.
        language: ``en`` or ``es``.
        kind: ``cardinal``, ``ordinal`` or ``year``.
    """
    from num2words import num2words

    read: Any = num2words
    return str(read(value, lang=language, to=kind))


def date_in_words(day: date, language: str) -> str:
    """Return a day in words: ``March third, nineteen eighty-five``."""
    if language == "es":
        number = "primero" if day.day == 1 else number_in_words(day.day, "es")
        year = number_in_words(day.year, "es")
        return f"{number} de {_SPANISH[day.month - 1]} de {year}"
    ordinal = number_in_words(day.day, "en", "ordinal")
    year = number_in_words(day.year, "en", "year")
    return f"{_ENGLISH[day.month - 1]} {ordinal}, {year}"
