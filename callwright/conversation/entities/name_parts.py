"""A name given in parts: "last name's Nguyen, first name's Kevin", "Patel, first name Raj"."""

from collections.abc import Callable, Sequence

from ..spoken import Token, longest_phrase, table

_FIRST = table(
    """
    first name | first name is | first name's | my first name is | given name | given name is
    forename | forename is | christian name | christian name is | nombre | nombre es
    mi nombre es | de nombre | nombre de pila | el nombre es | mi nombre
    """
)
_LAST = table(
    """
    last name | last name is | last name's | my last name is | surname | surname is | surname's
    my surname is | family name | family name is | family name's | second name is | last names
    apellido | apellido es | mi apellido es | mi apellido | de apellido | apellidos | de apellidos
    el apellido es | los apellidos son | mis apellidos son | apellidos son
    """
)
_FIRST_BEHIND = table(
    """
    is the first name | is my first name | is the given name | is my given name | de nombre
    """
)
_LAST_BEHIND = table(
    """
    is the last name | is my last name | is the surname | is my surname | is the family name
    is my family name | de apellido | de apellidos
    """
)
_BY_ITSELF = frozenset({"mi nombre", "mi nombre es"})
_OF_OTHERS = frozenset({"a", "al", "su", "tu", "your", "his", "her", "their", "no"})
NameAt = Callable[[Sequence[Token], int], list[Token]]


def in_parts(heard: Sequence[Token], name_at: NameAt) -> list[Token]:
    """Return the tokens of a name whose first and last part were each announced, in order.

    Args:
        heard: The turn.
        name_at: Reads the name that begins at a token.
    """
    found: dict[str, list[Token]] = {}
    index = told = 0
    while index < len(heard):
        kind, used = _label_behind(heard, index)
        name = _before(heard[told:index], name_at) if kind else []
        if kind is None:
            kind, used = _label(heard, index)
            ends = range(index + used, len(heard))
            end = next((at for at in ends if _label(heard, at)[0]), None)
            name = name_at(heard[:end], index + used) if kind else []
        if kind is None:
            index += 1
            continue
        if not name or kind in found:
            return []
        found[kind] = name
        index += used
        told = index
    return [*found["first"], *found["last"]] if len(found) == 2 else []


def _label_behind(heard: Sequence[Token], index: int) -> tuple[str | None, int]:
    """Return the kind of name that stood before: "hughes is my surname", "torres de apellido"."""
    for kind, phrases in (("first", _FIRST_BEHIND), ("last", _LAST_BEHIND)):
        phrase = longest_phrase(heard, index, phrases)
        if phrase is None or not index:
            continue
        at = index + len(phrase)
        ended = at >= len(heard) or heard[at].broken or heard[at].norm == "y"
        if phrase[0] == "is" or (ended and not heard[index].broken):
            return kind, len(phrase)
    return None, 0


def _before(told: Sequence[Token], name_at: NameAt) -> list[Token]:
    """Return the name at the end of what was said before its announcement."""
    names = (name_at(told, at) for at in range(len(told)) if told[at].norm != "y")
    return next((name for name in names if name and name[-1] is told[-1]), [])


def last_label(heard: Sequence[Token]) -> int:
    """Return where the only announcement of a last name stands; 0 for none or for several."""
    found = [at for at in range(len(heard)) if longest_phrase(heard, at, _LAST)]
    starts = [at for at in found if at - 1 not in found]
    return starts[0] if len(starts) == 1 else 0


def first_label(heard: Sequence[Token]) -> tuple[int, int]:
    """Return where the only label stands when it is of a first name, and what is behind it.

    Zeros for another label beside it, and for "a nombre de", "mi nombre es": they begin a whole
    name.
    """
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(heard):
        kind, used = _label(heard, index)
        if kind == "last" or (kind and found):
            return 0, 0
        if kind and index and not _whole(heard, index, index + used):
            found.append((index, index + used))
        index += used or 1
    return found[0] if found else (0, 0)


def _whole(heard: Sequence[Token], index: int, end: int) -> bool:
    before = heard[index - 1].norm
    following = heard[end].norm if end < len(heard) else ""
    return (
        " ".join(token.norm for token in heard[index:end]) in _BY_ITSELF
        or following in ("de", "completo")
        or before in _OF_OTHERS
        or before.endswith("'s")
    )


def _label(heard: Sequence[Token], index: int) -> tuple[str | None, int]:
    for kind, phrases in (("first", _FIRST), ("last", _LAST)):
        phrase = longest_phrase(heard, index, phrases)
        if phrase is not None:
            return kind, len(phrase)
    return None, 0


def asks_last(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether the words between two names say that the second is the last name."""
    return any(longest_phrase(heard[:last], at, _LAST) for at in range(first, last))
