"""Finds sensitive days and times in words. A part of one alone gives nothing away. Pure.

A month, a year or an hour is anybody's; two parts that stand together are the caller's birthday.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from callwright.conversation.entities.date_words import number_in_words
from callwright.conversation.spoken import Token, tokens, word_set

COMMON = word_set("a an and as at dash dot for i in is it of or plus the to y de el la en")
"""They stand in spoken and spelled forms, and everywhere else: alone they give nothing away."""

# What makes an hour of a number.
_HOURS = word_set("o'clock oclock am pm noon midnight horas")

# So many digits in one piece are more than a part of a date.
_PIECE = 5


class SensitiveDates:
    """The days and times that must not be read.

    Args:
        language: The one the call starts in.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._known: list[tuple[frozenset[str], tuple[str, ...]]] = []
        self.digits: set[str] = set()
        """They in digits without marks, in any order of their parts."""

    def learn(self, value: str, forms: Iterable[str]) -> None:
        """A value, canonical, and how it is said."""
        words = {token.norm for form in forms for token in tokens(form)} - COMMON
        parts = re.findall(r"\d+", value)
        words |= {written for part in parts for written in _written(part)}
        if ":" in value:
            words |= _HOURS
            words |= {str(int(part) % 12 or 12) for part in parts[-2:-1]}
        year = next((part for part in parts if len(part) == 4), "")
        self._known.append((frozenset(words), self._year(year)))
        day = parts[:3] if year else parts
        for order in permutations(day):
            self.digits |= {"".join(order), "".join(part.lstrip("0") for part in order)}
            self.digits.add("".join(part[-2:] for part in order))

    def places(self, heard: Sequence[Token]) -> Iterator[int]:
        """Yield the tokens in which two parts of a value or more stand together."""
        for words, year in self._known:
            group: list[int] = []
            for at, token in enumerate(heard):
                if token.norm in words:
                    group.append(at)
                elif token.norm not in COMMON:
                    yield from self._telling(group, heard, year)
                    group = []
            yield from self._telling(group, heard, year)

    def gives_away(self, digits: str) -> bool:
        """Whether digits in one piece are more than a part of a value."""
        return len(digits) >= _PIECE and any(digits in own for own in self.digits)

    def _year(self, year: str) -> tuple[str, ...]:
        if not year:
            return ()
        kind = "year" if self._language == "en" else "cardinal"
        said = tokens(number_in_words(int(year), self._language, kind))
        return tuple(token.norm for token in said if token.norm not in COMMON)

    def _telling(
        self, group: Sequence[int], heard: Sequence[Token], year: tuple[str, ...]
    ) -> Sequence[int]:
        said = tuple(heard[at].norm for at in group)
        alone = any(year[at : at + len(said)] == said for at in range(len(year)))
        return () if len(group) < 2 or alone else range(group[0], group[-1] + 1)


def _written(part: str) -> set[str]:
    """A number of a date as it may be written."""
    return {part, part.lstrip("0") or "0", part[-2:]}
