"""The dates in a turn's words, put together from their pieces, corrections applied."""

from collections.abc import Sequence
from dataclasses import replace

from ..repairs import repaired_between
from ..spoken import Token, word_set
from .date_atoms import ATOMS
from .date_numbers import day_at, year_at
from .date_part import DatePart

_BETWEEN = word_set(
    "of the on de del el a for in year año y morning afternoon evening la tarde that's which is "
    "que es"
)


def date_parts(heard: Sequence[Token], language: str) -> list[DatePart]:
    """Return the dates in a turn's words, corrections in the same breath applied."""
    parts: list[DatePart] = []
    index = 0
    while index < len(heard):
        atom = _atom(heard, index, language, parts[-1] if parts else None)
        if atom is None:
            index += 1
            continue
        own = frozenset(range(atom.first, atom.last + 1))
        parts = _added(heard, parts, replace(atom, inside=own), language)
        index = max(atom.last, parts[-1].last) + 1
    parts = [_with_year_before(heard, part, language) for part in parts]
    parts = [part for part in parts if _is_date(part) and not _is_limit(heard, part)]
    once = {(part.day, part.month, part.year): part for part in reversed(parts) if part.month}
    if parts and len(once) == 1 and all(part.month for part in parts):
        return [_with_last_year(heard, parts[0], language)]  # "december 25th, christmas"
    return parts


_LIMITS = word_set("before after antes después despues hasta desde until till since")
_MEALS = word_set("lunch dinner noon work school breakfast mediodía comida comer trabajo tarde")


def _is_limit(heard: Sequence[Token], part: DatePart) -> bool:
    """Whether it only bounds a date: "before christmas", "el martes después del puente"."""
    at = part.first - 1
    while at >= 0 and heard[at].norm in ("the", "el", "la", "de", "del", "of"):
        at -= 1
    if at >= 0 and heard[at].norm in _LIMITS and not heard[part.first].broken:
        return True
    after = [token.norm for token in heard[part.last + 1 : part.last + 4]]
    if after[:2] == ["after", "next"] or after in (["after"], ["after", "that"]):
        return True
    bounded = after[:1] and after[0] in ("before", "after", "antes", "después", "despues")
    return bool(bounded) and after[1:2] in (["the"], ["del"]) and not _MEALS & set(after)


def _with_year_before(heard: Sequence[Token], part: DatePart, language: str) -> DatePart:
    """Add a year of four digits that stands before the day: "nineteen eighty five, march third"."""
    if part.day is None or part.month is None or part.year is not None:
        return part
    first = part.first
    while first and heard[first - 1].norm in ("el", "on", "the"):
        first -= 1
    for start in range(max(0, first - 6), first):
        found = year_at(heard, start, language)
        if found is None or start + found[1] != first:
            continue
        told = start > 0 and heard[start - 1].norm in ("in", "en")  # "in ninety four on march 2nd"
        if found[0] > (31 if told else 99):
            return replace(part, first=start, year=found[0])
    return part


def _with_last_year(heard: Sequence[Token], part: DatePart, language: str) -> DatePart:
    """Add the year with which the turn ends behind an aside: "march third, i think, 1985"."""
    if part.day is None or part.month is None or part.year is not None:
        return part
    for at in range(part.last + 2, min(part.last + 8, len(heard))):
        found = year_at(heard, at, language) if heard[at].broken else None
        if found is not None and found[0] > 99 and at + found[1] == len(heard):
            return replace(part, last=len(heard) - 1, year=found[0])
    return part


def _added(
    heard: Sequence[Token], parts: list[DatePart], atom: DatePart, language: str
) -> list[DatePart]:
    if not parts:
        return [atom]
    before = parts[-1]
    gap = heard[before.last + 1 : atom.first]
    if repaired_between(heard, before.last + 1, atom.first) and len(gap) < 8:
        return [*parts[:-1], _with_own_year(heard, before.mended(atom), atom, language)]
    denied = before.first > 0 and heard[before.first - 1].norm == "not"
    if all(token.norm in _BETWEEN for token in gap) and not (denied and heard[atom.first].broken):
        whole = before.joined(atom)
        if whole is not None:
            return [*parts[:-1], whole]
    return [*parts, atom]


def _with_own_year(
    heard: Sequence[Token], mended: DatePart, anew: DatePart, language: str
) -> DatePart:
    """Take the year that a whole date said anew has itself: "march 3rd 1985, no, may 9th 1988"."""
    if anew.day is None or anew.month is None or anew.year is not None:
        return mended
    at = anew.last + 1
    if at < len(heard) and heard[at].norm in ("of", "in", "de", "del"):
        at += 1
    found = year_at(heard, at, language) if at < len(heard) else None
    if found is None or found[0] <= 31:
        return mended
    return replace(mended, last=at + found[1] - 1, year=found[0])


def _is_date(part: DatePart) -> bool:
    known = (part.weekday, part.away, part.distance, part.day)
    return any(value is not None for value in known)


def _atom(
    heard: Sequence[Token], index: int, language: str, before: DatePart | None
) -> DatePart | None:
    if before is not None and before.day is not None and before.month is not None:
        # Before all else a year: "once de noviembre del once".
        year = _anew(heard, index, language, before) if before.year is None else None
        if year is not None and year.year is not None:
            return year
    for read in ATOMS:
        part = read(heard, index, language)
        if part is not None:
            return part
    if before is None:
        return None
    return _anew(heard, index, language, before)


def _anew(heard: Sequence[Token], index: int, language: str, before: DatePart) -> DatePart | None:
    """Read a year behind a day and month, or a number that mends one."""
    mends = repaired_between(heard, before.last + 1, index)
    gap = [token.norm for token in heard[before.last + 1 : index]]
    near = len(gap) <= 2 or (len(gap) == 3 and gap[-1] in ("year", "año"))
    dated = before.day is not None and before.month is not None
    if before.month is not None and ((near and before.year is None) or mends):
        found = year_at(heard, index, language)
        # A number that no month has is a year; "march 1985" has no year of two digits.
        least = 99 if not dated else 31 if mends else 0
        if found is not None and found[0] > least:
            return DatePart(index, index + found[1] - 1, year=found[0])
    if mends and before.day is not None:
        found = day_at(heard, index, language)
        if found is not None:
            return DatePart(index, index + found[1] - 1, day=found[0])
    return None
