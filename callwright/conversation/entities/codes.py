"""Codes of letters and digits: licence plates, policy and order numbers, identity documents."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations, islice, product
from typing import Any, Literal

from pydantic import Field, field_validator

from ..characters import character_runs
from ..digit_strings import Slot
from ..misheard import number_tokens
from ..no_quantities import counts_something
from ..number_words import of_language
from ..repairs import mended, offers_another, takes_back
from ..spelling import alike, spelled_letter
from ..spoken import Token, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back

_INTRODUCTION = word_set(
    "my the is it it's its code number plate license licence reference order policy id and that's "
    "mi el la es código codigo número numero matrícula matricula referencia placa"
)
_MOST_READINGS = 64
_LONGEST = 64
_LONGEST_PARTED, _MOST_HYPHENS = 16, 3  # what a pattern's hyphens are looked for in
_FEWEST = 3  # characters, where nothing else tells what a code is


class Code(EntityBase):
    """A code of letters and digits, upper case without spaces: ``AB123456``.

    Hyphens that the pattern wants stand in it, said or not: ``INV-2044``.

    Args:
        pattern: A regular expression the whole code has to match.
        check: ``luhn``, or a module of python-stdnum such as ``es.dni`` or ``iban``, whose check
            digits have to agree.
    """

    type: Literal["code"]
    pattern: str | None = Field(default=None, max_length=200)
    check: str | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except (re.error, RecursionError, OverflowError) as error:
                raise ValueError(
                    f"pattern {pattern[:40]!r} is no regular expression ({error}); "
                    "correct it, for example '[A-Z]{2}[0-9]{6}'"
                ) from None
        return pattern

    @field_validator("check")
    @classmethod
    def _exists(cls, check: str | None) -> str | None:
        if check is not None:
            checker(check)
        return check

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read codes; unasked, only whole ones with a pattern or a check, or announced ones."""
        heard = number_tokens(words, context.language, strings=True)
        runs = character_runs(heard, of_language(context.language))
        if not self._declared:
            runs = [run for run in runs if not _mentioned(heard, run)]
        found: list[Candidate] = []
        before: list[Slot] | None = None
        for run in runs:
            values = self._values(run)
            if before is not None and takes_back(heard, before[-1].last + 1, run[0].first):
                values = self._mended(before, run) or values
                found = [] if values else found
                run = [*before, *run]
            elif before is not None and offers_another(heard, before[-1].last + 1, run[0].first):
                values = [*values, *self._mended(before, run)]
            found += [self._candidate(heard, run, value, context) for value in values]
            before = run
        return self._kept(found, context)

    @property
    def _declared(self) -> bool:
        """Whether anything tells a code from other letters and digits."""
        return self.pattern is not None or self.check is not None

    def _kept(self, found: list[Candidate], context: Hearing) -> list[Candidate]:
        valid = [one for one in found if self.problem(one.value) is None]
        if not context.asked:
            valid = [one for one in valid if one.cued or (self._declared and len(one.value) > 4)]
            return valid
        return valid or sorted(found, key=lambda one: -len(one.value))[:1]

    def _candidate(
        self, heard: list[Token], run: list[Slot], value: str, context: Hearing
    ) -> Candidate:
        first = reach_back(heard, run[0].first, _INTRODUCTION | context.cues)
        lead = {token.norm for token in heard[first : run[0].first]}
        sure = 0.9 if self._whole(value) else 0.5
        end = heard[run[-1].last].end
        return Candidate(
            self._written(value), heard[first].start, end, sure, bool(lead & context.cues)
        )

    def _values(self, run: list[Slot]) -> list[str]:
        """Return what a run may mean: the valid readings, or the likeliest one."""
        several = _readings(run)
        valid = [one for one in several if self._whole(one)]
        if not valid:
            # An article before the code, or a word behind it, may look like a letter.
            both = ((run[1:], run[0]), (run[:-1], run[-1]))
            ends = [part for part, cut in both if _article(cut) or (self._declared and _word(cut))]
            trimmed = [text for part in ends for text in _readings(part)]
            valid = [one for one in trimmed if one and self._whole(one)]
        if not valid and self._declared:
            valid = self._explained(run)
        if not valid:
            return several[:1]
        return valid[:1] if not self._declared or valid[0] == several[0] else valid

    def _explained(self, run: list[Slot]) -> list[str]:
        """Return the code of "f s one, f as in frank, s as in sam": its letters are told again."""
        for at in range(1, len(run)):
            code, again = (
                "".join(slot.readings[0] for slot in part) for part in (run[:at], run[at:])
            )
            rest = iter(code)
            told = again.isalpha() and any(slot.last > slot.first + 1 for slot in run[at:])
            if told and self._whole(code) and all(letter in rest for letter in again):
                return [code]
        return []

    def _whole(self, value: str) -> bool:
        return self.problem(self._written(value)) is None

    def _written(self, value: str) -> str:
        """Return a code with the hyphens that its pattern wants; they are seldom said."""
        wanted = 0 if self.pattern is None else _hyphens(self.pattern)
        if self.pattern is None or not wanted or len(value) > _LONGEST_PARTED:
            return value
        for count in range(min(wanted, _MOST_HYPHENS) + 1):
            for places in combinations(range(1, len(value)), count):
                ends = zip((0, *places), (*places, len(value)), strict=True)
                parted = "-".join(value[first:last] for first, last in ends)
                if re.fullmatch(self.pattern, parted):
                    return parted
        return value

    def _mended(self, before: list[Slot], after: list[Slot]) -> list[str]:
        if len(after) > 1 and _article(after[0]) and after[0].first == after[0].last:
            whole = self._mended(before, after[1:])  # "sorry, the last one is a 7"
            if whole:
                return whole
        old, new = self._values(before)[0], self._values(after)[0]
        if len(new) == 1 and new.isalpha():
            placed = [
                old[:at] + new + old[at + 1 :]
                for at, char in enumerate(old)
                if alike(char, new) and char != new
            ]
            whole = [one for one in placed if self._whole(one)]
            if whole:
                return whole[:2]
        last = 0
        for slot in reversed(before):
            last += len(slot.readings[0])
            if len(slot.readings[0]) > 1:
                break
        return list(mended(old, new, last, self._whole))

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say that it does not have the right form, or that its check digit does not agree."""
        plain = value.replace("-", "") if self.pattern is not None else value
        if not 0 < len(value) <= _LONGEST or not value.isascii() or not plain.isalnum():
            return in_words(context, "that is not a code", "eso no es un código")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            return in_words(
                context, "that does not have the form of the code", "no tiene la forma del código"
            )
        if self.check is not None and not checker(self.check)(value):
            return in_words(
                context,
                "that code is not valid, one of its characters must be different",
                "ese código no es válido, alguno de sus caracteres tiene que ser otro",
            )
        if not self._declared and len(value) < _FEWEST:
            return in_words(context, "that is too short", "es demasiado corto")
        return None

    def unfinished(self, words: str, context: Hearing) -> bool:
        """Characters have been said, the last words among them, and they are no whole code."""
        heard = number_tokens(words, context.language, strings=True)
        runs = character_runs(heard, of_language(context.language))
        if not runs or runs[-1][-1].last + 1 < len(heard):
            return False
        found = self.hear(words, context)
        return not any(self.problem(one.value) is None for one in found)

    def say(self, value: str, language: str = "en") -> str:
        """Say it character by character: ``A B, 1 2 3, 4 5 6``."""
        groups = re.findall(r"[A-Z]+|[0-9]{1,3}(?![0-9])|[0-9]{3}", value) or [value]
        return ", ".join(" ".join(group) for group in groups)

    def spell(self, value: str, language: str = "en") -> str:
        """Say it with a word for each letter that could be another."""
        return ", ".join(spelled_letter(char, value, language) for char in value)


_PLACES = word_set(
    "gate room seat terminal floor apartment unit flat suite puerta sala planta piso"
)


def _mentioned(heard: list[Token], run: list[Slot]) -> bool:
    """Whether numbers and short words were only mentioned: "twenty minutes", "are three"."""
    before = heard[run[0].first - 1].norm if run[0].first else ""
    if counts_something(heard, run[-1].last + 1) or before in _PLACES:
        return True
    tokens_of = [heard[at] for slot in run if slot.first == slot.last for at in (slot.first,)]
    return any(
        token.text.islower() and len(token.text) > 1 and token.norm in _word_like(slot)
        for token, slot in zip(
            tokens_of, [slot for slot in run if slot.first == slot.last], strict=True
        )
    )


def _word_like(slot: Slot) -> tuple[str, ...]:
    return tuple(reading.lower() for reading in slot.readings if reading.isalpha())


def _word(slot: Slot) -> bool:
    """Whether it may as well be a word beside the code: "it says 978 …"."""
    return len(slot.readings) == 1 and len(slot.readings[0]) > 2 and slot.readings[0].isalpha()


def _hyphens(pattern: str) -> int:
    """How many hyphens of its own a pattern has, none that stands for a range."""
    return re.sub(r"\[[^\]]*\]", "", pattern).count("-")


def _article(slot: Slot) -> bool:
    return slot.readings in (("A",), ("I",), ("Y",))


def _readings(run: list[Slot]) -> list[str]:
    several = product(*(slot.readings for slot in run))
    return list(dict.fromkeys("".join(one) for one in islice(several, _MOST_READINGS)))


@lru_cache(maxsize=32)
def checker(name: str) -> Callable[[str], bool]:
    """Return the check of a code by its python-stdnum name.

    Raises:
        ValueError: There is no such check; the message names the nearest.
    """
    from importlib import import_module

    module: Any = None
    if re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", name):
        try:
            module = import_module(f"stdnum.{name}")
        except ImportError:
            module = None
    if module is None or not hasattr(module, "is_valid"):
        raise ValueError(
            f"check {name[:40]!r} is unknown; use luhn or a module of python-stdnum, "
            f"for example {_nearest_check(name)}"
        )
    return lambda value: bool(module.is_valid(value))


def _nearest_check(name: str) -> str:
    import pkgutil

    import stdnum
    from rapidfuzz import fuzz, process

    paths = stdnum.__path__
    known = [one.name for one in pkgutil.walk_packages(paths) if one.name != "exceptions"]
    for country in [one.name for one in pkgutil.iter_modules(paths) if one.ispkg]:
        inside = [f"{path}/{country}" for path in paths]
        known += [f"{country}.{one.name}" for one in pkgutil.iter_modules(inside)]
    best = process.extractOne(name[:60], known, scorer=fuzz.ratio)
    return repr(best[0]) if best else "'iban'"
