"""One turn's words, understood as a whole: which facts, which intents, yes or no, a correction.

Every piece of the transcript means one thing only: who claims it first is decided by the question
in the air and by how exact a kind of entity is; free text takes what is left.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from .digit_strings import digit_runs
from .entities import (
    Candidate,
    Choice,
    Code,
    Date,
    DateTime,
    Digits,
    Email,
    EntityBase,
    Hearing,
    Money,
    Number,
    PersonName,
    Phone,
    PostalAddress,
    Time,
    YesNo,
    yes_and_no,
)
from .entities import Text as TextEntity
from .intents import IntentName, Understood, intents
from .plan import Plan
from .reading import heard_by, standing
from .spoken import Span, tokens, word_set
from .state import EntityState, Question

_RANKS: tuple[type[EntityBase], ...] = (
    Email, Phone, DateTime, Date, Time, PostalAddress, Money, Code, Digits, PersonName, Choice,
    Number, YesNo, TextEntity,
)  # fmt: skip
"""Who claims words first: the more exact a kind is, the sooner."""
_REPAIR = re.compile(
    r"\b(?:no|sorry|i mean|i meant|actually|scratch that|make that|rather|correction|wait|"
    r"never mind|instead|in fact|let me correct|perdón|digo|mejor dicho)\b",
    re.I,
)
_TAKEN_BACK = re.compile(
    r"\b(?:actually|i mean|i meant|scratch that|make that|correction|instead|in fact)\b", re.I
)
_HESITANT = re.compile(
    r"\b(?:but|except|actually|wait|change|wrong|instead|should be|pero|sino)\b", re.I
)
FIRST = frozenset({"first", "former", "primero", "primera"})
SECOND = frozenset({"second", "latter", "last", "segundo", "segunda"})
"""Words that choose between two readings."""

_NO = "no"
_ANSWER = re.compile(
    r"^(?:(?:no|nope|yes|yeah|but|sí|si|pero|not quite|almost|casi)\b[\s,.]*)+", re.I
)
_VAGUE = word_set(
    "my what is your the a an may i have can could you please tell me give us for to and of how "
    "many much do does would will are which when where "
    "who name number call calling in on at it best "
    "like need want full today reach back"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one turn's words mean.

    Args:
        words: The whole turn, cleaned.
        intents: What the caller wants from the conversation itself.
        answers: Valid readings of entities; more than one of the same is a question.
        problems: Of the entity asked for: the best invalid reading, and what is wrong with it.
        yes: Whether the words contain a yes.
        no: Whether the words contain a no.
        corrects: Whether the caller takes something back.
    """

    words: str = ""
    intents: tuple[Understood, ...] = ()
    answers: Mapping[str, tuple[Candidate, ...]] = field(
        default_factory=dict[str, tuple[Candidate, ...]]
    )
    problems: Mapping[str, tuple[Candidate, str]] = field(
        default_factory=dict[str, tuple[Candidate, str]]
    )
    yes: bool = False
    no: bool = False
    corrects: bool = False

    def wants(self, *names: IntentName) -> bool:
        """Whether any of these intents was understood."""
        return any(intent.name in names for intent in self.intents)

    @property
    def hesitant(self) -> bool:
        """Whether a yes among these words cannot be taken as a whole yes."""
        return _HESITANT.search(self.words) is not None

    @property
    def has_digits(self) -> bool:
        """Whether a number of two digits or more is among the words."""
        return any(len(run.digits) > 1 for run in digit_runs(tokens(self.words)))

    def contradicts(self, value: str) -> bool:
        """Whether digits were said that are no part of `value`."""
        own = "".join(char for char in value if char.isdecimal())
        return bool(own) and any(
            run.digits not in own for run in digit_runs(tokens(self.words)) if len(run.digits) > 1
        )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the words were an answer to.

    Args:
        question: The question in the air.
        entities: What is known so far.
        partial: Words of the turn before that held a part of the asked value.
    """

    question: Question | None
    entities: Mapping[str, EntityState]
    partial: Mapping[str, str]


def listen(words: str, plan: Plan, today: date, when: Circumstances) -> Heard:
    """Understand one turn's cleaned words."""
    listener = _Listener(words, plan, today, when)
    for name, entity in _in_order(plan, listener.asked):
        listener.hear(name, entity)
    return listener.heard()


class _Listener:
    """One turn while it is being understood: what is claimed so far, and by whom."""

    def __init__(self, words: str, plan: Plan, today: date, when: Circumstances) -> None:
        self.words, self.plan, self.today, self.when = words, plan, today, when
        self.kind = when.question.kind if when.question is not None else None
        self.asked = _asked(plan, when.question)
        self.intents = tuple(intents(words))
        self.judged = yes_and_no(words) if when.question is not None else []
        self.corrects = _REPAIR.search(words) is not None
        self.claimed = [intent.span for intent in self.intents if intent.name != "done"]
        self.answers: dict[str, tuple[Candidate, ...]] = {}
        self.problems: dict[str, tuple[Candidate, str]] = {}

    def hear(self, name: str, entity: EntityBase) -> None:
        """Let one entity take what is its own of the words that are left."""
        if not self._may_answer(name, entity):
            return
        context = self._context(name, entity)
        found = self._fitting(name, entity, heard_by(entity, self.words, context))
        best = standing(found, entity, self.words, context)
        if not best and name == self.asked:
            best = self._completed(name, entity, context)
        if not best and found and name == self.asked:
            joined = _joined(entity, context, self.when.partial.get(name), self.words)
            if joined is None:
                what = entity.problem(found[0].value, context) or ""
                self.problems[name] = (found[0], what)
                return
            best = (joined,)
            self.claimed.append(found[0].span)
        if best:
            self.answers[name] = best
            self.claimed += [one.span for one in best if one.end <= len(self.words)]

    def _completed(self, name: str, entity: EntityBase, context: Hearing) -> tuple[Candidate, ...]:
        """Read what is said of a value in the air: which of two it is, or what is wrong in it."""
        question = self.when.question
        if question is None or not self.words or isinstance(entity, (YesNo, TextEntity)):
            return ()
        said = {token.norm for token in tokens(self.words)}
        if said & (FIRST | SECOND):
            return ()
        if question.kind == "choose" and (before := self.when.partial.get(name)):
            whole = _joined(entity, context, before, self.words)
            return (whole,) if whole and whole.value in question.values else ()
        if question.kind != "read_back" or not (self.corrects or self.said_no):
            return ()
        value = entity.say(question.values[0], context.language)
        rest = _ANSWER.sub("", self.words)
        mended = _joined(entity, context, f"{value}, {_NO}", rest) if rest.strip() else None
        return (mended,) if mended and mended.value != question.values[0] else ()

    @property
    def said_no(self) -> bool:
        """Whether a no is among the words."""
        return any(value == "no" for value, _ in self.judged)

    def heard(self) -> Heard:
        """Return the turn's meaning; what turned out to belong to another entity is no problem."""
        problems = {
            name: (candidate, what)
            for name, (candidate, what) in self.problems.items()
            if not any(candidate.span.overlaps(span) for span in self.claimed)
        }
        said = {value for value, _ in self.judged}
        yes, no = "yes" in said, "no" in said
        return Heard(self.words, self.intents, self.answers, problems, yes, no, self.corrects)

    def _may_answer(self, name: str, entity: EntityBase) -> bool:
        read_back = self.kind == "read_back"
        if isinstance(entity, YesNo):
            return name == self.asked and not read_back
        if isinstance(entity, TextEntity):
            if name == self.asked:
                return self.corrects or not read_back
            # A reason once given is replaced only by plain words of taking it back: "sorry, I
            # lost my phone" at another question is no new reason to call.
            return not self.when.entities[name].known or _TAKEN_BACK.search(self.words) is not None
        return True

    def _fitting(self, name: str, entity: EntityBase, found: list[Candidate]) -> list[Candidate]:
        """Leave out what is claimed already, and news of what is known that nobody announced."""
        if not isinstance(entity, TextEntity):
            found = [one for one in found if not any(one.span.overlaps(s) for s in self.claimed)]
        if name == self.asked:
            # "Right" confirms a name, it does not replace it.
            judged = self.judged if self.kind == "read_back" else []
            return [one for one in found if not _within(one.span, judged)]
        if self._shared_kind(name, entity):
            # Two dates to ask for: one that nobody announced could be either.
            found = [one for one in found if one.cued]
        if self.when.entities[name].known:
            return [one for one in found if self.corrects or one.cued]
        return found

    def _shared_kind(self, name: str, entity: EntityBase) -> bool:
        """Whether another entity of the same kind is still to be heard."""
        others = ((n, e) for n, e in self.plan.entities.items() if n != name)
        same = [n for n, other in others if type(other) is type(entity)]
        return any(not self.when.entities[n].known for n in same) and not isinstance(
            entity, (Choice, TextEntity, PersonName)
        )

    def _context(self, name: str, entity: EntityBase) -> Hearing:
        taken = list(self.claimed)
        if isinstance(entity, TextEntity):
            taken += [intent.span for intent in self.intents]
            if self.kind in ("read_back", "offer", "stop"):
                taken += [span for _, span in self.judged]
        return Hearing(
            today=self.today,
            asked=name == self.asked,
            region=self.plan.region,
            currency=self.plan.currency,
            language=self.plan.language,
            cues=cues(name, entity.ask),
            taken=tuple(taken),
            opening=self.kind == "open",
        )


def _asked(plan: Plan, question: Question | None) -> str | None:
    """Return the entity whose answer is awaited; an open question awaits the reason for calling."""
    if question is None:
        return None
    if question.kind != "open":
        return question.entity
    return next((n for n, e in plan.entities.items() if isinstance(e, TextEntity)), None)


def _in_order(plan: Plan, asked: str | None) -> Iterator[tuple[str, EntityBase]]:
    def rank(item: tuple[str, EntityBase]) -> tuple[int, bool]:
        name, entity = item
        kind = next((at for at, cls in enumerate(_RANKS) if isinstance(entity, cls)), len(_RANKS))
        # Free text and plain numbers would swallow a phone number, even when they were asked for.
        first = name == asked and not isinstance(entity, (TextEntity, Number))
        return (-1 if first else kind, name != asked)

    return iter(sorted(plan.entities.items(), key=rank))


def cues(name: str, ask: str) -> frozenset[str]:
    """Return the words of an entity's name and question that announce its value."""
    said = [token.norm for token in tokens(f"{name.replace('_', ' ')} {ask}")]
    kept = {word for word in said if word not in _VAGUE}
    return frozenset(kept | {f"{word}s" for word in kept} | {word.rstrip("s") for word in kept})


def _within(span: Span, judged: list[tuple[str, Span]]) -> bool:
    return any(own.start <= span.start and span.end <= own.end for _, own in judged)


def _joined(
    entity: EntityBase, context: Hearing, before: str | None, words: str
) -> Candidate | None:
    """Read a value whose first part came in the turn before."""
    if before is None:
        return None
    found = entity.hear(f"{before} {words}", context)
    whole = next((one for one in found if entity.problem(one.value, context) is None), None)
    if whole is None:
        return None
    return Candidate(whole.value, 0, len(words), 0.8, whole.cued)
