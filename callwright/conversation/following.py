"""What a model's own words leave in the air, so that the caller's next words can be their answer.

A model asks in words of its own; the rules only have to know what about.
"""

import re
from datetime import date

from rapidfuzz import fuzz

from . import checkpoints
from .entities import Date, DateTime, Email, Hearing, Money, Time
from .facts import settled
from .plan import Plan
from .spoken import clean
from .state import Question, State
from .wording import contains

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
    asked = _last_question(words)
    if asked is None:
        return None
    open_ones = [name for name in plan.entities if not settled(state, plan, name)]
    unknown = [name for name in open_ones if not state.entities[name].known]
    alike = {name: _alike(asked, plan, name) for name in unknown}
    best = max(alike, key=lambda name: alike[name], default=None)
    if best is not None and alike[best] >= _ALIKE:
        return Question("ask", best)
    for name in sorted(plan.entities, key=lambda name: name not in open_ones):
        value = state.entities[name].value
        if value is not None and reads_back(words, plan, name, value):
            return Question("read_back", name, (value,))
    return Question("ask", unknown[0]) if unknown else None


def note_read_back(state: State, plan: Plan, words: str) -> None:
    """Note the values that the caller has now heard read back."""
    for name, known in state.entities.items():
        if known.value is not None and reads_back(words, plan, name, known.value):
            state.read_back[name] = known.value


def reads_back(words: str, plan: Plan, name: str, value: str) -> bool:
    """Whether words contain a value: as it is written, as it is said, or digit by digit."""
    entity = plan.entities[name]
    said = entity.say(value, plan.language), entity.spell(value, plan.language)
    if any(contains(words, form) for form in (value, *said)):
        return True
    if isinstance(entity, (Date, DateTime, Time, Money, Email)):
        # A model may say "March 3rd, 1985": whatever a caller could say for the value is one.
        context = Hearing(_ANY_DAY, asked=True, currency=plan.currency, language=plan.language)
        return any(one.value == value for one in entity.hear(clean(words), context))
    digits = re.sub(r"\D", "", value)
    # Seven digits are a telephone number without its codes.
    return len(digits) >= 7 and digits[-7:] in re.sub(r"\D", "", words)


def skips(words: str, step: str, state: State, plan: Plan) -> str:
    """Return why a reply does not take the open step; empty when it does.

    Args:
        words: The whole reply.
        step: The step that has to be taken now.
        state: Where the call stands.
        plan: The call's plan.
    """
    needs = plan.checkpoints[step].needs
    if checkpoints.unheard(state, plan, step):
        if not contains(words, checkpoints.statement(state, plan, step)):
            return f"{step} is open, and its statement is not in the reply"
        if not any(name in plan.checkpoints[step].wanted for name in needs):
            return ""
    asked = _last_question(words)
    if asked is None:
        return f"{step} is open, and the reply asks for nothing"
    for name in needs:
        known = state.entities[name]
        if settled(state, plan, name):
            continue
        if known.value is not None and reads_back(words, plan, name, known.value):
            return ""
        if not known.known and _alike(asked, plan, name) >= _ALIKE:
            return ""
    return f"{step} is open, and the reply asks for something else"


def _last_question(words: str) -> str | None:
    asked = [one.strip() for one in _SENTENCE.findall(clean(words)) if one.strip().endswith("?")]
    return asked[-1] if asked else None


def _alike(asked: str, plan: Plan, name: str) -> float:
    return fuzz.token_set_ratio(asked, clean(plan.entities[name].ask))
