"""Which of the readings of a turn's words stands: the valid one, or several that are a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .entities import Candidate, EntityBase, Hearing, Text, YesNo
from .refusals import is_refused
from .repairs import contrasts, repaired_between, repairs
from .spoken import FILLERS, Token, clean, is_markup, tokens, word_set
from .whose import is_anothers, is_preferred

_NEARLY = 0.05
"""Readings whose sureness differs by no more are equally good."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one entity heard in a turn's words.

    Args:
        words: The turn, cleaned; the candidates' places are in it.
        value: The one valid value; None for nothing, something invalid, or a question.
        candidates: All readings, the best first.
        problem: What is wrong with the best one, in words for the caller.
    """

    words: str
    value: str | None
    candidates: tuple[Candidate, ...] = ()
    problem: str | None = None


def read(entity: EntityBase, words: str, context: Hearing) -> Reading:
    """Return what an entity hears in a whole turn's words."""
    words = clean(words)
    found = heard_by(entity, words, context)
    stands = standing(found, entity, words, context)
    if len(stands) == 1:
        return Reading(words, stands[0].value, tuple(found))
    if stands:
        return Reading(words, None, stands)
    problem = entity.problem(found[0].value, context) if found else None
    return Reading(words, None, tuple(found), problem)


def heard_by(entity: EntityBase, words: str, context: Hearing) -> list[Candidate]:
    """Return an entity's readings; markup is no speech and has none."""
    return [] if is_markup(words) else entity.hear(words, context)


def standing(
    found: Sequence[Candidate], entity: EntityBase, words: str, context: Hearing
) -> tuple[Candidate, ...]:
    """Return the valid reading, or the equally good ones when the caller took none back."""
    valid = [one for one in found if entity.problem(one.value, context) is None]
    if not valid:
        return ()
    heard = tokens(words)
    kept = [
        one for one in valid if not is_refused(heard, one.span) and not is_anothers(words, one.span)
    ]
    if not kept:
        return ()
    if context.language == "es" and _one_not_the_other(kept, heard):
        return ()
    valid = _not_taken_back(kept, heard)
    if _left_mended(valid, heard) and not isinstance(entity, (YesNo, Text)):
        return ()
    top = max(one.confidence for one in valid)
    equal = [one for one in valid if one.confidence >= top - _NEARLY]
    equal.sort(key=lambda one: one.start)
    earlier = max((one.end for one in equal if one.value != equal[-1].value), default=0)
    if earlier and is_preferred(words, equal[-1].span, earlier):
        return (equal[-1],)
    if any(one.cued for one in equal):
        equal = [one for one in equal if one.cued]
    different = {one.value: one for one in equal}
    return tuple(different.values())


def _one_not_the_other(valid: list[Candidate], heard: list[Token]) -> bool:
    """Whether "marta gil, no gila" may be Marta Gil, and not Gila, as well as Marta Gila."""
    return any(
        one.start <= heard[at + 1].start < one.end
        for at in contrasts(heard)
        if any(token.norm not in FILLERS | {"no"} for token in heard[:at])
        for one in valid
    )


def _not_taken_back(valid: list[Candidate], heard: list[Token]) -> list[Candidate]:
    """Leave out what was said before words of taking back, when something comes after them."""
    ordered = sorted(valid, key=lambda one: (one.start, one.end))
    cut = 0
    for first, second in pairwise(ordered):
        if first.end <= second.start and _repaired(heard, first.end, second.start):
            cut = second.start
    return [one for one in ordered if one.start >= cut]


def _left_mended(valid: list[Candidate], heard: list[Token]) -> bool:
    """Whether a few words that mend the value were not understood: "… street, sorry, avenue"."""
    end = max(one.end for one in valid)
    behind = next((at for at, token in enumerate(heard) if token.start >= end), len(heard))
    for start, after in repairs(heard):
        rest = [token.norm for token in heard[after:]]
        if 0 <= start - behind < 4 and 0 < len(rest) < 6:
            return not all(word in _BENIGN for word in rest)
    return False


_BENIGN = FILLERS | word_set(
    "problem problema that's it all about that for the thanks thank you please right yes is was "
    "correct that noise hay es todo eso gracias sorry no i mean wait la el me perdón hmm sir one "
    "more ready go sé bien está así ma'am"
)


def _repaired(heard: list[Token], start: int, end: int) -> bool:
    first = next((at for at, token in enumerate(heard) if token.start >= start), len(heard))
    last = next((at for at, token in enumerate(heard) if token.start >= end), len(heard))
    return repaired_between(heard, first, last)
