"""An address while it is being read, and how it is written."""

from dataclasses import dataclass, field


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

    @property
    def line(self) -> str:
        """The address in one line."""
        if self.spanish:
            place = f"{self.postcode} {self.town}".strip()
            parts = [f"{self.street} {self.number}".strip(), self.unit, place, self.state]
        else:
            region = f"{self.state} {self.postcode}".strip()
            parts = [f"{self.number} {self.street}".strip(), self.unit, self.town, region]
        return ", ".join(part for part in parts if part)
