"""Dates: of birth, of an appointment, said in words, in numerals or from the call's own day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..misheard import number_tokens
from ..number_words import SMALL, TENS, of_language
from ..spoken import Token, fluent
from .base import Candidate, EntityBase, Hearing, in_words, reach_back
from .calendar_words import CUES, INTRODUCTION, MONTHS
from .clock_times import clock_times
from .date_numbers import year_at
from .date_part import DatePart
from .date_parts import date_parts
from .date_values import Direction, days_meant, ready
from .date_words import date_in_words, ready_to_say


class Date(EntityBase):
    """A day of the calendar: ``1985-03-03``.

    Args:
        past: It has to lie in the past (or be the day of the call). Without `past` and `future`
            a date that could be both is the latest one in the past.
        future: It has to lie in the future (or be the day of the call).
        between: The first and the last day allowed.
    """

    type: Literal["date"]
    past: bool = False
    future: bool = False
    between: tuple[str, str] | None = Field(default=None)

    @field_validator("between")
    @classmethod
    def _two_days(cls, between: tuple[str, str] | None) -> tuple[str, str] | None:
        return checked_days(between)

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.past and self.future:
            raise ValueError("past and future exclude each other; delete one")
        return self

    def model_post_init(self, context: Any) -> None:
        """Load what reading takes."""
        ready()
        ready_to_say()

    @property
    def direction(self) -> Direction:
        """Where an incomplete date lies."""
        return "future" if self.future else "past" if self.past else None

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read dates; unasked, only whole ones or those that are announced."""
        heard = fluent(number_tokens(words, context.language))
        language = of_language(context.language)
        found: list[Candidate] = []
        parts = date_parts(heard, language)
        if parts and _left_open(heard, parts[-1]):
            return []
        if not self.future and _year_apart(heard, parts, language):
            return []
        for part in parts:
            days = days_meant(part, context.today, self.direction, language)
            days = self._allowed(days)
            first = reach_back(heard, part.first, INTRODUCTION | context.cues)
            lead = {token.norm for token in heard[first : part.first]}
            # Of two dates in an answer, "born" may go with either.
            cued = bool(lead & (context.cues | CUES)) and not (context.asked and len(parts) > 1)
            if not context.asked and not (cued or _whole(part)):
                continue
            start, end = heard[first].start, heard[part.last].end
            sure = 0.9 if part.month is not None or part.day is None else 0.85
            found += [Candidate(day.isoformat(), start, end, sure, cued) for day in days]
        return found

    def _allowed(self, days: list[date]) -> list[date]:
        """Of several readings, those that the declaration allows."""
        allowed = [day for day in days if self._bounds_problem(day) is None]
        return allowed or days

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say that it is no date, or on the wrong side of today or of the bounds."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return in_words(context, "that is not a date", "eso no es una fecha")
        if context is not None and self.past and day > context.today:
            return in_words(context, "that date is in the future", "esa fecha está en el futuro")
        if context is not None and self.future and day < context.today:
            return in_words(context, "that date is in the past", "esa fecha ya pasó")
        bound = self._bounds_problem(day)
        if bound is None:
            return None
        english, spanish = bound
        return in_words(context, english, spanish)

    def _bounds_problem(self, day: date) -> tuple[str, str] | None:
        return bounds_problem(day, self.between)

    def unfinished(self, words: str, context: Hearing) -> bool:
        """A month without its day, or a day of birth whose year is still to come."""
        heard = number_tokens(words, context.language)
        language = of_language(context.language)
        parts = date_parts(heard, language)
        if not parts:
            return bool(heard) and heard[-1].norm in MONTHS[language]
        last = parts[-1]
        ends = last.last + 1 == len(heard)
        return ends and self.past and last.month is not None and last.year is None

    def say(self, value: str, language: str = "en") -> str:
        """Say a date in words: ``March third, nineteen eighty-five``."""
        return date_in_words(date.fromisoformat(value), of_language(language))

    def spell(self, value: str, language: str = "en") -> str:
        """A date is not spelled."""
        return self.say(value, language)


def _left_open(heard: Sequence[Token], part: DatePart) -> bool:
    """Whether another date is offered that was not understood: "tomorrow or the day after"."""
    at = part.last + 1
    after = heard[at].norm if at < len(heard) else ""
    yearless = part.month is not None and part.year is None
    numbered = after and (after[0].isdigit() or after in SMALL["en"] or after in TENS["en"])
    if yearless and numbered and not heard[at].broken:
        # "June 23 2 thousand 11": a number right behind may be a year that was not understood.
        return not clock_times(heard[at:], "en", bare=False)
    if part.year is not None and part.month is not None and after in TENS["en"]:
        return True  # "nineteen seventy, seventy two"
    rest = [token.norm for token in heard[part.last + 2 : part.last + 4]]
    return after in ("or", "o") and bool(rest) and rest[0] not in ("so", "así", "whatever")


def _year_apart(heard: Sequence[Token], parts: Sequence[DatePart], language: str) -> bool:
    """Whether a year was said that no date took: "sixty six, i mean 1967, february second"."""
    if not parts or any(part.year is not None or part.month is None for part in parts):
        return False
    taken = {at for part in parts for at in range(part.first, part.last + 1)}
    free = (at for at in range(len(heard)) if at not in taken)
    found = [year_at(heard, at, language) for at in free]
    return any(year is not None and 1900 <= year[0] < 2100 for year in found)


def _whole(part: DatePart) -> bool:
    return part.day is not None and part.month is not None


def checked_days(between: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return the bounds of dates when they are two days in order.

    Raises:
        ValueError: They are not; the message says how to write them.
    """
    if between is None:
        return None
    try:
        first, last = (date.fromisoformat(one) for one in between)
    except ValueError:
        raise ValueError(
            f"between {list(between)} are no two days; write them as ['2026-01-01', '2026-12-31']"
        ) from None
    if first > last:
        raise ValueError("between begins after it ends; swap the two days")
    return between


def bounds_problem(day: date, between: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return which bound a day breaks, in English and in Spanish."""
    if between is None:
        return None
    first, last = (date.fromisoformat(one) for one in between)
    if day < first:
        return (
            f"it cannot be before {date_in_words(first, 'en')}",
            f"no puede ser antes del {date_in_words(first, 'es')}",
        )
    if day > last:
        return (
            f"it cannot be after {date_in_words(last, 'en')}",
            f"no puede ser después del {date_in_words(last, 'es')}",
        )
    return None
