"""Quantities: how many, how old, how much of it."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from ..misheard import number_tokens
from ..number_words import SMALL, TENS
from ..numerals import Amount, amounts
from ..said_zeros import with_zeros
from ..spoken import FILLERS, Token, fluent, word_set
from .base import Candidate, EntityBase, Hearing, in_words


class Number(EntityBase):
    """A number, within bounds if they are given.

    Args:
        min: The smallest value allowed.
        max: The largest value allowed.
        integer: Whether only whole numbers count.
    """

    type: Literal["number"]
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)
    integer: bool = False

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}; swap them or drop one")
        return self

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read quantities; unasked, only one that stands beside a word of its question."""
        heard = with_zeros(fluent(number_tokens(words, context.language)), context.language)
        found: list[Candidate] = []
        read = _without_echo(_lone_one(heard) or amounts(heard, context.language))
        if any(_a_share(heard, amount) or _with_others(heard, amount) for amount in read):
            return []
        if _added(heard, read) or opens_with_sound(heard):
            return []
        for amount in read:
            if _in_passing(heard, amount) or _article(heard, amount):
                continue
            near = heard[max(0, amount.first - 2) : amount.last + 3]
            cued = any(token.norm in context.cues for token in near)
            if context.asked or cued:
                value = plain(amount.value)
                sure = 0.9 if self.problem(value) is None else 0.6
                start, end = heard[amount.first].start, heard[amount.last].end
                found.append(Candidate(value, start, end, sure, cued))
        return sorted(found, key=lambda candidate: (-candidate.confidence, not candidate.cued))

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say which bound a number breaks."""
        number = Decimal(value)
        if self.integer and number != number.to_integral_value():
            return in_words(
                context, "it has to be a whole number", "tiene que ser un número entero"
            )
        if self.min is not None and number < Decimal(str(self.min)):
            return in_words(
                context,
                f"it has to be at least {self.min:g}",
                f"tiene que ser al menos {self.min:g}",
            )
        if self.max is not None and number > Decimal(str(self.max)):
            return in_words(
                context, f"it can be at most {self.max:g}", f"puede ser como mucho {self.max:g}"
            )
        return None

    def say(self, value: str, language: str = "en") -> str:
        """A voice reads numerals well; the sign and the point have to be words."""
        minus = "menos" if language == "es" else "minus"
        said = f"{minus} {value[1:]}" if value.startswith("-") else value
        return said.replace(".", " coma ") if language == "es" else said

    def spell(self, value: str, language: str = "en") -> str:
        """A number is not spelled."""
        return self.say(value, language)


def opens_with_sound(heard: Sequence[Token]) -> bool:
    """Whether "to" or "too" right before a number begins the answer: "to fifty" may be 250."""
    if len(heard) < 2 or heard[0].norm not in ("to", "too") or heard[1].broken:
        return False
    return heard[1].norm in TENS["en"] or heard[1].norm in SMALL["en"] or heard[1].norm.isdecimal()


def _added(heard: Sequence[Token], read: Sequence[Amount]) -> bool:
    """Whether equal numbers count different things: "two adults and two kids"."""
    for one, other in pairwise(read):
        between = [token.norm for token in heard[one.last + 1 : other.first]]
        joined = between[-1:] in (["and"], ["y"], ["plus"], ["más"]) and len(between) > 1
        counts = other.last + 1 < len(heard) and not heard[other.last + 1].broken
        more = counts and heard[other.last + 1].norm in ("more", "más")
        if between in (["and"], ["y"]) and more:
            return True
        if one.value == other.value and joined and counts and between[0].isalpha():
            return True
    return False


_WAITING = word_set(
    "hold waiting waited been calling called call esperando llevo llevamos llamado llamando hace"
)
_ELAPSED = word_set("minutes minute hours hour times days weeks minutos horas veces días semanas")
_COMPANY = word_set("me myself i yo")
_ANOTHER = word_set("a an my the el la one un una mi")
_SMALL_PEOPLE = word_set("baby child kid infant toddler bebé bebe niño niña")


def _in_passing(heard: Sequence[Token], amount: Amount) -> bool:
    """Whether a number is only a part of the story: "on hold for twenty minutes", "me and two"."""
    after = [token.norm for token in heard[amount.last + 1 : amount.last + 6]]
    before = [token.norm for token in heard[max(0, amount.first - 6) : amount.first]]
    if after[:1] and after[0] in _ELAPSED and _WAITING & {*before, *after}:
        return True
    if before[-1:] in (["and"], ["y"]) and before[-2:-1] and before[-2] in _COMPANY:
        return True
    return any(one in ("and", "y") and other in _COMPANY for one, other in pairwise(after))


def _with_others(heard: Sequence[Token], amount: Amount) -> bool:
    """Whether somebody comes on top of a number: "we're two and a baby"."""
    after = [token.norm for token in heard[amount.last + 1 : amount.last + 6]]
    added = [place for place, word in enumerate(after) if word in ("and", "y", "plus")]
    return any(
        after[place + 1 : place + 2]
        and after[place + 1] in _ANOTHER
        and _SMALL_PEOPLE & set(after[place + 2 :])
        for place in added
    )


def _article(heard: Sequence[Token], amount: Amount) -> bool:
    """Whether it is the article of what is counted by another: "una mesa para seis"."""
    if amount.first != amount.last or heard[amount.first].norm not in ("un", "una", "one"):
        return False
    after = heard[amount.last + 1 : amount.last + 6]
    if not after or after[0].norm in _PERSONS:
        return False
    if after[0].norm in _ONLY_COUNTED:
        return True
    if after[0].norm in _TIMES:
        return False
    link = next((at for at, token in enumerate(after) if token.norm in _LINKS), 0)
    return link > 0 and link + 1 < len(after) and bool(_number_at(after, link + 1))


def _a_share(heard: Sequence[Token], amount: Amount) -> bool:
    """Whether it is the half of "a mile and a half", which is no number by itself."""
    before = heard[amount.first - 1].norm if amount.first else ""
    return before in ("and", "y") and 0 < amount.value < 1


_ONLY_COUNTED = word_set("mesa reserva reservación cita consulta pregunta")
_TIMES = word_set("noche noches día día semana mes año night day week")
_LINKS = word_set("para de for of")
_PERSONS = _SMALL_PEOPLE | word_set(
    "persona adulto adulta hijo hija señor señora chico chica person adult kid boy girl guest"
)


def _number_at(heard: Sequence[Token], at: int) -> list[Amount]:
    return [one for language in ("en", "es") for one in amounts(heard[at : at + 2], language)]


def _lone_one(heard: Sequence[Token]) -> list[Amount]:
    """Read "just the one" and "only one", which elsewhere only point at something."""
    said = [token.norm for token in heard if token.norm not in FILLERS | {"only"}]
    last = next((at for at, token in enumerate(heard) if token.norm == "one"), -1)
    only = said == ["one"] or (said == ["the", "one"] and len(heard) > 2)
    return [Amount(Decimal(1), last, last)] if only else []


def _without_echo(found: list[Amount]) -> list[Amount]:
    """Leave out digits that only repeat the number before them: "thirteen, one three"."""
    if len(found) < 3:
        return found
    digits = "".join(plain(amount.value) for amount in found[1:])
    return found[:1] if digits == plain(found[0].value) else found


def plain(value: Decimal) -> str:
    """Return a decimal without exponent or trailing zeros: ``150``, ``2.5``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
