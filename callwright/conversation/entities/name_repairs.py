"""What a name is corrected to, and the other name that was offered with it."""

from collections.abc import Callable, Sequence

from ..repairs import repairs
from ..spoken import Token, longest_phrase, table, word_set
from .base import Candidate
from .given_names import GIVEN_NAMES

NameAt = Callable[[Sequence[Token], int], list[Token]]
Written = Callable[[Sequence[Token]], str]

_BEFORE_CORRECTION = word_set("it's it is that's my name name's soy es me llamo i'm said i a")
_PERHAPS = word_set("maybe perhaps possibly quizás quizá is it it's es")
_DENIALS = table(
    """
    not | it's not | it is not | my name is not | my name's not | my name isn't | no es | no soy
    no me llamo | i'm not | that's not | it isn't | no
    """
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
        name = name_at(heard, end)
        if not name:
            return found
        after = heard.index(name[-1]) + 1
        more = name_at(heard, after) if len(name) == 1 and after + 1 == len(heard) else []
        name = [*name, *more]  # "john, no, jack, smith"
        value = _corrected(last.value.split(), name, written)
        where = heard[heard.index(name[-1])].end
        return [*found[:-1], Candidate(value, last.start, where, last.confidence, last.cued)]
    return _or_another(heard, found, behind, name_at, written)


def _corrected(parts: list[str], name: list[Token], written: Written) -> str:
    """Return a name of which one word, or all of it, was said anew."""
    new = written(name)
    if len(name) > 1 or len(parts) == 1:
        return new
    if name[0].norm in GIVEN_NAMES and parts[-1].lower() not in GIVEN_NAMES:
        return " ".join([new, *parts[1:]])
    return " ".join([*parts[:-1], new])


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


def behind_denial(heard: Sequence[Token], name_at: NameAt) -> int:
    """Return where the right name begins in "it's not john, it's jack"; 0 for none."""
    for index in range(len(heard)):
        phrase = longest_phrase(heard, index, _DENIALS)
        if phrase is None or (index and not heard[index].broken and heard[index - 1].norm != "no"):
            continue
        if phrase == ("no",) and index:
            continue  # "john, no jack" takes back what came before
        refused = name_at(heard, index + len(phrase))
        if not refused:
            continue
        at = heard.index(refused[-1]) + 1
        if at >= len(heard) or (not heard[at].broken and heard[at].norm not in _BUT):
            continue
        while at < len(heard) and heard[at].norm in _BUT:
            at += 1
        if name_at(heard, at):
            return at
    return 0
