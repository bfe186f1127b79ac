"""What a model's own words leave in the air, so that the caller's next words can be their answer.

A model asks in words of its own; the rules only have to know what about.
"""

import re
from collections.abc import Iterator
from datetime import date

from rapidfuzz import fuzz

from . import checkpoints
from .entities import Date, DateTime, Email, Hearing, Money, Time
from .facts import settled
from .plan import Plan
from .spoken import clean
from .state import Question, State
from .wording import contains, ends_in

# From here up, out of 100, a question counts as a declared one in other words.
_ALIKE = 60.0

# A value that is read back is whole, so that the day of the call decides nothing.
_ANY_DAY = date(2000, 1, 1)

_SENTENCE = re.compile(r"[^.?!]+[.?!]*")

# A value in a sentence with one of these is denied, or put beside another one.
_DENIES = re.compile(
    r"\b(?:not|no|never|or|instead|rather|except|without|wrong|unlike)\b|n['’]t\b", re.I
)

_CONFIRMS = re.compile(
    r"\b(?:right|correct|okay|ok|confirm|accurate|true|yes|correcto|verdad|bien|cierto)\b", re.I
)
_END = re.compile(r"[.?!]+")


def question_in(words: str, state: State, plan: Plan) -> Question | None:
    """Return the question that a reply puts to the caller; None when it asks nothing.

    A question that cannot be told is taken for the next fact that is wanted. A step's own question
    is told by its declared words alone, which have to be the last: what is agreed to hangs on them.

    Args:
        words: What the bot said, as far as it was heard.
        state: Where the call stands.
        plan: The call's plan.
    """
    question = _declared(words, state, plan)
    if question is not None or not _asked(words):
        return question
    unknown = _unknown(state, plan)
    return Question("ask", unknown[0]) if unknown else None


def _declared(words: str, state: State, plan: Plan) -> Question | None:
    """Return the question of the plan that a reply puts, in its own words or others."""
    own = plan.own
    for name in own:
        if not settled(state, plan, name) and ends_in(words, plan.entities[name].ask):
            return Question("ask", name)
    asked = _asked(words)
    if not asked:
        return None
    alike = {
        name: fuzz.token_set_ratio(asked[-1], clean(plan.entities[name].ask))
        for name in _unknown(state, plan)
    }
    best = max(alike, key=lambda name: alike[name], default=None)
    if best is not None and alike[best] >= _ALIKE:
        return Question("ask", best)
    for name in sorted(plan.entities, key=lambda name: settled(state, plan, name)):
        value = state.entities[name].value
        if (
            value is not None
            and name not in own
            and reads_back(words, state, plan, name, asks=True)
        ):
            return Question("read_back", name, (value,))
    return None


def _asked(words: str) -> list[str]:
    """Return the questions among the sentences of a reply."""
    return [one.strip() for one in _SENTENCE.findall(clean(words)) if one.strip().endswith("?")]


def _unknown(state: State, plan: Plan) -> list[str]:
    """Return the entities without a value that counts; a step's own are no part of them."""
    own = plan.own
    return [name for name, known in state.entities.items() if not known.known and name not in own]


def note_read_back(state: State, plan: Plan, words: str) -> None:
    """Note the values that the caller has heard read back in what was said last."""
    if words.strip():
        state.read_back.clear()
    for name, known in state.entities.items():
        if known.value is not None and reads_back(words, state, plan, name):
            state.read_back[name] = known.value


def reads_back(words: str, state: State, plan: Plan, name: str, *, asks: bool = False) -> bool:
    """Whether words read an entity's value back: as it is written, as it is said, or by digits.

    Its sentence must not deny it, and must hold no number that is none of the caller's.

    Args:
        words: What the bot said.
        state: Where the call stands.
        plan: The call's plan.
        name: The entity.
        asks: Whether the words also have to ask, at their end, for a yes to this very value.
    """
    said = clean(words)
    for start, end in _places(said, plan, name, state.entities[name].value or ""):
        before = _END.split(said[:start])[-1]
        after = _to_its_end(said[end:])
        later = _SENTENCE.findall(said[end + len(after) :])
        rest = f"{before} {after}"
        if _DENIES.search(rest) or not _numbers_known(rest, state):
            continue
        if not asks or _asks_for_yes(after, later):
            return True
    return False


def _places(said: str, plan: Plan, name: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield where a value stands in words, in characters."""
    for form in _forms(plan, name, value):
        yield from (found.span() for found in form.finditer(said))
    entity = plan.entities[name]
    if isinstance(entity, (Date, DateTime, Time, Money, Email)):
        # A model may say "March 3rd, 1985": whatever a caller could say for the value is one.
        context = Hearing(_ANY_DAY, asked=True, currency=plan.currency, language=plan.language)
        heard = entity.hear(said, context)
        yield from ((one.start, one.end) for one in heard if one.value == value)


def _to_its_end(words: str) -> str:
    """Return the rest of a sentence, with its mark."""
    end = _END.search(words)
    return words if end is None else words[: end.end()]


def _asks_for_yes(after: str, later: list[str]) -> bool:
    """Whether what follows a value asks whether it is right, and nothing else comes between.

    Args:
        after: The rest of the sentence that holds the value.
        later: The sentences after it; a value may be spelled in them, letter by letter.
    """
    *spelled, last = later or [after]
    if any(len(word) > 1 for one in spelled for word in re.findall(r"\w+", one)):
        return False
    return last.strip().endswith("?") and (not later or _CONFIRMS.search(last) is not None)


def _forms(plan: Plan, name: str, value: str) -> Iterator[re.Pattern[str]]:
    """Yield what a value may sound like."""
    entity = plan.entities[name]
    said = entity.say(value, plan.language), entity.spell(value, plan.language)
    for form in (value, *said):
        if parts := re.findall(r"\w+", form):
            yield re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, parts)) + r"(?!\w)", re.I)
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 7:
        # Seven digits are a telephone number without its codes.
        codes = "".join(f"(?:{digit}\\W*)?" for digit in digits[:-7])
        yield re.compile(rf"(?<!\d)\+?{codes}" + r"\W*".join(digits[-7:]) + r"(?!\d)")


def _numbers_known(rest: str, state: State) -> bool:
    """Whether the digits in words are all part of what the caller has said."""
    known = [re.sub(r"\D", "", one.value or "") for one in state.entities.values()]
    runs = re.findall(r"\d(?:[\s,-]*\d)*", rest)
    return all(any(re.sub(r"\D", "", run) in digits for digits in known) for run in runs)


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
    question = _declared(words, state, plan)
    if question is None:
        return f"{step} is open, and the reply asks for nothing that it needs"
    if question.entity not in needs:
        return f"{step} is open, and the reply asks for {question.entity or 'something else'}"
    return ""
