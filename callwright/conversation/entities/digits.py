"""Strings of digits: PINs, account and order numbers, codes without letters."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from ..digit_strings import Run, begun_again, digit_runs
from ..misheard import number_tokens
from ..no_quantities import counts_something
from ..repairs import mended, offers_another, takes_back
from ..spoken import FILLERS, Token, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back

_INTRODUCTION = word_set(
    "my the is it it's its number number's id account order code pin reference and a that's "
    "mi el es número numero cuenta"
)

_GLUE = word_set("no sorry or i mean wait actually then and digo perdón o i think ends in with")


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
        heard = number_tokens(words, context.language, strings=True)
        runs = [run for run in digit_runs(heard, context.language) if not self._passing(heard, run)]
        if runs and self.length is None and _only_a_part(heard, runs[0]):
            return []
        runs = [run for run in runs if not _of_birth(heard, run)]
        runs = [begun_again(heard, run, self._whole) for run in runs]
        if self.length is None and any("" in _edges(run) for run in runs):
            return []  # "it's to for six": only its length tells whether "to" belongs to it
        found: list[Candidate] = []
        before: Run | None = None
        for run in runs:
            values = self._values(run.readings)
            if before is not None and takes_back(heard, before.last + 1, run.first):
                old = self._values(before.readings)[0]
                values = mended(old, values[0], before.last_group, self._whole) or values
                found = []
            elif before is not None and offers_another(heard, before.last + 1, run.first):
                old = self._values(before.readings)[0]
                others = mended(old, values[0], before.last_group, self._whole)
                values = [*values, *(one for one in others if self._whole(old))]
            found += [self._candidate(heard, run, value, context) for value in values]
            before = run
        if not context.asked:
            return [one for one in found if one.cued and self._whole(one.value)]
        if len(runs) > 1 and not any(self._whole(one.value) for one in found):
            joined = "".join(run.digits for run in runs)
            if self._whole(joined) and not _alternatives(heard, runs):
                return [Candidate(joined, found[0].start, found[-1].end, 0.8, False)]
        return sorted(found, key=lambda candidate: -candidate.confidence)

    def _passing(self, heard: list[Token], run: Run) -> bool:
        """Whether a number is only mentioned: "twenty minutes", "the one on file"."""
        if counts_something(heard, run.last + 1):
            return True
        if len(run.digits) > 2 or self.length is not None:
            return False
        before = heard[max(0, run.first - 8) : run.first]
        return any(t.norm not in _INTRODUCTION | FILLERS | _GLUE for t in before) or any(
            t.norm not in FILLERS | _GLUE for t in heard[run.last + 1 :]
        )

    def _values(self, readings: Sequence[str]) -> Sequence[str]:
        """Return the likeliest string that fits, or the likeliest."""
        fitting = [one for one in readings if self._whole(one)]
        return fitting[:1] or readings[:1]

    def _whole(self, value: str) -> bool:
        return self.problem(value) is None

    def _candidate(self, heard: list[Token], run: Run, value: str, context: Hearing) -> Candidate:
        first = reach_back(heard, run.first, _INTRODUCTION | context.cues)
        cued = any(token.norm in context.cues for token in heard[first : run.first])
        start, end = heard[first].start, heard[run.last].end
        return Candidate(value, start, end, 0.95 if self._whole(value) else 0.6, cued)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say how many digits are expected when there are more or fewer."""
        count = len(value)
        if self.fewest <= count <= self.most:
            return None
        several = "" if count == 1 else "s"
        english, spanish = f"I heard {count} digit{several}", f"oí {count} dígito{several}"
        if self.fewest == self.most:
            bound = (f"it should be {self.fewest}", f"deberían ser {self.fewest}")
        elif count < self.fewest:
            bound = (f"it should be at least {self.fewest}", f"deberían ser al menos {self.fewest}")
        else:
            bound = (f"it should be at most {self.most}", f"deberían ser como mucho {self.most}")
        return in_words(context, f"{english}, and {bound[0]}", f"{spanish}, y {bound[1]}")

    def unfinished(self, words: str, context: Hearing) -> bool:
        """Fewer digits than there have to be, the last words among them."""
        heard = number_tokens(words, context.language, strings=True)
        runs = digit_runs(heard, context.language)
        count = sum(len(run.digits) for run in runs)
        return bool(runs) and runs[-1].last + 1 == len(heard) and count < self.fewest

    def say(self, value: str, language: str = "en") -> str:
        """Say digit by digit, in groups of three: ``4 5 2, 7 1 9``."""
        if len(value) <= 4:
            return " ".join(value)
        cut = len(value) if len(value) % 3 != 1 else len(value) - 4
        groups = [value[at : at + 3] for at in range(0, cut, 3)]
        if cut < len(value):
            groups.append(value[cut:])
        return ", ".join(" ".join(group) for group in groups)

    def spell(self, value: str, language: str = "en") -> str:
        """Digits have no other spelling than the way they are said."""
        return self.say(value, language)


def _edges(run: Run) -> tuple[str, ...]:
    """Return what the first and the last piece may mean, where that is more than one thing."""
    sides = [slot.readings for slot in (run.slots[0], run.slots[-1]) if len(slot.readings) > 1]
    return tuple(reading for side in sides for reading in side)


def _of_birth(heard: Sequence[Token], run: Run) -> bool:
    before = [token.norm for token in heard[max(0, run.first - 3) : run.first]]
    return before[-1:] in (["in"], ["en"]) and any(word in _BORN for word in before)


_BORN = word_set("born nací naci nacido nacida")
_PARTS = word_set(
    "ends starts begins ending starting beginning last first termina empieza acaba comienza "
    "últimos primeros últimas primeras ultimos born nací around about roughly unos unas "
    "aproximadamente"
)


def _only_a_part(heard: Sequence[Token], run: Run) -> bool:
    """Whether they are no whole string: "it ends in four five", "born in 1985", "about 500"."""
    before = [token.norm for token in heard[max(0, run.first - 4) : run.first]]
    dated = before[-1:] in (["in"], ["en"], ["since"], ["desde"], ["from"]) and len(run.digits) == 4
    return dated or any(word in _PARTS for word in before)


def _alternatives(heard: Sequence[Token], runs: Sequence[Run]) -> bool:
    """Whether the strings are offered one or the other: "… or …"."""
    between = heard[runs[0].last + 1 : runs[-1].first]
    return any(token.norm in ("or", "o", "either") for token in between)
