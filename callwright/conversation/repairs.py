"""Corrections within one sentence: "March third, no, fourth".

What comes after such a word replaces something said before it: all of it when it is whole itself,
else its end.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from .spoken import Token, longest_phrase, table, word_set

_COUNTS = (("two", "dos"), ("three", "tres"), ("four", "cuatro"))
_LAST_FEW = "\n".join(
    f"last {few} are | last {few} digits are | last {few} numbers are | last {few} should be"
    f"| últimos {pocos} son | últimas {pocos} son | {pocos} últimos son | {pocos} últimas son"
    f"| últimos {pocos} números son | últimos {pocos} dígitos son | últimas {pocos} cifras son"
    for few, pocos in _COUNTS
)
_SEVERAL = table(_LAST_FEW)
"""What replaces several characters at the end: "the last two are five four"."""
_POINTERS = word_set("last first un últimos últimas")
_MARKERS = table(
    _LAST_FEW
    + """
    no | nope | sorry | i'm sorry | i mean | i meant | actually | scratch that | strike that
    make that | make it | rather | or rather | correction | wait | hold on | oops | my mistake
    excuse me | instead | in fact | let me correct that | never mind | i should say | that's wrong
    the last digit is | the last digits are | last digit is | the last one is | it ends in | ends in
    el último dígito es | la última cifra es | termina en | el último es | la última es
    el último número es | la última letra es | acaba en
    perdón | perdon | perdona | perdone | digo | mejor dicho | quiero decir | quise decir | espera
    espere | me equivoqué | me equivoque | corrijo | más bien | mejor | disculpa | disculpe
    """
)
_GLUE = word_set(
    "um uh er erm ah no sorry it's its is it that's that was should be the last one digit digits "
    "letter number numbers are ends in with i said say well oh wait a and not es son era el la los "
    "las al final último última ultimo ultima un cifra dígito dígitos número letra termina en que "
    "bueno eh este con"
)

Range = tuple[int, int]


def repairs(heard: Sequence[Token]) -> list[Range]:
    """Return where words of taking back stand: token ranges, end exclusive, neighbours joined."""
    found: list[Range] = []
    index = 0
    while index < len(heard):
        phrase = longest_phrase(heard, index, _MARKERS) or _thinks_better(heard, index)
        if phrase is None or _compares(heard, index, phrase):
            index += 1
            continue
        start, index = index, index + len(phrase)
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, index))
    return found


def _thinks_better(heard: Sequence[Token], index: int) -> Sequence[str] | None:
    """Read the "well" with pauses around it as taking back: "ocho, bueno, nueve"."""
    token = heard[index]
    if token.norm not in ("well", "bueno") or not index or not token.broken:
        return None
    return (token.norm,) if all(own.broken for own in heard[index + 1 : index + 2]) else None


def contrasts(heard: Sequence[Token]) -> list[int]:
    """Return each "no" with a pause before it and none behind: in Spanish it may mean "not"."""
    return [
        at
        for at, (token, following) in enumerate(pairwise(heard))
        if token.norm == "no" and token.broken and not following.broken
    ]


def _compares(heard: Sequence[Token], index: int, phrase: Sequence[str]) -> bool:
    """Whether "instead of" and "rather than" name what it is not, rather than mend it."""
    following = [token.norm for token in heard[index + len(phrase) : index + len(phrase) + 1]]
    return phrase[-1] in ("instead", "rather") and following in (["of"], ["than"])


def pointing(heard: Sequence[Token]) -> frozenset[int]:
    """Return the tokens that are no number: "the last one is a five", "el último es un seis"."""
    if not any(token.norm in _POINTERS for token in heard):
        return frozenset()
    found = {
        at + (token.norm != "un")
        for at, token in enumerate(heard[:-1])
        if (token.norm in ("last", "first", "other", "second") and heard[at + 1].norm == "one")
        or (token.norm == "un" and _is_digit(heard[at + 1]))
    }
    found |= {
        at
        for start in range(len(heard))
        if (phrase := longest_phrase(heard, start, _SEVERAL)) is not None
        for at in range(start, start + len(phrase))
    }
    return frozenset(found)


def _is_digit(token: Token) -> bool:
    return token.norm in _DIGITS or (token.norm.isdecimal() and len(token.norm) == 1)


_DIGITS = word_set("cero uno dos tres cuatro cinco seis siete ocho nueve")


def repaired_between(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether a word of taking back stands at the tokens from `first` up to `last`, exclusive."""
    return any(start >= first and end <= last for start, end in repairs(heard[:last]))


def takes_back(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens between two pieces say nothing but that the second mends the first."""
    if not repaired_between(heard, first, last):
        return False
    covered = {at for start, end in repairs(heard[:last]) for at in range(start, end)}
    return all(at in covered or heard[at].norm in _GLUE for at in range(first, last))


def offers_another(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens between two pieces say that it is the one or the other."""
    between = [token.norm for token in heard[first:last]]
    return any(word in ("or", "o") for word in between) and len(between) < 4


def mended(
    before: str, after: str, last_group: int, fits: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return what a string of characters may be once its end is replaced.

    Args:
        before: What was said first.
        after: What was said instead: the whole once more, or its end.
        last_group: Length of what was said in one go at the end of `before`.
        fits: Whether a string is a whole value.
    """
    if fits(after) and 2 * len(after) > len(before):
        return (after,)
    whole = [before[:-cut] + after for cut in range(1, len(before) + 1)]
    good = [one for one in whole if fits(one)]
    if len(good) <= 1:
        return tuple(good)
    # Where the length is free, as much is replaced as was said anew, or the last group.
    same = before[: -len(after)] + after
    return (same,) if same in good and len(after) <= max(1, last_group) else tuple(good[:2])
