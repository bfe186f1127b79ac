"""Quantities: how many, how old, how much of it."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from ..numerals import amounts
from ..spoken import fluent, tokens
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
        heard = fluent(tokens(words))
        found: list[Candidate] = []
        for amount in amounts(heard, context.language):
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


def plain(value: Decimal) -> str:
    """Return a decimal without exponent or trailing zeros: ``150``, ``2.5``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
