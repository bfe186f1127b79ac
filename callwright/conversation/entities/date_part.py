"""What was said of one date, and how two such pieces become one."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class DatePart:
    """What was said of one date; what was not said is None.

    Args:
        first: Index of its first token.
        last: Index of its last token.
        day: Day of the month.
        month: 1 to 12.
        year: As said; below 100 it had two digits.
        weekday: 0 is Monday.
        shift: ``next``, ``this`` or ``last`` before a day of the week or a month.
        week: Calendar weeks from the present one ("tuesday next week").
        away: Days from the call's day.
        distance: A span of time in words the date library knows ("in 3 weeks").
        months_away: Months from the present one ("of next month").
        inside: The tokens it was read from; others may stand between them.
    """

    first: int
    last: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    shift: str | None = None
    week: int | None = None
    away: int | None = None
    distance: str | None = None
    months_away: int | None = None
    inside: frozenset[int] = frozenset()

    def joined(self, other: "DatePart") -> "DatePart | None":
        """Return both as one date; None when they say different things of it."""
        mine, theirs = self._said(), other._said()
        if mine.keys() & theirs.keys() or ("month" in theirs and "months_away" in mine):
            return None
        return replace(self, last=other.last, inside=self.inside | other.inside, **theirs)

    def mended(self, other: "DatePart") -> "DatePart":
        """Return this date with what a correction says anew."""
        theirs = other._said()
        anew = {"away", "distance", "weekday"} & theirs.keys()
        kept = {} if anew and "day" not in theirs else self._said()
        if "day" in theirs:
            kept = {k: v for k, v in kept.items() if k in ("day", "month", "year", "months_away")}
        inside = self.inside | other.inside
        return DatePart(self.first, other.last, inside=inside, **{**kept, **theirs})

    @property
    def fragment(self) -> bool:
        """Whether it is no date by itself, but may mend one."""
        return not self._said().keys() & {"away", "distance", "weekday"} and (
            self.day is None or (self.month is None and self.months_away is None)
        )

    def _said(self) -> dict[str, Any]:
        said = {own.name: getattr(self, own.name) for own in fields(self)[2:-1]}
        return {name: value for name, value in said.items() if value is not None}


def resolved_day(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar; None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
