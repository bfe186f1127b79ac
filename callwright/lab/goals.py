"""What a simulated caller wants: a value for everything that an agent may ask, from a seed."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callwright.conversation import Plan
from callwright.conversation.entities import EntityBase
from callwright.conversation.entities.base import Hearing
from callwright.lab.otherwise_said import spelled

_FIRST_NAMES = ("anna", "john", "maria", "peter", "linda", "robert", "susan", "david", "karen")
_LAST_NAMES = ("bell", "miller", "garcia", "smith", "johnson", "brown", "davis", "wilson", "moore")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = ("january", "march", "april", "june", "july", "august", "october", "december")
_ORDINALS = ("second", "third", "fifth", "ninth", "tenth", "twelfth", "fourteenth", "twentieth")
_STREETS = ("main street", "park avenue", "oak street", "lake road")
_REASONS = ("i have a question about my bill", "i need to change my appointment",
            "i would like to make an appointment")  # fmt: skip
# So often another wording is tried before a value that the agent cannot hear is taken as it is.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """A value, as the caller says it.

    Args:
        spoken: The words.
        value: What the agent's declaration makes of them; None when it makes nothing of them.
    """

    spoken: str
    value: str | None


def goal(
    plan: Plan, today: date, draw: random.Random, knows: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Wish]:
    """A wish for every entity of a plan.

    Args:
        plan: The call's plan.
        today: The caller's date.
        draw: Decides what is made up.
        knows: The words for entities that are not made up; of several one is drawn.
    """
    made = {name: wish(entity, plan, today, draw) for name, entity in plan.entities.items()}
    for name, ways in (knows or {}).items():
        if name in plan.entities:
            spoken = draw.choice(ways)
            made[name] = Wish(spoken, understood(spoken, plan.entities[name], plan, today))
    return made


def wish(
    entity: EntityBase, plan: Plan, today: date, draw: random.Random, other_than: str | None = None
) -> Wish:
    """A value for one entity.

    Args:
        entity: As the agent declares it; types that no words can be made up for take one of its
            examples.
        plan: The call's plan.
        today: The caller's date.
        draw: Decides which.
        other_than: A canonical value that it must not be.
    """
    spoken = ""
    for _ in range(_TRIES):
        spoken = _spoken(entity, draw)
        value = understood(spoken, entity, plan, today)
        if value is not None and value != other_than:
            return Wish(spoken, value)
    return Wish(spoken or "i do not have that", None)


def in_letters(one: Wish, entity: EntityBase, plan: Plan, today: date) -> Wish:
    """The same wish, spelled as well, where that is understood as the same value."""
    letters = spelled(one.spoken)
    if one.value is None or understood(letters, entity, plan, today) != one.value:
        return one
    return Wish(letters, one.value)


def understood(spoken: str, entity: EntityBase, plan: Plan, today: date) -> str | None:
    """The first valid value that the agent's declaration makes of words."""
    context = Hearing(today, asked=True, region=plan.region, currency=plan.currency)
    heard = [one.value for one in entity.hear(spoken, context)]
    return next((value for value in heard if entity.problem(value) is None), None)


def _spoken(entity: EntityBase, draw: random.Random) -> str:
    kind = str(getattr(entity, "type", ""))
    make = _WORDS.get(kind)
    if make is not None:
        return make(entity, draw)
    return draw.choice(entity.examples) if entity.examples else ""


def _name(_: EntityBase, draw: random.Random) -> str:
    return f"{draw.choice(_FIRST_NAMES)} {draw.choice(_LAST_NAMES)}"


def _phone(_: EntityBase, draw: random.Random) -> str:
    area = draw.choice(("415", "212", "312", "617"))
    return _one_by_one(f"{area}55501{draw.randrange(100):02}")


def _digits(entity: EntityBase, draw: random.Random) -> str:
    fewest = int(getattr(entity, "fewest", 4))
    most = min(int(getattr(entity, "most", 6)), max(fewest, 8))
    return _one_by_one(
        "".join(draw.choice("0123456789") for _ in range(draw.randint(fewest, most)))
    )


def _one_by_one(digits: str) -> str:
    return " ".join(_DIGITS[int(digit)] for digit in digits)


def _number(entity: EntityBase, draw: random.Random) -> str:
    least, most = getattr(entity, "min", None), getattr(entity, "max", None)
    least = 1 if least is None else round(least)
    return str(draw.randint(least, max(least, 20 if most is None else int(most))))


def _choice(entity: EntityBase, draw: random.Random) -> str:
    return draw.choice(list(getattr(entity, "values", ("none",))))


def _text(entity: EntityBase, draw: random.Random) -> str:
    return draw.choice(entity.examples or _REASONS)


def _date(entity: EntityBase, draw: random.Random) -> str:
    day = f"{draw.choice(_MONTHS)} {draw.choice(_ORDINALS)}"
    return day if getattr(entity, "future", False) else f"{day} nineteen {draw.randint(50, 99)}"


def _time(_: EntityBase, draw: random.Random) -> str:
    hour = draw.choice(("two", "three", "four"))
    return f"{hour} {draw.choice(('', 'thirty '))}pm"


def _datetime(entity: EntityBase, draw: random.Random) -> str:
    day = draw.choice(("tomorrow", "next monday", "next thursday"))
    return f"{day} at {_time(entity, draw)}"


def _email(_: EntityBase, draw: random.Random) -> str:
    first, last = draw.choice(_FIRST_NAMES), draw.choice(_LAST_NAMES)
    return f"{first} dot {last} at gmail dot com"


def _address(_: EntityBase, draw: random.Random) -> str:
    return f"{draw.randint(2, 99)} {draw.choice(_STREETS)} springfield illinois"


def _money(_: EntityBase, draw: random.Random) -> str:
    return f"{draw.randint(2, 90)} dollars"


def _yes(_: EntityBase, draw: random.Random) -> str:
    return draw.choice(("yes", "yes i do"))


_WORDS: dict[str, Callable[[EntityBase, random.Random], str]] = {
    "person_name": _name,
    "phone": _phone,
    "digits": _digits,
    "number": _number,
    "choice": _choice,
    "text": _text,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "email": _email,
    "postal_address": _address,
    "money": _money,
    "yes_no": _yes,
}


def is_heard(words: str, entity: EntityBase, value: str) -> bool:
    """Whether a caller who has `value` in mind hears it in the bot's words."""
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 3 and digits[-7:] in re.sub(r"\D", "", words):
        return True
    heard = f" {_plain(words)} "
    forms = (value, entity.say(value), entity.spell(value))
    return any(f" {_plain(form)} " in heard for form in forms if _plain(form))


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
