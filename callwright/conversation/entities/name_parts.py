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
NameAt = Callable[[Sequence[Token], int], list[Token]]


def in_parts(heard: Sequence[Token], name_at: NameAt) -> list[Token]:
    """Return the tokens of a name whose first and last part were each announced, in order.

    Args:
        heard: The turn.
        name_at: Reads the name that begins at a token.
    """
    found: dict[str, list[Token]] = {}
    index = 0
    while index < len(heard):
        kind, used = _label(heard, index)
        if kind is None:
            index += 1
            continue
        end = next((at for at in range(index + used, len(heard)) if _label(heard, at)[0]), None)
        name = name_at(heard[:end], index + used)
        if not name or kind in found:
            return []
        found[kind] = name
        index += used
    return [*found["first"], *found["last"]] if len(found) == 2 else []


def last_label(heard: Sequence[Token]) -> int:
    """Return where the only announcement of a last name stands; 0 for none or for several."""
    found = [at for at in range(len(heard)) if longest_phrase(heard, at, _LAST)]
    starts = [at for at in found if at - 1 not in found]
    return starts[0] if len(starts) == 1 else 0


def _label(heard: Sequence[Token], index: int) -> tuple[str | None, int]:
    for kind, phrases in (("first", _FIRST), ("last", _LAST)):
        phrase = longest_phrase(heard, index, phrases)
        if phrase is not None:
            return kind, len(phrase)
    return None, 0


def asks_last(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether the words between two names say that the second is the last name."""
    return any(longest_phrase(heard[:last], at, _LAST) for at in range(first, last))
