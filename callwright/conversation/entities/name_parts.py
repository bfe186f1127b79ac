"""A name given in parts: "last name's Nguyen, first name's Kevin", "Patel, first name Raj"."""

from collections.abc import Callable, Sequence

from ..spoken import FILLERS, Token, folded, longest_phrase, table
from .given_names import GIVEN_NAMES
from .name_words import PARTICLES, TITLES

_FIRST = table(
    """
    first | first name | first name is | first name's | my first name is | given name
    given name is | forename | forename is | christian name | christian name is | nombre | nombre es
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
    index = told = behind = 0
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
        behind = max(index, heard.index(name[-1]) + 1)
    if found.keys() == {"last"}:
        found["first"] = _given_behind(heard, behind, found["last"])
    return [*found["first"], *found["last"]] if found.get("first") and "last" in found else []


def _given_behind(heard: Sequence[Token], at: int, last: Sequence[Token]) -> list[Token]:
    """Return the given name that ends the turn behind the last name: "last name smith, laura"."""
    rest = [token for token in heard[at:] if token.norm not in FILLERS]
    paused = last[-1].end < heard[at - 1].end or (rest != [] and heard[at].broken)
    given = len(rest) == 1 and folded(rest[0].norm) in _GIVEN and rest[0].norm != last[-1].norm
    return rest if paused and given else []


def runs_on(heard: Sequence[Token], name_at: NameAt) -> bool:
    """Whether a given name may follow the last name without a pause: "last name smith laura"."""
    for index in range(len(heard)):
        phrase = longest_phrase(heard, index, _LAST)
        if phrase is None or not any(word.endswith(("name", "surname")) for word in phrase):
            continue
        name = [token.norm for token in name_at(heard, index + len(phrase))]
        if len(name) == 2 and name[1] in GIVEN_NAMES and name[0] not in _BEFORE_GIVEN:
            return True
    return False


_GIVEN = frozenset(map(folded, GIVEN_NAMES))
_BEFORE_GIVEN = GIVEN_NAMES | PARTICLES | TITLES | {"st", "saint", "san", "santa", "fitz", "mac"}


def behind_comma(heard: Sequence[Token], name_at: NameAt) -> list[Token]:
    """Return the name of "smith comma laura": a comma that is said turns it round."""
    commas = [at for at, token in enumerate(heard) if token.norm in ("comma", "coma")]
    if len(commas) != 1:
        return []
    last = _before(heard[: commas[0]], name_at)
    first = name_at(heard, commas[0] + 1)
    if not last or not 0 < len(first) < 3 or folded(last[0].norm) in _GIVEN:
        return []
    return [*first, *last]


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


def last_labels(heard: Sequence[Token]) -> list[int]:
    """Return where the announcements of a last name stand."""
    found = [at for at in range(len(heard)) if longest_phrase(heard, at, _LAST)]
    return [at for at in found if at - 1 not in found]


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
