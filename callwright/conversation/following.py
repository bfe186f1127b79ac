"""What a model's own words leave in the air, so that the caller's next words can be their answer.

A model asks in words of its own; the rules only have to know what about.
"""

import re
from datetime import date

from rapidfuzz import fuzz

from . import steps
from .entities import Date, DateTime, Email, Hearing, Money, Time
from .plan import Plan
from .spoken import clean
from .state import Question, State

# From here up, out of 100, a question counts as a declared one in other words.
_ALIKE = 60.0

# A value that is read back is whole, so that the day of the call decides nothing.
_ANY_DAY = date(2000, 1, 1)

_SENTENCE = re.compile(r"[^.?!]+[.?!]*")


def question_in(words: str, state: State, plan: Plan) -> Question | None:
    """Return the question that a reply puts to the caller; None when it asks nothing.

    Args:
        words: What the bot said, as far as it was heard.
        state: Where the call stands.
        plan: The call's plan.
    """
    asked = [one.strip() for one in _SENTENCE.findall(clean(words)) if one.strip().endswith("?")]
    if not asked:
        return None
    open_ones = [name for name in plan.entities if not steps.settled(state, plan, name)]
    unknown = [name for name in open_ones if not state.entities[name].known]
    alike = {
        name: fuzz.token_set_ratio(asked[-1], clean(plan.entities[name].ask)) for name in unknown
    }
    best = max(alike, key=lambda name: alike[name], default=None)
    if best is not None and alike[best] >= _ALIKE:
        return Question("ask", best)
    for name in sorted(plan.entities, key=lambda name: name not in open_ones):
        value = state.entities[name].value
        if value is not None and reads_back(words, plan, name, value):
            return Question("read_back", name, (value,))
    return Question("ask", unknown[0]) if unknown else None


def reads_back(words: str, plan: Plan, name: str, value: str) -> bool:
    """Whether words contain a value: as it is written, as it is said, or digit by digit."""
    entity = plan.entities[name]
    plain = _plain(words)
    said = entity.say(value, plan.language), entity.spell(value, plan.language)
    if any(_plain(form) in plain for form in (value, *said)):
        return True
    if isinstance(entity, (Date, DateTime, Time, Money, Email)):
        # A model may say "March 3rd, 1985": whatever a caller could say for the value is one.
        context = Hearing(_ANY_DAY, asked=True, currency=plan.currency, language=plan.language)
        return any(one.value == value for one in entity.hear(clean(words), context))
    digits = re.sub(r"\D", "", value)
    # Seven digits are a telephone number without its codes.
    return len(digits) >= 7 and digits[-7:] in re.sub(r"\D", "", words)


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
