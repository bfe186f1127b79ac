"""Times of day."""

from typing import Any, Literal

from ..misheard import number_tokens
from ..number_words import of_language
from ..spoken import Token, fluent, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back
from .clock_time import ClockTime, distinct
from .clock_times import clock_times
from .date_words import number_in_words, ready_to_say

_INTRODUCTION = word_set(
    "at around about by it's let's say make it is how maybe the time would be a las la sobre hacia "
    "es que sea"
)


class Time(EntityBase):
    """A time of day: ``15:30``. A bare "half past three" is a question: in the morning or not?"""

    type: Literal["time"]

    def model_post_init(self, context: Any) -> None:
        """Load what saying takes."""
        ready_to_say()

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read times; unasked, only what is certain to be one."""
        heard = fluent(number_tokens(words, context.language))
        language = of_language(context.language)
        found: list[Candidate] = []
        for one, value in distinct(clock_times(heard, language, bare=context.asked)):
            if not context.asked and not self._announced(heard, one, context):
                continue
            first = reach_back(heard, one.first, _INTRODUCTION | context.cues)
            start, end = heard[first].start, heard[one.last].end
            found.append(Candidate(value, start, end, 0.9 if one.certain else 0.85))
        return found

    def _announced(self, heard: list[Token], one: ClockTime, context: Hearing) -> bool:
        near = {token.norm for token in heard[max(0, one.first - 5) : one.last + 3]}
        return one.certain and (one.period is not None or bool(near & context.cues))

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say that it is no time of day."""
        hour, colon, minute = value.partition(":")
        good = colon and _short(hour) and _short(minute) and int(hour) < 24 and int(minute) < 60
        return (
            None if good else in_words(context, "that is not a time of day", "eso no es una hora")
        )

    def say(self, value: str, language: str = "en") -> str:
        """Say a time in words: ``three thirty in the afternoon``."""
        return time_in_words(value, of_language(language))

    def spell(self, value: str, language: str = "en") -> str:
        """A time is not spelled."""
        return self.say(value, language)


def _short(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == 2


def time_in_words(value: str, language: str) -> str:
    """Return a time of day as people say it, with its part of the day."""
    hour, minute = map(int, value.split(":"))
    if (hour, minute) in ((0, 0), (12, 0)):
        names = {"en": ("midnight", "noon"), "es": ("medianoche", "mediodía")}
        return names[language][hour // 12]
    return _spanish(hour, minute) if language == "es" else _english(hour, minute)


def _english(hour: int, minute: int) -> str:
    said = number_in_words(hour % 12 or 12, "en")
    if 0 < minute < 10:
        said += f" oh {number_in_words(minute, 'en')}"
    elif minute:
        said += f" {number_in_words(minute, 'en')}"
    if hour < 12:
        return f"{said} in the morning"
    if hour < 18:
        return f"{said} in the afternoon"
    return f"{said} in the evening" if hour < 21 else f"{said} at night"


def _spanish(hour: int, minute: int) -> str:
    twelve = hour % 12 or 12
    said = "la una" if twelve == 1 else f"las {number_in_words(twelve, 'es')}"
    if minute:
        share = {15: "cuarto", 30: "media"}.get(minute) or number_in_words(minute, "es")
        said += f" y {share}"
    if hour < 12:
        return f"{said} de la {'madrugada' if hour < 6 else 'mañana'}"
    if hour == 12:
        return f"{said} del mediodía"
    return f"{said} de la {'tarde' if hour < 20 else 'noche'}"
