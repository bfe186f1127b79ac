"""What a turn changes in what is known: captured, corrected, confirmed, rejected.

A value counts as confirmed in one case only: it was read back, and the very next turn holds the
caller's yes, no no, no other value and nothing that takes the yes back.
"""

from dataclasses import dataclass, replace

from .entities import Candidate, Date, DateTime, Email, Money, PostalAddress, Time
from .entities import Text as TextEntity
from .listening import FIRST, SECOND, Heard
from .plan import Plan
from .spoken import tokens
from .state import EntityState, Question, State

UNSURE = 0.35
"""Below this product of recognition and reading, a value is read back whatever the plan says."""

_IN_WORDS = (Date, DateTime, Time, Money, Email, PostalAddress)
"""Kinds whose digits are not said one by one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn's words and what came of them.

    Args:
        heard: What the words mean.
        captured: Entities that got a new value, in the order of the plan.
        confirmed: The entity the caller confirmed.
        rejected: The entity whose value the caller rejected without giving another.
        ambiguous: An entity and the equally good readings of it.
        problem: The entity asked for and what is wrong with the answer.
        unclear: Whether a read-back got neither a clear yes nor a clear no.
        wordy: A free text heard too badly to keep and too long to read back.
    """

    heard: Heard
    captured: tuple[str, ...] = ()
    confirmed: str | None = None
    rejected: str | None = None
    ambiguous: tuple[str, tuple[str, ...]] | None = None
    problem: tuple[str, str] | None = None
    unclear: bool = False
    wordy: str | None = None

    @property
    def helped(self) -> bool:
        """Whether it brought the call on."""
        return bool(self.captured or self.confirmed or self.rejected or self.ambiguous)


def settle(state: State, plan: Plan, heard: Heard, confidence: float | None) -> Turn:
    """Apply a turn to `state` and return what came of it.

    Args:
        state: Changed in place.
        plan: The call's plan.
        heard: The turn's meaning.
        confidence: The recogniser's, 0 to 1, where it gives one.
    """
    before = dict(state.entities)
    question = state.question
    heard = _without_echoes(heard, before)
    heard, wordy = _without_wordy(state, plan, heard, confidence)
    ambiguous = _take(state, heard, confidence)
    if ambiguous is not None:
        # "In the afternoon" will tell which of the two it is.
        state.partial[ambiguous[0]] = heard.words[-300:]
    if ambiguous is None and question is not None and question.kind == "choose":
        _choose(state, heard, question, confidence)
    captured = tuple(
        name
        for name in plan.entities
        if state.entities[name].known and state.entities[name].value != before[name].value
    )
    confirmed, rejected, unclear = _judge(state, plan, heard, before, captured)
    problem = None
    for name, (candidate, what) in heard.problems.items():
        problem = (name, what)
        words = heard.words
        state.partial[name] = f"{state.partial.get(name, '')} {words}".strip()[-300:]
        if not before[name].known:
            said = words[candidate.start : candidate.end]
            state.know(name, EntityState(None, "rejected", said))
    for name in captured:
        state.partial.pop(name, None)
    return Turn(heard, captured, confirmed, rejected, ambiguous, problem, unclear, wordy)


def _without_echoes(heard: Heard, before: dict[str, EntityState]) -> Heard:
    """Leave out parts of a known value, as in "yes, 0132": they are no new answer."""
    problems = {
        name: problem
        for name, problem in heard.problems.items()
        if (known := before[name].value) is None or heard.contradicts(known)
    }
    return replace(heard, problems=problems)


def _without_wordy(
    state: State, plan: Plan, heard: Heard, confidence: float | None
) -> tuple[Heard, str | None]:
    """Leave out a long free text heard badly; return its name when it is still wanted."""
    for name, candidates in heard.answers.items():
        entity, first = plan.entities[name], candidates[0]
        if not isinstance(entity, TextEntity) or not entity.wordy(first.value):
            continue
        if _sureness(first, confidence) < UNSURE:
            answers = {own: found for own, found in heard.answers.items() if own != name}
            return replace(heard, answers=answers), name if not state.entities[name].known else None
    return heard, None


def _sureness(candidate: Candidate, confidence: float | None) -> float:
    return candidate.confidence * (1.0 if confidence is None else confidence)


def _take(
    state: State, heard: Heard, confidence: float | None
) -> tuple[str, tuple[str, ...]] | None:
    """Write down every clear answer; return the first unclear one."""
    ambiguous = None
    for name, candidates in heard.answers.items():
        first, *others = candidates
        if others:
            ambiguous = ambiguous or (name, tuple(one.value for one in candidates))
        else:
            _capture(state, name, first, heard.words, confidence)
    return ambiguous


def _capture(
    state: State, name: str, candidate: Candidate, words: str, confidence: float | None
) -> None:
    known = state.entities[name]
    if known.known and known.value == candidate.value:
        return
    said = words[candidate.start : candidate.end]
    state.know(name, EntityState(candidate.value, "captured", said))
    state.given_up.discard(name)
    if _sureness(candidate, confidence) < UNSURE:
        state.doubtful.add(name)
    else:
        state.doubtful.discard(name)


def _choose(state: State, heard: Heard, question: Question, confidence: float | None) -> None:
    """Take "the first one" as an answer to "did you say … or …?"."""
    if question.entity is None or question.entity in heard.answers:
        return
    for token in tokens(heard.words):
        place = 0 if token.norm in FIRST else 1 if token.norm in SECOND else None
        if place is not None and place < len(question.values):
            candidate = Candidate(question.values[place], token.start, token.end, 0.9)
            _capture(state, question.entity, candidate, heard.words, confidence)
            return


def _contradicted(plan: Plan, heard: Heard, name: str, value: str) -> bool:
    """Whether a yes comes with digits that are not those of the value."""
    if isinstance(plan.entities[name], _IN_WORDS):
        # "Yes, nineteen eighty six": such digits say something else of the value, or it all again.
        again = any(one.value == value for one in heard.answers.get(name, ()))
        return not again and heard.has_digits
    return heard.contradicts(value)


def _judge(
    state: State,
    plan: Plan,
    heard: Heard,
    before: dict[str, EntityState],
    captured: tuple[str, ...],
) -> tuple[str | None, str | None, bool]:
    """Return the entity confirmed, the one rejected, and whether the answer was unclear."""
    question = state.question
    if question is None or question.kind != "read_back" or question.entity is None:
        return None, None, False
    name = question.entity
    known = before[name]
    if name in captured or known.value is None or known.value not in question.values:
        return None, None, False
    if name in heard.answers and len(heard.answers[name]) > 1:
        return None, None, True
    if heard.no and not heard.yes:
        state.know(name, EntityState(None, "rejected", known.heard))
        return None, name, False
    if not heard.yes or heard.no or heard.hesitant or heard.problems:
        return None, None, True
    if state.read_back.get(name) != known.value:
        return None, None, True  # Nobody agrees to what they have not heard.
    if _contradicted(plan, heard, name, known.value):
        return None, None, True
    state.know(name, EntityState(known.value, "confirmed", known.heard))
    state.doubtful.discard(name)
    return name, None, False
