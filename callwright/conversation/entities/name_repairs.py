"""What a name is corrected to, and the other name that was offered with it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import fuzz

from ..repairs import repairs
from ..spoken import Token, folded, longest_phrase, table, word_set
from .base import Candidate
from .given_names import GIVEN_NAMES

NameAt = Callable[[Sequence[Token], int], list[Token]]
Written = Callable[[Sequence[Token]], str]

_BEFORE_CORRECTION = word_set("it's it is that's my name name's soy es me llamo i'm said i a")
_UNDER = table("a nombre de | nombre de | de | under | for")
_PERHAPS = word_set("maybe perhaps possibly quizás quizá is it it's es")
_DENIALS = table(
    """
    not | it's not | it is not | my name is not | my name's not | my name isn't | no es | no soy
    no me llamo | i'm not | that's not | it isn't | no
    """
)
_BEGUN = table("my name | my name's | my name is | me llamo | mi nombre")
_ASIDE = word_set(
    "hold hang sorry wait second sec moment minute espera espere perdón momento segundo"
)
_OTHERS = word_set(
    "not his her their ask call tell wife husband boss son daughter mother father no"
)
_BUT = word_set("it's it is but that's es sino soy me llamo i'm my name name's")


def mended_name(
    heard: Sequence[Token], found: list[Candidate], name_at: NameAt, written: Written
) -> list[Candidate]:
    """Apply what the last name found is corrected to: "maria lopez, sorry, gomez"."""
    if not found:
        return found
    last = found[-1]
    behind = next((at for at, token in enumerate(heard) if token.start >= last.end), len(heard))
    for start, end in repairs(heard):
        if start < behind or start > behind + 1:
            continue
        while end < len(heard) and heard[end].norm in _BEFORE_CORRECTION:
            end += 1
        name = name_at(heard, end) or _under(heard, end, name_at)
        if not name:
            return found
        after = heard.index(name[-1]) + 1
        more = name_at(heard, after) if len(name) == 1 and after + 1 == len(heard) else []
        name = [*name, *more]  # "john, no, jack, smith"
        value = _corrected(last.value.split(), name, written)
        where = heard[heard.index(name[-1])].end
        return [*found[:-1], Candidate(value, last.start, where, last.confidence, last.cued)]
    return _or_another(heard, found, behind, name_at, written)


def _under(heard: Sequence[Token], at: int, name_at: NameAt) -> list[Token]:
    """Return the name in "a nombre de marta, perdón, de marina campos"."""
    phrase = longest_phrase(heard, at, _UNDER) if at < len(heard) else None
    return name_at(heard, at + len(phrase)) if phrase else []


def _corrected(parts: list[str], name: list[Token], written: Written) -> str:
    """Return a name of which one word, or all of it, was said anew."""
    new = written(name)
    if len(name) > 1 or len(parts) == 1:
        return new
    if name[0].norm in GIVEN_NAMES and parts[-1].lower() not in GIVEN_NAMES:
        return " ".join([new, *parts[1:]])
    likeness = [_alike(part, new) for part in parts]
    if likeness[0] > max(60, likeness[-1] + 20):
        return " ".join([new, *parts[1:]])  # "marta gil, perdón, marina"
    return " ".join([*parts[:-1], new])


def _alike(one: str, other: str) -> float:
    return fuzz.ratio(folded(one.lower()), folded(other.lower()))


def _or_another(
    heard: Sequence[Token], found: list[Candidate], behind: int, name_at: NameAt, written: Written
) -> list[Candidate]:
    """Add the other name of "john or jack": nobody can tell which."""
    if behind + 1 >= len(heard) or heard[behind].norm not in ("or", "o"):
        return found
    start = behind + 1
    while start + 1 < len(heard) and heard[start].norm in _PERHAPS:
        start += 1
    name = name_at(heard, start)
    if not name:
        return found
    last = found[-1]
    end = heard[heard.index(name[-1])].end
    return [*found, Candidate(written(name), name[0].start, end, last.confidence, last.cued)]


def denial(heard: Sequence[Token], name_at: NameAt) -> tuple[int, int]:
    """Return where "not john" and where the right name begin in "it's not john, it's jack".

    Zeros for none.
    """
    for index in range(len(heard)):
        phrase = longest_phrase(heard, index, _DENIALS)
        if phrase is None or (index and not heard[index].broken and heard[index - 1].norm != "no"):
            continue
        refused = name_at(heard, index + len(phrase))
        if not refused:
            continue
        at = heard.index(refused[-1]) + 1
        if at >= len(heard) or (not heard[at].broken and heard[at].norm not in _BUT):
            continue
        while at < len(heard) and heard[at].norm in _BUT:
            at += 1
        right = name_at(heard, at)
        if phrase == ("no",) and index and not _repeats(heard[:index], refused, right):
            continue  # "john, no jack" takes back what came before
        if right:
            return index, at
    return 0, 0


def _repeats(before: Sequence[Token], refused: list[Token], right: list[Token]) -> bool:
    """Whether "no gila, gil" tells how "gil", said before, is not written."""
    if len(right) != 1 or right[0].norm not in [token.norm for token in before]:
        return False
    return len(before) == 1 or (len(refused) == 1 and _alike(refused[0].norm, right[0].norm) > 50)


def insisted(earlier: list[Candidate], found: list[Candidate]) -> list[Candidate]:
    """Return the whole of "bill gatesby, not gates, gatesby": the one word is a part of it."""
    if len(earlier) != 1 or len(found) != 1 or " " in found[0].value:
        return found
    parts, new = earlier[0].value.split(), found[0].value
    likeness = [_alike(part, new) for part in parts]
    at = likeness.index(max(likeness))
    if likeness[at] <= 60:
        return found
    return [replace(found[0], value=" ".join([*parts[:at], new, *parts[at + 1 :]]))]


def repeated(earlier: Candidate | None, found: Candidate) -> list[Candidate]:
    """Return the whole of "bill gatesby, that's gatesby": a part of it was said once more."""
    if earlier is None or found.value not in earlier.value.split():
        return [found]
    return [replace(found, value=earlier.value)]


def either_name(heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
    """Find both names of "i go by tess but it's theresa monroe" equally good."""
    for at, (first, second) in enumerate(pairwise(found)):
        between = {own.norm for own in heard if first.end <= own.start <= second.start}
        if between & {"but", "pero"} and " " not in first.value and " " in second.value:
            equal = replace(
                second,
                confidence=max(first.confidence, second.confidence),
                cued=first.cued or second.cued,
            )
            return [*found[: at + 1], equal, *found[at + 2 :]]
    return found


def begun_anew(heard: Sequence[Token], name_at: NameAt) -> list[Token]:
    """Return the name at the end of "my name, yeah, hold on, sorry, the dog, greg lang"."""
    pauses = [at for at, token in enumerate(heard) if token.broken]
    begun = [at for at in range(len(heard)) if longest_phrase(heard, at, _BEGUN)]
    if not pauses or not begun or begun[-1] > pauses[-1]:
        return []
    between = {token.norm for token in heard[begun[-1] : pauses[-1]]}
    name = name_at(heard, pauses[-1])
    whole = len(name) == 2 and name[-1] is heard[-1] and name[0].norm in GIVEN_NAMES
    return name if whole and between & _ASIDE and not between & _OTHERS else []
