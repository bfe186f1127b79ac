"""Finds sensitive values in words: in what the caller says, and wherever else they may turn up.

Too much is masked rather than too little. Pure; one object follows one call.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise

from callwright.calls.sensitive_dates import COMMON, SensitiveDates
from callwright.conversation.digit_strings import digit_runs
from callwright.conversation.entities import (
    Candidate,
    Choice,
    Date,
    DateTime,
    EntityBase,
    Hearing,
    Number,
    PersonName,
    Text,
    Time,
    YesNo,
    yes_and_no,
)
from callwright.conversation.plan import Plan
from callwright.conversation.spoken import Token, clean, tokens

# Characters of the caller's words, those before included, that are listened to at once.
_LONGEST = 3000

Places = list[tuple[int, int]]
"""Pieces of a text, in characters; the end is exclusive."""

# Three words in a row of a free text are a piece of it; one or two are anybody's.
_PIECE = 3


class SensitiveWords:
    """What is known of a call's sensitive values, and where it stands in words.

    Args:
        plan: The call's plan.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self._entities = {name: one for name, one in plan.entities.items() if one.sensitive}
        self._language = plan.language
        self._context = Hearing(
            today=today,
            asked=True,
            region=plan.region,
            currency=plan.currency,
            language=plan.language,
        )
        self._declared = _declared(plan)
        self._numeric = any(
            not isinstance(one, PersonName | Text | Choice | YesNo)
            for one in self._entities.values()
        )
        self._spelled = any(
            not isinstance(one, Choice | YesNo | Number) for one in self._entities.values()
        )
        self._judged = any(isinstance(one, YesNo) for one in self._entities.values())
        self._known: set[tuple[str, str]] = set()
        self._singles: set[str] = set()
        self._sequences: set[tuple[str, ...]] = set()
        self._digits: set[str] = set()
        self._codes: set[str] = set()
        self._numbers: set[float] = set()
        self._dates = SensitiveDates(plan.language)

    def learn(self, name: str, value: str) -> None:
        """A sensitive entity has, or may have, this value."""
        if (name, value) in self._known:
            return
        self._known.add((name, value))
        with suppress(ValueError):  # an amount stands before its currency
            self._numbers.add(float(value.partition(" ")[0]))
        entity = self._entities[name]
        if isinstance(entity, Date | DateTime | Time):
            self._dates.learn(value, _forms(entity, value, self._language))
            return
        for form in _forms(entity, value, self._language):
            words = tuple(token.norm for token in tokens(form))
            if isinstance(entity, Text):
                self._sequences |= set(_pieces(words))
            else:
                self._sequences.add(words)
            if not isinstance(entity, Text | Choice | Number | YesNo):
                self._singles |= {word for word in words if len(word) > 1} - COMMON
        digits = "".join(char for char in value if char.isdecimal())
        if len(digits) > 1 and not isinstance(entity, Text | Choice):
            self._digits.add(digits)
            self._codes.add("".join(char for char in value.lower() if char.isalnum()))

    def in_speech(self, words: str, before: str, asked: Iterable[str]) -> Places:
        """Return what is sensitive in the caller's words.

        Args:
            words: As recognised.
            before: The caller's words before them, of which they may be the rest.
            asked: The entities whose question may be in the air.
        """
        awaited = [name for name in asked if name in self._entities]
        whole = f"{before} {words}"[-_LONGEST:]
        for name in awaited:
            for value in {*self._heard(name, whole), *self._heard(name, words)}:
                self.learn(name, value)
        spared = [] if self._judged else [(s.start, s.end) for _, s in yes_and_no(words)]
        if awaited:
            return _without([(0, len(words))], spared)
        start = len(whole) - len(words)
        found = [
            (max(0, candidate.start - start), candidate.end - start)
            for entity in self._entities.values()
            for candidate in self._candidates(entity, whole)
            if candidate.end > start
        ]
        found += self._unsaid(words) + self.in_text(words)
        return _without(found, spared)

    def in_bot_words(self, words: str) -> Places:
        """Return what is sensitive in the bot's words: a model may have heard more than the ears.

        What the agent's own file says is no secret.
        """
        found = self._by_form(words)
        for entity in self._entities.values():
            if not isinstance(entity, Text | YesNo):
                found += [
                    (one.start, one.end)
                    for one in self._candidates(entity, words)
                    if _valid(entity, one.value)
                ]
        return _without(found, self._public(words))

    def in_text(self, text: str) -> Places:
        """Return where known values stand in any text."""
        return _without(self._by_form(text), self._public(text))

    def is_known(self, number: float) -> bool:
        """Whether a bare number is a known value, or its digits are."""
        return number in self._numbers or str(number) in self._digits | self._dates.digits

    def _heard(self, name: str, words: str) -> list[str]:
        return [one.value for one in self._candidates(self._entities[name], words)]

    def _candidates(self, entity: EntityBase, words: str) -> list[Candidate]:
        with suppress(Exception):  # a type of the user's own may fail; the call must not
            return entity.hear(words, self._context)
        return [Candidate("", 0, len(words), 0.0)]

    def _unsaid(self, words: str) -> Places:
        """Digits and letters that nobody has made a value of yet: the rest may be coming."""
        heard = tokens(words)
        found: Places = []
        if self._numeric:
            runs = digit_runs(heard, self._language)
            found += [(heard[run.first].start, heard[run.last].end) for run in runs]
            found += [(t.start, t.end) for t in heard if any(char.isdecimal() for char in t.norm)]
        if self._spelled:
            for one, other in pairwise(heard):
                if len(one.norm) == len(other.norm) == 1:
                    found.append((one.start, other.end))
        return found

    def _by_form(self, text: str) -> Places:
        heard = tokens(text)
        hit = [token.norm in self._singles for token in heard]
        for words in self._sequences:
            for at in range(len(heard) - len(words) + 1):
                if all(heard[at + n].norm == word for n, word in enumerate(words)):
                    hit[at : at + len(words)] = [True] * len(words)
        for at in (*self._parts_of_codes(heard), *self._dates.places(heard)):
            hit[at] = True
        for run in digit_runs(heard, self._language):
            if self._gives_away(run.digits):
                hit[run.first : run.last + 1] = [True] * (run.last + 1 - run.first)
        for at in range(1, len(heard) - 1):
            hit[at] |= hit[at - 1] and hit[at + 1] and heard[at].norm in COMMON
        return [
            (token.start, token.end) for token, is_hit in zip(heard, hit, strict=True) if is_hit
        ]

    def _gives_away(self, digits: str) -> bool:
        known = any(digits in own or own in digits for own in self._digits)
        return (len(digits) > 1 and known) or self._dates.gives_away(digits)

    def _parts_of_codes(self, heard: Sequence[Token]) -> Iterable[int]:
        """Letters and numerals that, written together, are a part of a value with digits in it."""
        for at, token in enumerate(heard):
            following = heard[at + 1].norm if at + 1 < len(heard) else ""
            if len(token.norm) > 1 and any(token.norm in own for own in self._codes):
                yield at
            pair = len(token.norm) == len(following) == 1
            if pair and any(token.norm + following in own for own in self._codes):
                yield from (at, at + 1)

    def _public(self, text: str) -> Places:
        found: Places = []
        for declared in self._declared:
            at = text.find(declared)
            while at >= 0:
                found.append((at, at + len(declared)))
                at = text.find(declared, at + len(declared))
        return found


def _declared(plan: Plan) -> set[str]:
    """The sentences that the agent's file holds, as far as nothing is filled into them."""
    texts = [plan.greeting, plan.closing]
    texts += [entity.ask for entity in plan.entities.values()]
    texts += [step.say.replace("{greeting}", plan.greeting) for step in plan.checkpoints.values()]
    for tool in plan.tools.values():
        texts += [tool.say, tool.on_failure, tool.on_refusal]
    cleaned = {clean(text) for text in texts}
    return {text for text in cleaned if text and "{" not in text}


def _valid(entity: EntityBase, value: str) -> bool:
    with suppress(Exception):  # a type of the user's own may fail; the call must not
        return entity.problem(value) is None
    return True


def _forms(entity: EntityBase, value: str, language: str) -> set[str]:
    forms = {value}
    makers: tuple[Callable[[str, str], str], ...] = (entity.say, entity.spell)
    for make in makers:
        with suppress(Exception):  # a type of the user's own may fail, and so may an invalid value
            forms.add(make(value, language))
    return {form for form in forms if tokens(form)}


def _pieces(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    if len(words) <= _PIECE:
        return [words]
    return [words[at : at + _PIECE] for at in range(len(words) - _PIECE + 1)]


def _without(places: Places, spared: Places) -> Places:
    """Return the places, cut where they overlap those that are spared."""
    for start, end in spared:
        places = [
            piece
            for own_start, own_end in places
            for piece in ((own_start, min(own_end, start)), (max(own_start, end), own_end))
            if piece[0] < piece[1]
        ]
    return places
