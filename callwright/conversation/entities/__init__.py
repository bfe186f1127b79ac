"""The facts a call is after: kinds of entity, each of which hears, checks and says its values."""

from typing import Annotated

from pydantic import Field

from .base import Candidate, EntityBase, Hearing
from .choices import Choice, either
from .codes import Code
from .dates import Date
from .digits import Digits
from .email_address import Email
from .moments import DateTime
from .money import Money
from .number import Number
from .person_name import PersonName
from .phone import Phone
from .postal_address import PostalAddress
from .text import Text
from .times import Time
from .yes_no import YesNo, yes_and_no

BuiltIn = (
    PersonName
    | Date
    | Time
    | DateTime
    | Phone
    | Email
    | PostalAddress
    | Digits
    | Code
    | Number
    | Money
    | YesNo
    | Choice
    | Text
)
Entity = Annotated[BuiltIn, Field(discriminator="type")]
"""Any entity declaration of the types that come along; the `type` key decides which."""

__all__ = [
    "BuiltIn",
    "Candidate",
    "Choice",
    "Code",
    "Date",
    "DateTime",
    "Digits",
    "Email",
    "Entity",
    "EntityBase",
    "Hearing",
    "Money",
    "Number",
    "PersonName",
    "Phone",
    "PostalAddress",
    "Text",
    "Time",
    "YesNo",
    "either",
    "yes_and_no",
]
