"""Numbers within dates: days of the month, years, and dates written in numerals alone."""

import re
from collections.abc import Sequence

from ..number_words import HUNDREDS, ORDINALS, SMALL, TENS, below_hundred, ordinal
from ..spoken import Token

_OH = ("oh", "o", "zero", "cero")
_SEPARATORS = ("slash", "dash", "barra", "guion", "guión", "del", "de", "point", "dot")


def _numeral(text: str, most: int) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= most:
        return int(text)
    return None


def day_at(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    """Return the day of a month said at `index` and how many tokens it takes."""
    if _behind_ten(heard, index, language):
        return None  # "the thirty second of december"
    told = ordinal(heard, index, language)
    if told is None:
        number = _numeral(heard[index].norm, 2)
        if number is not None:
            told = (number, 1)
        elif heard[index].norm in _OH and index + 1 < len(heard):
            unit = SMALL[language].get(heard[index + 1].norm, 10)
            told = (unit, 2) if unit < 10 else None
        else:
            told = below_hundred(heard, index, language)
            at = index + told[1] if told else index
            if told and told[1] == 2 and at < len(heard) and heard[at].norm == "thousand":
                # "march twenty two thousand one" is the twentieth.
                told = (told[0] - told[0] % 10, 1)
    return told if told is not None and 1 <= told[0] <= 31 else None


def _behind_ten(heard: Sequence[Token], index: int, language: str) -> bool:
    """Whether a unit belongs to the ten before it, which no hour stands before."""
    if language != "en" or index == 0 or heard[index].broken:
        return False
    unit = ORDINALS["en"].get(heard[index].norm, 10)
    if unit > 9 or heard[index - 1].norm not in TENS["en"]:
        return False
    earlier = heard[index - 2].norm if index > 1 else ""
    return SMALL["en"].get(earlier, 0) == 0 and not earlier.isdecimal()


def year_at(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    """Return the year said at `index`, below 100 when it had two digits, and its tokens."""
    norm = heard[index].norm
    if norm.isascii() and norm.isdecimal():
        if len(norm) == 4 and 1880 <= int(norm) < 2120:
            return int(norm), 1
        apart = _halves_apart(heard, index)
        if apart is not None:
            return apart
        clock = index + 1 < len(heard) and heard[index + 1].gap.startswith(":")
        return (
            (int(norm), 1) if len(norm) == 2 and not clock and not _time(heard, index + 1) else None
        )
    found = _spanish_year(heard, index) if language == "es" else _english_year(heard, index)
    if found is None:
        return None
    behind = index + found[1]
    if found[0] < 100 and (_time(heard, behind) or _number_behind(heard, behind, language)):
        return None
    return found


def _halves_apart(heard: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read a year that was written in two numerals: "19 85", "19 hundred 85"."""
    head = _numeral(heard[index].norm, 2) or 0
    at = index + 1
    at += [token.norm for token in heard[at : at + 1]] == ["hundred"]
    if not 16 < head < 21 or at >= len(heard) or heard[at].gap != " " or _time(heard, at + 1):
        return None
    rest = _numeral(heard[at].norm, 2) if len(heard[at].norm) == 2 else None
    return (head * 100 + rest, at + 1 - index) if rest is not None else None


def _time(heard: Sequence[Token], index: int) -> bool:
    """Whether what stands before `index` was a time of day rather than a year."""
    if index >= len(heard):
        return False
    norm = heard[index].norm
    return norm in ("am", "pm", "o'clock", "oclock", "thirty", "fifteen", "past", "minutes") or (
        norm in ("a", "p") and heard[index + 1 : index + 2] != [] and heard[index + 1].norm == "m"
    )


def _english_year(heard: Sequence[Token], index: int) -> tuple[int, int] | None:
    head = below_hundred(heard, index, "en")
    if head is None:
        if heard[index].norm in _OH and index + 1 < len(heard):
            unit = SMALL["en"].get(heard[index + 1].norm, 10)
            return (unit, 2) if unit < 10 else None
        return None
    value, used = head
    at = index + used
    following = heard[at].norm if at < len(heard) else ""
    if value == 2 and following == "thousand":
        return _tail(heard, index, at + 1, 2000)
    if value in (18, 19, 20) and following == "hundred":
        return _tail(heard, index, at + 1, value * 100)
    if 16 < value < 21 and at < len(heard):
        if following in _OH and at + 1 < len(heard):
            unit = SMALL["en"].get(heard[at + 1].norm, 10)
            return (value * 100 + unit, at + 2 - index) if unit < 10 else None
        rest = below_hundred(heard, at, "en")
        if rest is not None and rest[0] > 9:
            return value * 100 + rest[0], at + rest[1] - index
        numeral = _numeral(following, 2)
        if numeral is not None and numeral > 9:
            return value * 100 + numeral, at + 1 - index
    return (value, used) if value > 9 or heard[index].norm in _OH else None


def _tail(heard: Sequence[Token], index: int, at: int, base: int) -> tuple[int, int]:
    joined = at < len(heard) and heard[at].norm == "and"
    rest = below_hundred(heard, at + joined, "en") if at + joined < len(heard) else None
    if rest is None or not rest[0]:
        return base, at - index
    return base + rest[0], at + joined + rest[1] - index


def _spanish_year(heard: Sequence[Token], index: int) -> tuple[int, int] | None:
    at, base = index, 0
    norm = heard[at].norm
    if norm == "mil" and at + 1 < len(heard) and heard[at + 1].norm in HUNDREDS["es"]:
        base, at = 1000 + HUNDREDS["es"][heard[at + 1].norm], at + 2
    elif norm == "dos" and at + 1 < len(heard) and heard[at + 1].norm == "mil":
        base, at = 2000, at + 2
    rest = below_hundred(heard, at, "es") if at < len(heard) else None
    if base:
        good = rest is not None and rest[0] > 0
        return (base + rest[0], at + rest[1] - index) if rest and good else (base, at - index)
    if rest is None:
        return None
    value, used = rest
    if value in (19, 20) and at + used < len(heard):
        more = below_hundred(heard, at + used, "es")
        if more is not None and more[0] > 9:
            return value * 100 + more[0], used + more[1]
    return (value, used) if value > 9 else None


Numeric = tuple[int, int, int | None, int]
"""Day, month, year, number of tokens."""


def numeric_at(heard: Sequence[Token], index: int, language: str) -> Numeric | None:
    """Read a date of numerals or plain numbers: ``3/3/85``, "three three eighty five".

    English puts the month first unless it cannot be one; Spanish the day.
    """
    return (
        _written(heard, index, language)
        or _one_token(heard[index].norm, language)
        or _spoken(heard, index, language)
    )


def _written(heard: Sequence[Token], index: int, language: str) -> Numeric | None:
    if not heard[index].norm.isdecimal():
        return None
    numbers = [heard[index].norm]
    mark = ""
    for token in heard[index + 1 : index + 3]:
        gap = token.gap.strip()
        if gap not in ("/", "-", ".", "–") or not token.norm.isdecimal() or (mark and gap != mark):
            break
        mark = gap
        numbers.append(token.norm)
    if len(numbers) == 3:
        if len(numbers[0]) == 4:
            return _iso(numbers)
        return _ordered(int(numbers[0]), int(numbers[1]), _year(numbers[2]), 3, language)
    if len(numbers) == 2 and mark == "/" and max(map(len, numbers)) < 3:
        return _ordered(int(numbers[0]), int(numbers[1]), None, 2, language)
    return None


def _iso(numbers: list[str]) -> Numeric | None:
    year, month, day = map(int, numbers)
    good = 1 <= month <= 12 and 1 <= day <= 31 and 1880 <= year < 2120
    return (day, month, year, 3) if good else None


def _year(text: str) -> int | None:
    if len(text) == 2:
        return int(text)
    return int(text) if len(text) == 4 and 1880 <= int(text) < 2120 else None


def _ordered(first: int, second: int, year: int | None, used: int, language: str) -> Numeric | None:
    orders = [(second, first), (first, second)]
    for day, month in orders if language == "en" else orders[::-1]:
        if 1 <= month <= 12 and 1 <= day <= 31:
            return day, month, year, used
    return None


_POINTED = re.compile(r"(\d{1,2})[.](\d{1,2})[.](\d{2}|\d{4})")
_EIGHT = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2})")


def _one_token(text: str, language: str) -> Numeric | None:
    match = _POINTED.fullmatch(text) or _EIGHT.fullmatch(text)
    if match is None:
        return None
    return _ordered(int(match[1]), int(match[2]), _year(match[3]), 1, language)


def _spoken(heard: Sequence[Token], index: int, language: str) -> Numeric | None:
    """Read three numbers in a row, the last of them a year."""
    if index and (heard[index - 1].norm in SMALL[language] or heard[index - 1].norm.isdecimal()):
        return None
    numbers: list[int] = []
    at = index
    for _ in range(2):
        if numbers and at < len(heard) and heard[at].norm in _SEPARATORS:
            at += 1
        found = day_at(heard, at, language) if at < len(heard) else None
        if found is None or ordinal(heard, at, language):
            return None
        numbers.append(found[0])
        at += found[1]
    if at < len(heard) and heard[at].norm in _SEPARATORS:
        at += 1
    year = year_at(heard, at, language) if at < len(heard) else None
    if year is None or _number_behind(heard, at + year[1], language):
        return None
    return _ordered(numbers[0], numbers[1], year[0], at + year[1] - index, language)


def _number_behind(heard: Sequence[Token], index: int, language: str) -> bool:
    if index >= len(heard):
        return False
    norm = heard[index].norm
    return norm in SMALL[language] or norm in TENS[language] or norm.isdecimal()
