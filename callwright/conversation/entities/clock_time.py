"""One time of day as said, and the hours of the day it may mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..spoken import Token, keyed, meaning_at

_PERIODS = keyed(
    {
        ("a", "m"): "am",
        ("am",): "am",
        ("p", "m"): "pm",
        ("pm",): "pm",
        ("in", "the", "morning"): "morning",
        ("in", "the", "afternoon"): "afternoon",
        ("in", "the", "evening"): "evening",
        ("at", "night"): "night",
        ("tonight",): "night",
        ("morning",): "morning",
        ("afternoon",): "afternoon",
        ("evening",): "evening",
        ("night",): "night",
        ("la", "mañana"): "morning",
        ("la", "manana"): "morning",
        ("la", "tarde"): "afternoon",
        ("esta", "tarde"): "afternoon",
        ("la", "noche"): "night",
        ("esta", "noche"): "night",
        ("la", "madrugada"): "small_hours",
        ("del", "mediodía"): "midday",
        ("del", "mediodia"): "midday",
    }
)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time as said: its hour and minute, and what tells morning from afternoon.

    Args:
        first: Index of its first token.
        last: Index of its last token.
        hour: 0 to 24.
        minute: 0 to 59.
        period: A key of `within_day`, None when nothing was said.
        certain: Whether the words alone make it a time, and not any number.
        written: Whether it was written so that 08:15 is the morning.
    """

    first: int
    last: int
    hour: int
    minute: int
    period: str | None = None
    certain: bool = True
    written: bool = False

    @property
    def values(self) -> list[str]:
        """The times of day it may mean."""
        return [f"{hour:02d}:{self.minute:02d}" for hour in within_day(self)]


def within_day(said: ClockTime) -> list[int]:
    """Return the hours of the day that an hour may mean."""
    hour, period = said.hour, said.period
    if hour > 12 or hour == 0 or said.written:
        return [hour % 24] if hour != 24 or not said.minute else []
    match period:
        case "am" | "small_hours" | "morning":
            return [hour % 12]
        case "pm" | "afternoon":
            return [hour % 12 + 12]
        case "midday":
            return [hour % 12 + 12] if hour in (12, 1, 2, 3) else []
        case "evening":
            return [hour % 12 + 12] if 3 < hour < 12 else []
        case "night":
            return [hour % 12 + 12] if 5 < hour < 12 else [hour % 12]
        case _:
            return [12] if hour == 12 else [hour, hour + 12]


def period_at(heard: Sequence[Token], index: int) -> tuple[str | None, int]:
    """Return the part of the day said at `index` and how many tokens it takes."""
    found = meaning_at(heard, index, _PERIODS)
    return (found[1], len(found[0])) if found is not None else (None, 0)


def distinct(found: Sequence[ClockTime]) -> Iterator[tuple[ClockTime, str]]:
    """Yield every time of day with the words it was read from."""
    for one in found:
        for value in one.values:
            yield one, value
