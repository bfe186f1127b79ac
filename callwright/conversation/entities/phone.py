"""Telephone numbers: digits in any grouping, checked against the numbering plan."""

from itertools import pairwise
from typing import Literal

import phonenumbers
from pydantic import field_validator

from ..digit_strings import Run, Slot, begun_again, digit_runs
from ..misheard import number_tokens
from ..repairs import mended, offers_another, takes_back
from ..spoken import Token, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back

_INTRODUCTION = word_set(
    "my number number's phone cell mobile telephone callback call me back you can could reach at "
    "on is it it's its the best contact and for a "
    "here's here mi número numero teléfono telefono es "
    "el celular móvil movil"
)
_CUES = word_set("number number's phone cell mobile reach callback teléfono telefono")
_FEWEST = 7


class Phone(EntityBase):
    """A telephone number.

    Args:
        region: ISO 3166 region of numbers said without a country code; the agent's when absent.
    """

    type: Literal["phone"]
    region: str | None = None

    @field_validator("region")
    @classmethod
    def _known_region(cls, region: str | None) -> str | None:
        if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(
                f"region {region!r} has no numbering plan; "
                "use a two-letter country code in capitals, such as US, GB or ES"
            )
        return region

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read whole numbers anywhere; parts of one only when it was asked for."""
        heard = number_tokens(words, context.language, strings=True)
        region = self.region or context.region
        runs = [run for run in digit_runs(heard, context.language) if len(run.digits) < 40]
        runs = [self._begun_again(heard, run, region) for run in runs]
        found: list[Candidate] = []
        before: Run | None = None
        for run in runs:
            if before is not None and takes_back(heard, before.last + 1, run.first):
                found = [one for one in found if one.end != heard[before.last].end]
                run = self._mended(before, run, region)
            elif before is not None and offers_another(heard, before.last + 1, run.first):
                run = self._mended(before, run, region)
            values = self._values(run, region)
            whole = [value for value in values if self.problem(value) is None]
            if len(run.digits) >= _FEWEST:
                found += [self._candidate(heard, run, value) for value in whole or values[:1]]
            before = run
        valid = [candidate for candidate in found if self.problem(candidate.value) is None]
        if valid or not context.asked or not runs:
            return valid or (found if context.asked else [])
        return self._parts(heard, runs, found, region)

    def _values(self, run: Run, region: str) -> list[str]:
        """Return what a run may mean, canonical: the valid readings or else the likeliest."""
        several = [canonical(digits, run.plus, region) for digits in run.readings]
        valid = [value for value in several if self.problem(value) is None]
        if not valid:
            # "Six fifty two fifty three …" has a 50 and a 2: which tens stand alone, length tells.
            apart = [canonical(digits, run.plus, region) for digits in run.apart]
            valid = [value for value in apart if self.problem(value) is None]
        return list(dict.fromkeys(valid)) or several[:1]

    def _begun_again(self, heard: list[Token], run: Run, region: str) -> Run:
        def fits(digits: str) -> bool:
            return self.problem(canonical(digits, run.plus, region)) is None

        return begun_again(heard, run, fits)

    def _mended(self, before: Run, run: Run, region: str) -> Run:
        """Return a number whose end was said anew."""

        def fits(digits: str) -> bool:
            return self.problem(canonical(digits, before.plus, region)) is None

        old, new = before.digits, run.digits
        whole = mended(old, new, before.last_group, fits)
        if whole == (new,):
            return run
        # Where nothing fits yet, the number goes on after its middle was corrected.
        texts = whole or (old[: -len(new)] + new,)
        slots = (Slot(texts, before.first, run.last),)
        return Run(texts[0], before.first, run.last, before.plus, slots)

    def _parts(
        self, heard: list[Token], runs: list[Run], found: list[Candidate], region: str
    ) -> list[Candidate]:
        whole = Run("".join(run.digits for run in runs), runs[0].first, runs[-1].last, runs[0].plus)
        joined = self._candidate(heard, whole, canonical(whole.digits, whole.plus, region))
        if self.problem(joined.value) is None and not _mixed(heard, runs):
            return [joined]
        if found and len(runs) > 1 and found[-1].end == heard[runs[-1].last].end:
            return found[-1:]
        longest = max(runs, key=lambda run: len(run.digits))
        if len(longest.digits) < 3:
            return []
        return [self._candidate(heard, longest, canonical(longest.digits, longest.plus, region))]

    def _candidate(self, heard: list[Token], run: Run, value: str) -> Candidate:
        first = reach_back(heard, run.first, _INTRODUCTION)
        cued = any(token.norm in _CUES for token in heard[first : run.first])
        sure = 0.95 if self.problem(value) is None else 0.6
        return Candidate(value, heard[first].start, heard[run.last].end, sure, cued)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say whether digits are missing, too many, or not a number anybody has."""
        wrong = in_words(
            context,
            "that does not look like a phone number I can call",
            "ese no parece un número al que pueda llamar",
        )
        if not value.startswith("+"):
            few = in_words(
                context,
                f"I only got {len(value)} digits of that number",
                f"solo entendí {len(value)} cifras de ese número",
            )
            region = self.region or (context.region if context is not None else "US")
            return few if _too_short(value, region) else wrong
        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            return wrong
        return None if phonenumbers.is_valid_number(number) else wrong

    def say(self, value: str, language: str = "en") -> str:
        """Group the digits as the numbering plan does: ``4 1 5, 5 5 5, 0 1 3 2``."""
        if not value.startswith("+"):
            return " ".join(value)
        number = phonenumbers.parse(value)
        home = phonenumbers.country_code_for_region(self.region or "US")
        abroad = number.country_code != home
        style = (
            phonenumbers.PhoneNumberFormat.INTERNATIONAL
            if abroad
            else phonenumbers.PhoneNumberFormat.NATIONAL
        )
        written = phonenumbers.format_number(number, style)
        groups = "".join(char if char.isdecimal() else " " for char in written).split()
        sign = "más " if language == "es" else "plus "
        return (sign if abroad else "") + ", ".join(" ".join(group) for group in groups)

    def spell(self, value: str, language: str = "en") -> str:
        """Digits have no other spelling than the way they are said."""
        return self.say(value, language)


def canonical(digits: str, plus: bool, region: str) -> str:
    """Return E.164 where the digits make a valid number in `region`, else the bare digits."""
    if len(digits) > 20:
        return digits
    try:
        number = phonenumbers.parse(("+" if plus else "") + digits, None if plus else region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_valid_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _too_short(digits: str, region: str) -> bool:
    if len(digits) < _FEWEST:
        return True
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number_with_reason(number) in (
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    )


def _mixed(heard: list[Token], runs: list[Run]) -> bool:
    """Whether other words than connecting ones stand between the parts of a number."""
    between = [
        token.norm
        for first, second in pairwise(runs)
        for token in heard[first.last + 1 : second.first]
    ]
    return any(word in ("or", "o", "not") for word in between)
