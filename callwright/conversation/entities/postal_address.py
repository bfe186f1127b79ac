"""Postal addresses in one line, its parts separated by a comma and a blank."""

from typing import Literal

import phonenumbers
from pydantic import field_validator

from ..digit_strings import digit_runs
from ..misheard import parted_tokens
from .address_parts import Address
from .address_words import UNITS
from .base import Candidate, EntityBase, Hearing, in_words
from .english_address import english_addresses
from .spanish_address import spanish_addresses

_LONGEST = 160
_SPANISH = frozenset(
    {"ES", "MX", "AR", "CO", "CL", "PE", "EC", "UY", "VE", "BO", "PY", "CR", "GT", "HN", "SV"}
    | {"NI", "PA", "DO", "CU"}
)


class PostalAddress(EntityBase):
    """An address: ``742 Evergreen Terrace, Springfield``.

    Args:
        country: ISO 3166 code of the country whose order of parts is expected first.
    """

    type: Literal["postal_address"]
    country: str | None = None

    @field_validator("country")
    @classmethod
    def _code(cls, country: str | None) -> str | None:
        if country is not None and country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(
                f"country {country[:40]!r} is unknown; use two capitals such as US, GB or ES"
            )
        return country

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read addresses that have a street and a number."""
        heard = parted_tokens(words, context.language)
        spanish = self.country in _SPANISH if self.country else context.language == "es"
        readers = [english_addresses, spanish_addresses]
        for read in readers[::-1] if spanish else readers:
            found = read(heard, context.language)
            if found:
                return [self._candidate(words, one, context) for one in found]
        return []

    def _candidate(self, words: str, one: Address, context: Hearing) -> Candidate:
        heard = parted_tokens(words, context.language)
        start, end = heard[one.first].start, heard[one.last].end
        return Candidate(one.line, start, end, 0.85 if one.town else 0.8)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say that the street or its number is missing."""
        if len(value) > _LONGEST:
            return in_words(context, "that is longer than an address", "es demasiado larga")
        street, _, rest = value.partition(", ")
        if street.partition(" ")[0] in UNITS.values() or not any(map(str.isdigit, street)):
            # a flat or the name of a house comes first
            street = rest.partition(", ")[0] or street
        if not any(char.isalpha() for char in street):
            return in_words(context, "I did not get the street", "no entendí la calle")
        if not any(char.isdigit() for char in street):
            return in_words(context, "I did not get the number", "no entendí el número")
        return None

    def unfinished(self, words: str, context: Hearing) -> bool:
        """A number or a street, and not both yet."""
        heard = parted_tokens(words, context.language)
        numbers = digit_runs(heard, context.language)
        return bool(numbers) and not self.hear(words, context)

    def say(self, value: str, language: str = "en") -> str:
        """A voice reads addresses as they are written."""
        return value

    def spell(self, value: str, language: str = "en") -> str:
        """Letters of a whole address help nobody."""
        return self.say(value, language)
