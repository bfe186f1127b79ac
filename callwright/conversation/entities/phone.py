"""Telephone numbers: digits in any grouping, checked against the numbering plan."""

from typing import Literal

import phonenumbers
from pydantic import field_validator

from ..numerals import Run, digit_runs
from ..spoken import Token, tokens, word_set
from .base import Candidate, EntityBase, Hearing, reach_back

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
        heard = tokens(words)
        region = self.region or context.region
        runs = digit_runs(heard, context.language)
        found = [
            self._candidate(heard, run, canonical(run.digits, run.plus, region))
            for run in runs
            if len(run.digits) >= _FEWEST
        ]
        valid = [candidate for candidate in found if self.problem(candidate.value) is None]
        if valid or not context.asked or not runs:
            return valid or (found if context.asked else [])
        whole = Run("".join(run.digits for run in runs), runs[0].first, runs[-1].last, runs[0].plus)
        joined = self._candidate(heard, whole, canonical(whole.digits, whole.plus, region))
        if self.problem(joined.value) is None:
            return [joined]
        longest = max(runs, key=lambda run: len(run.digits))
        if len(longest.digits) < 3:
            return []
        return [self._candidate(heard, longest, canonical(longest.digits, longest.plus, region))]

    def _candidate(self, heard: list[Token], run: Run, value: str) -> Candidate:
        first = reach_back(heard, run.first, _INTRODUCTION)
        cued = any(token.norm in _CUES for token in heard[first : run.first])
        sure = 0.95 if self.problem(value) is None else 0.6
        return Candidate(value, heard[first].start, heard[run.last].end, sure, cued)

    def problem(self, value: str) -> str | None:
        """Say whether digits are missing, too many, or not a number anybody has."""
        if not value.startswith("+"):
            count = len(value)
            return f"I only got {count} digits of that number" if count < 10 else _NOT_A_NUMBER
        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            return _NOT_A_NUMBER
        return None if phonenumbers.is_valid_number(number) else _NOT_A_NUMBER

    def say(self, value: str) -> str:
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
        return ("plus " if abroad else "") + ", ".join(" ".join(group) for group in groups)

    def spell(self, value: str) -> str:
        """Digits have no other spelling than the way they are said."""
        return self.say(value)


_NOT_A_NUMBER = "that does not look like a phone number I can call"


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
