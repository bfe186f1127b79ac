"""The facts a call is after: kinds of entity, each of which hears, checks and says its values."""

from typing import Annotated

from pydantic import Field

from .base import Candidate, EntityBase, Hearing
from .choices import Choice, YesNo, either, yes_and_no
from .digits import Digits
from .number import Number
from .person_name import PersonName
from .phone import Phone
from .text import Text

Entity = Annotated[
    PersonName | Phone | Digits | Number | YesNo | Choice | Text, Field(discriminator="type")
]
"""Any entity declaration; the `type` key decides which."""

__all__ = [
    "Candidate",
    "Choice",
    "Digits",
    "Entity",
    "EntityBase",
    "Hearing",
    "Number",
    "PersonName",
    "Phone",
    "Text",
    "YesNo",
    "either",
    "yes_and_no",
]
