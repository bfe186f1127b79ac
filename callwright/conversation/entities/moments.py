"""A day and a time of day together: appointments."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Any, Literal

from pydantic import Field, field_validator

from ..misheard import number_tokens
from ..number_words import of_language
from ..spoken import Token, fluent, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back
from .calendar_words import INTRODUCTION
from .clock_time import ClockTime, distinct
from .clock_times import clock_times
from .date_part import DatePart
from .date_parts import date_parts
from .date_values import days_meant, ready
from .date_words import date_in_words, ready_to_say
from .times import time_in_words

_LEAD = INTRODUCTION | word_set("at around a las la sobre come could i")


class DateTime(EntityBase):
    """A day and a time: ``2026-11-24T15:00``.

    Args:
        future: It has to lie in the future (or on the day of the call).
        between: The first and the last moment allowed, as days or as days with times.
    """

    type: Literal["datetime"]
    future: bool = True
    between: tuple[str, str] | None = Field(default=None)

    @field_validator("between")
    @classmethod
    def _two_moments(cls, between: tuple[str, str] | None) -> tuple[str, str] | None:
        if between is None:
            return None
        try:
            first, last = (datetime.fromisoformat(one) for one in between)
        except ValueError:
            raise ValueError(
                f"between {list(between)} are no two moments; "
                "write them as ['2026-01-01', '2026-12-31T18:00']"
            ) from None
        if first > last:
            raise ValueError("between begins after it ends; swap the two")
        return between

    def model_post_init(self, context: Any) -> None:
        """Load what reading takes."""
        ready()
        ready_to_say()

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read a day and a time, in any order; one without the other is half an answer."""
        heard = fluent(number_tokens(words, context.language))
        language = of_language(context.language)
        parts = date_parts(heard, language)
        taken = {at for part in parts for at in part.inside}
        times = clock_times(heard, language, taken, bare=False)
        direction = "future" if self.future else None
        dates = [
            (part, day)
            for part in parts
            for day in days_meant(part, context.today, direction, language)
        ]
        if not dates or not times:
            return self._half(heard, dates, times, context)
        found = [
            self._candidate(heard, part, one, f"{day.isoformat()}T{value}", context)
            for (part, day), (one, value) in product(dates, distinct(times))
        ]
        allowed = [one for one in found if self.problem(one.value, context) is None]
        return (allowed or found)[:8]

    def _candidate(
        self, heard: list[Token], part: DatePart, one: ClockTime, value: str, context: Hearing
    ) -> Candidate:
        first = min(part.first, one.first)
        first = reach_back(heard, first, _LEAD | context.cues)
        end = heard[max(part.last, one.last)].end
        return Candidate(value, heard[first].start, end, 0.9)

    def _half(
        self,
        heard: list[Token],
        dates: list[tuple[DatePart, date]],
        times: list[ClockTime],
        context: Hearing,
    ) -> list[Candidate]:
        if not context.asked:
            return []
        if dates:
            part, day = dates[0]
            first = reach_back(heard, part.first, _LEAD)
            return [Candidate(day.isoformat(), heard[first].start, heard[part.last].end, 0.5)]
        if times:
            one = times[0]
            first = reach_back(heard, one.first, _LEAD)
            said = f"T{one.hour:02d}:{one.minute:02d}"
            return [Candidate(said, heard[first].start, heard[one.last].end, 0.5)]
        return []

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say which half is missing, or that it is past or out of bounds."""
        if value.startswith("T"):
            return in_words(context, "I need the day as well", "necesito también el día")
        if "T" not in value:
            return in_words(context, "I need the time as well", "necesito también la hora")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return in_words(context, "that is not a date and time", "eso no es una fecha con hora")
        if context is not None and self.future and moment.date() < context.today:
            return in_words(context, "that is in the past", "eso ya pasó")
        return self._bounds(moment, context)

    def _bounds(self, moment: datetime, context: Hearing | None) -> str | None:
        if self.between is None:
            return None
        first, last = (datetime.fromisoformat(one) for one in self.between)
        if len(self.between[1]) == 10:
            last = last.replace(hour=23, minute=59)
        if moment < first:
            return in_words(
                context,
                f"it cannot be before {_said(first, 'en')}",
                f"no puede ser antes del {_said(first, 'es')}",
            )
        if moment > last:
            return in_words(
                context,
                f"it cannot be after {_said(last, 'en')}",
                f"no puede ser después del {_said(last, 'es')}",
            )
        return None

    def unfinished(self, words: str, context: Hearing) -> bool:
        """One half has been said, and the other may follow."""
        found = self.hear(words, replace(context, asked=True))
        return bool(found) and (found[0].value.startswith("T") or "T" not in found[0].value)

    def say(self, value: str, language: str = "en") -> str:
        """Say the day and the time in words."""
        return _said(datetime.fromisoformat(value), of_language(language))

    def spell(self, value: str, language: str = "en") -> str:
        """A moment is not spelled."""
        return self.say(value, language)


def _said(moment: datetime, language: str) -> str:
    day = date_in_words(moment.date(), language)
    time = time_in_words(f"{moment.hour:02d}:{moment.minute:02d}", language)
    if language == "es":
        return f"el {day} a {time}"
    return f"{day}, at {time}"
