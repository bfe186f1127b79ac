"""Strings of digits: PINs, account and order numbers, codes without letters."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ..numerals import digit_runs
from ..spoken import tokens, word_set
from .base import Candidate, EntityBase, Hearing, reach_back

_INTRODUCTION = word_set(
    "my the is it it's its number number's id account order code pin reference and a that's "
    "mi el es número numero cuenta"
)


class Digits(EntityBase):
    """A string of digits; leading zeros count.

    Args:
        length: The exact number of digits.
        min: The fewest digits, when the length varies.
        max: The most digits, when the length varies.
    """

    type: Literal["digits"]
    length: int | None = Field(default=None, ge=1, le=40)
    min: int | None = Field(default=None, ge=1, le=40)
    max: int | None = Field(default=None, ge=1, le=40)

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.length is not None and (self.min is not None or self.max is not None):
            raise ValueError("length stands for itself; leave out min and max, or leave out length")
        if self.fewest > self.most:
            raise ValueError(f"min {self.min} is above max {self.max}; swap them or drop one")
        return self

    @property
    def fewest(self) -> int:
        """The fewest digits allowed."""
        return self.length or self.min or 1

    @property
    def most(self) -> int:
        """The most digits allowed."""
        return self.length or self.max or 40

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read strings of digits; unasked, only whole ones that their name announces."""
        heard = tokens(words)
        runs = digit_runs(heard, context.language)
        found: list[Candidate] = []
        for run in runs:
            first = reach_back(heard, run.first, _INTRODUCTION | context.cues)
            cued = any(token.norm in context.cues for token in heard[first : run.first])
            fits = self.problem(run.digits) is None
            if context.asked or (fits and cued):
                start, end = heard[first].start, heard[run.last].end
                found.append(Candidate(run.digits, start, end, 0.95 if fits else 0.6, cued))
        if context.asked and len(runs) > 1 and all(self.problem(c.value) for c in found):
            joined = "".join(run.digits for run in runs)
            if self.problem(joined) is None:
                return [Candidate(joined, found[0].start, found[-1].end, 0.8, False)]
        return sorted(found, key=lambda candidate: -candidate.confidence)

    def problem(self, value: str) -> str | None:
        """Say how many digits are expected when there are more or fewer."""
        count = len(value)
        if self.fewest <= count <= self.most:
            return None
        heard = f"I heard {count} digit{'' if count == 1 else 's'}"
        if self.fewest == self.most:
            return f"{heard}, and it should be {self.fewest}"
        if count < self.fewest:
            return f"{heard}, and it should be at least {self.fewest}"
        return f"{heard}, and it should be at most {self.most}"

    def say(self, value: str) -> str:
        """Say digit by digit, in groups of three: ``4 5 2, 7 1 9``."""
        if len(value) <= 4:
            return " ".join(value)
        cut = len(value) if len(value) % 3 != 1 else len(value) - 4
        groups = [value[at : at + 3] for at in range(0, cut, 3)]
        if cut < len(value):
            groups.append(value[cut:])
        return ", ".join(" ".join(group) for group in groups)

    def spell(self, value: str) -> str:
        """Digits have no other spelling than the way they are said."""
        return self.say(value)
