"""What a caller names only to say that it is not this: "not the third", "I can't do monday"."""

from collections.abc import Sequence

from .spoken import Span, Token, longest_phrase, table, word_set

_NEGATIONS = word_set("not isn't wasn't ain't can't cannot couldn't won't except excepto salvo")
_EXCEPTIONS = (("but",), ("menos",))
_EVERYTHING = word_set("any anything every everything all cualquier cualquiera todo todos todas")
_PASSED_OVER = word_set(
    "the a an on at el la los las for it's do make come be have in really day día days"
)
_IN_PLACE = table(
    "instead of | rather than | better than | mejor que | en vez de | en vez del | en lugar de | "
    "en lugar del | don't want | do not want | don't need | don't like | no quiero | no necesito | "
    "no puedo"
)
_OUT_OF_QUESTION = table(
    """
    doesn't work | does not work | won't work | isn't good | is no good | is not good | is out
    no good | isn't possible | is impossible | doesn't suit | doesn't fit | is bad | no puedo
    no me va | no me viene | no me sirve | no puede ser | no podría | imposible | es imposible
    """
)
_REACH = 5


def is_refused(heard: Sequence[Token], span: Span) -> bool:
    """Whether the words around a value say that it is not this one."""
    first = next((at for at, token in enumerate(heard) if token.start >= span.start), len(heard))
    behind = next((at for at, token in enumerate(heard) if token.start >= span.end), len(heard))
    return (
        _denied(heard, first)
        or _but_another(heard, first, behind)
        or (behind < len(heard) and bool(longest_phrase(heard, behind, _OUT_OF_QUESTION)))
        or _will_not(heard, behind)
    )


def _will_not(heard: Sequence[Token], behind: int) -> bool:
    """Whether "doesn't" ends what is said of it: "Friday works, Thursday doesn't"."""
    if behind >= len(heard) or heard[behind].norm not in ("doesn't", "won't"):
        return False
    return behind + 1 == len(heard) or heard[behind + 1].broken


def _denied(heard: Sequence[Token], first: int) -> bool:
    # A value's introduction may begin inside these words ("of monday").
    for start in range(max(0, first - 3), first + 1):
        phrase = longest_phrase(heard, start, _IN_PLACE) if start < len(heard) else None
        end = start + len(phrase or ())
        paused = any(token.broken for token in heard[start + 1 : end])  # "no, quiero el martes"
        if phrase is not None and end >= first and not paused:
            return True
    if _less_liked(heard, first):
        return True
    for at in range(first - 1, max(-1, first - 1 - _REACH), -1):
        norm = heard[at].norm
        if heard[at + 1].broken and norm not in _NEGATIONS:
            return False
        if norm in _NEGATIONS:
            return True
        if (norm,) in _EXCEPTIONS and any(own.norm in _EVERYTHING for own in heard[:at]):
            return True
        if norm not in _PASSED_OVER:
            return False
    return False


def _less_liked(heard: Sequence[Token], first: int) -> bool:
    """Whether it is the second of "rather the 4th than the 5th", "mejor el 4 que el 5"."""
    at = first
    while at > 0 and heard[at - 1].norm in _PASSED_OVER:
        at -= 1
    link = heard[at - 1].norm if at else ""
    before = {token.norm for token in heard[max(0, at - 8) : at]}
    preferred = not before.isdisjoint(("mejor", "prefiero", "preferiría", "antes"))
    return link == "than" or (link == "que" and preferred)  # "no later than the 18th"


def _but_another(heard: Sequence[Token], first: int, behind: int) -> bool:
    """Whether it is the first of "no el lunes sino el martes"."""
    rest = [token.norm for token in heard[behind : behind + 1]]
    before = [own.norm for own in heard[max(0, first - 4) : first] if own.norm not in _PASSED_OVER]
    return rest == ["sino"] and (
        before[-1:] == ["no"] or first == 0 or _starts_denied(heard, first)
    )


def _starts_denied(heard: Sequence[Token], first: int) -> bool:
    # The value's own introduction may hold the denial: "no es el lunes sino …".
    return any(token.norm == "no" for token in heard[max(0, first - 5) : first + 2])
