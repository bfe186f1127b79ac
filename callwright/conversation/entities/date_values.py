"""From what was said of a date to days of the calendar, against the day of the call."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from .date_part import DatePart, resolved_day

Direction = Literal["past", "future"] | None
"""Where a date lies when the words do not say; None when nothing was declared."""

_WEEK = 7


def ready(language: str = "en") -> None:
    """Load the library that reads spans of time: it takes long, so not in the middle of a call."""
    _reader(language, date(2000, 1, 1))


@lru_cache(maxsize=8)
def _reader(language: str, today: date) -> Any:
    from dateparser.date import DateDataParser

    # One language and one kind of words: everything else it knows would cost time and guesses.
    base = datetime(today.year, today.month, today.day)
    settings = {"RELATIVE_BASE": base, "PARSERS": ["relative-time"]}
    parser = DateDataParser(languages=[language], settings=settings)
    parser.get_date_data("in 1 day" if language == "en" else "en 1 día")
    return parser


def _shifted(base: date, distance: str, language: str) -> list[date]:
    """Return `base` moved by a span of time in words."""
    idiom = distance.endswith("?")
    found = _reader(language, base).get_date_data(distance.rstrip("?")).date_obj
    if found is None:
        return []
    day = found.date()
    return [day, day - timedelta(days=1)] if idiom else [day]


def days_meant(part: DatePart, today: date, direction: Direction, language: str) -> list[date]:
    """Return the days that a part of a date may mean, the likeliest first; none is no date."""
    days = list(_days(part, today, direction, language))
    if part.weekday is not None and (part.day is not None or part.away is not None):
        days = [day for day in days if day.weekday() == part.weekday]
    return list(dict.fromkeys(days))


def _days(part: DatePart, today: date, direction: Direction, language: str) -> Iterator[date]:
    if part.distance is not None:
        base = replace(part, distance=None)
        bases = list(_days(base, today, "future", language)) or [today]
        for one in bases:
            yield from _shifted(one, part.distance, language)
    elif part.away is not None:
        yield today + timedelta(days=part.away)
    elif part.day is not None:
        yield from _of_month(part, part.day, today, direction)
    elif part.weekday is not None:
        yield from _weekdays(part, part.weekday, today, direction)


def _weekdays(part: DatePart, weekday: int, today: date, direction: Direction) -> Iterator[date]:
    ahead = timedelta(days=(weekday - today.weekday()) % _WEEK)
    coming = today + (ahead or timedelta(days=_WEEK))
    gone = today - timedelta(days=(today.weekday() - weekday) % _WEEK or _WEEK)
    monday = today - timedelta(days=today.weekday())
    if part.week is not None:
        yield monday + timedelta(days=_WEEK * part.week + weekday)
    elif part.shift == "next":
        yield coming
        # "Next friday" said on a monday is the one of this week to some, of the next to others.
        if coming < monday + timedelta(days=_WEEK):
            yield coming + timedelta(days=_WEEK)
    elif part.shift in ("this", "coming"):
        yield coming
    elif part.shift == "last" or direction == "past":
        yield gone
    else:
        if not ahead:
            yield today
        yield coming
        if direction is None:
            yield gone


def _of_month(part: DatePart, day: int, today: date, direction: Direction) -> Iterator[date]:
    if part.month is None:
        yield from _in_near_months(part, day, today, direction)
        return
    year = part.year
    if year is not None and year > 99:
        found = resolved_day(year, part.month, day)
        if found is not None:
            yield found
        return
    years = range(today.year - 8, today.year + 9)
    if year is not None:
        years = (1900 + year, 2000 + year)
    days = [one for y in years if (one := resolved_day(y, part.month, day)) is not None]
    yield from _towards(days, today, direction)


def _towards(days: list[date], today: date, direction: Direction) -> Iterator[date]:
    """Choose the nearest one: ahead when that is where it lies, else in the past."""
    ahead = [one for one in days if one >= today]
    gone = [one for one in days if one <= today]
    chosen = ahead[:1] if direction == "future" else gone[-1:]
    yield from chosen or (ahead[:1] or gone[-1:])


def _in_near_months(part: DatePart, day: int, today: date, direction: Direction) -> Iterator[date]:
    def at(away: int) -> date | None:
        month = today.month - 1 + away
        return resolved_day(today.year + month // 12, month % 12 + 1, day)

    if part.months_away is not None:
        found = at(part.months_away)
        if found is not None:
            yield found
        return
    ahead = [one for away in range(3) if (one := at(away)) is not None and one >= today]
    gone = [one for away in range(3) if (one := at(-away)) is not None and one <= today]
    if direction != "past":
        yield from ahead[:1]
    if direction != "future":
        yield from gone[:1]
