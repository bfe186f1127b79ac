"""An address while it is being read, and how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..digit_strings import digit_slot
from ..number_words import ordinal
from ..spoken import FILLERS, Token, word_set
from .address_words import ENDS, PARTICLES


@dataclass(slots=True)
class Address:
    """The parts of an address.

    Args:
        first: Index of its first token.
        last: Index of its last token.
        number: The house number.
        street: The street, its kind included.
        unit: Apartment, floor, door.
        town: City.
        state: State or province.
        postcode: Digits.
        spanish: Whether the number follows the street and the code goes before the town.
        country: As said, when it is said.
        unit_first: Whether the unit was said before the house.
    """

    first: int
    last: int
    number: str = ""
    street: str = ""
    unit: str = ""
    town: str = ""
    state: str = ""
    postcode: str = ""
    spanish: bool = field(default=False)
    country: str = ""
    unit_first: bool = field(default=False)

    @property
    def line(self) -> str:
        """The address in one line."""
        if self.spanish:
            place = f"{self.postcode} {self.town}".strip()
            parts = [f"{self.street} {self.number}".strip(), self.unit, place, self.state]
        else:
            british = self.postcode[:1].isalpha() and not self.state
            region = self.postcode if british else f"{self.state} {self.postcode}".strip()
            house = [f"{self.number} {self.street}".strip(), self.unit]
            parts = [*(house[::-1] if self.unit_first else house), self.town, region, self.country]
        return ", ".join(part for part in parts if part)


def digits_at(heard: Sequence[Token], index: int, language: str, most: int = 6) -> tuple[str, int]:
    """Return the digits said in one go from `index` on and the index behind them."""
    text, at = "", index
    while at < len(heard) and not (text and heard[at].broken):
        if ordinal(heard, at, language) is not None or (not text and heard[at].norm in SOUNDS):
            break
        slot = digit_slot(heard, at, language, inside=bool(text))
        if slot is None or not slot.readings[0] or len(text + slot.readings[0]) > most:
            break
        if (
            slot.last > at
            and slot.last + 1 < len(heard)
            and text
            and (ordinal(heard, slot.last, language) is not None)
        ):
            break
        # "forty west forty second street": a ten before an ordinal belongs to the street.
        text, at = text + slot.readings[0], slot.last + 1
    return text, at


SOUNDS = word_set("to too for fore won ate tree")
"""Words that begin no number of a house, though they may sound like one."""
_NO_PLACES = ENDS | FILLERS | {"yes", "sí"}


def names_place(heard: Sequence[Token], at: int) -> bool:
    """Whether another part of the address begins at `at`, behind a comma: "…, Puebla"."""
    if heard[at].gap.strip() != ",":
        return False
    end = at
    while end < len(heard) and heard[end].norm.isalpha() and (end == at or not heard[end].broken):
        end += 1
    part = heard[at:end]
    if end < len(heard) and not heard[end].broken and not has_digit(heard[end]):
        return False  # "…, Yes that's it"
    named = all(token.text[0].isupper() or token.norm in PARTICLES for token in part)
    return 0 < len(part) < 5 and named and part[0].norm not in _NO_PLACES


def has_digit(token: Token) -> bool:
    """Whether it is a number or a code."""
    return any(char.isdigit() for char in token.norm)


def capital(token: Token) -> str:
    """Return a word as it stands in an address: names begin with a capital."""
    return token.text if not token.text.islower() else token.text.capitalize()
