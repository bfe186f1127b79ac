"""The name that begins at a word: where it ends, and whether it is one."""

from collections.abc import Sequence

from ..spelled_words import sounds_like
from ..spoken import Token
from .given_names import GIVEN_NAMES
from .name_words import (
    ENDS,
    FIRST_NAMES_TOO,
    FOND,
    LAST_NAMES_TOO,
    NOT_NAMES,
    NOT_VERBS,
    PARTICLES,
    TITLES,
    VOCATIVES,
)

_LONGEST = 5
AT_THE_TELEPHONE = (["habla"], ["aparato"], ["teléfono"])


def name_from(heard: Sequence[Token], start: int, *, strict: bool) -> list[Token]:
    """Return the tokens of the name that begins at `start`, titles left out."""
    start = _behind_titles(heard, start)
    if strict and start < len(heard) and _no_beginning(heard, start):
        return []
    name: list[Token] = []
    for index in range(start, min(len(heard), start + _LONGEST)):
        token = heard[index]
        ended = _ends_name(heard, index, first=not name)
        if ended or (name and token.broken and not _initial(name[-1])):
            break
        if name and token.norm in VOCATIVES | (FOND if len(name) > 1 else frozenset[str]()):
            break
        name.append(token)
    while name and name[-1].norm in PARTICLES | {"o"} and (len(name) > 1 or name[0].norm != "al"):
        name.pop()
    if not name or _verb(name[0], strict) or any(_of_somebody(token) for token in name):
        return []
    inner = next((token for token in name if token.norm not in PARTICLES), name[0])
    if strict and inner is not name[0] and inner.norm in NOT_NAMES:
        return []  # "de la empresa acme"
    if not strict and (_everyday(name) or _thing(name[0], inner)):
        return []
    if (
        strict
        and name[0].norm in NOT_NAMES
        and (name[0].norm not in FIRST_NAMES_TOO or len(name) < 2)
    ):
        return []
    if strict and len(name) > 1 and name[1].norm in NOT_NAMES and not surnamed(name):
        return name[:1] if name[0].text[:1].isupper() else []
    return name


def _behind_titles(heard: Sequence[Token], start: int) -> int:
    """Return where a name begins whose titles are left out."""
    while start < len(heard) and (
        heard[start].norm in TITLES
        or (heard[start].norm in ("el", "la", "the") and _titled(heard, start + 1))
    ):
        start += 1
    return start


def _no_beginning(heard: Sequence[Token], start: int) -> bool:
    """Whether no name begins so: "soy la esposa de juan", "soy de valencia"; "de la torre" may."""
    norm = heard[start].norm
    if norm == "de":
        following = heard[start + 1].norm if start + 1 < len(heard) else ""
        return following not in ("la", "los", "las")
    return norm in ("la", "el", "los", "las", "yo", "del")


def _ends_name(heard: Sequence[Token], index: int, *, first: bool) -> bool:
    """Whether the word at `index` belongs to no name any more."""
    token = heard[index]
    following = heard[index + 1].norm if index + 1 < len(heard) else ""
    if not token.norm.replace("'", "").isalpha():
        return True
    if token.norm in ENDS and not _is_a_name_here(heard, index, first=first):
        return True
    if token.norm == "hang":
        return following == "on"
    if token.norm in ("y", "de") and _labelled(heard, index + 1):
        return True
    if token.norm == "y":
        return following in NOT_NAMES
    if token.norm in ("last", "first", "family", "second"):
        return following == "name"
    return token.norm == "al" and [following] in AT_THE_TELEPHONE


def _labelled(heard: Sequence[Token], index: int) -> bool:
    """Whether another part of the name is announced: "y de apellido torres"."""
    said = [token.norm for token in heard[index : index + 2] if token.norm != "de"]
    return said[:1] in (["apellido"], ["apellidos"], ["nombre"])


def _of_somebody(token: Token) -> bool:
    """Whether it is "olivia's" of "olivia's assistant"."""
    return token.norm.endswith("'s")


def _everyday(name: Sequence[Token]) -> bool:
    """Whether what follows "my name is" is no name: "none of your business"."""
    first = name[0]
    if first.norm.endswith(_CONTRACTED):
        return True  # "my name hasn't changed"
    if first.norm not in NOT_NAMES or first.norm in GIVEN_NAMES:
        return False
    following = name[1].norm if len(name) > 1 else ""
    return following in NOT_NAMES if following else not first.text[0].isupper()


_CONTRACTED = ("n't", "'ll", "'ve", "'re")


def _thing(first: Token, inner: Token) -> bool:
    """Whether it is "la empresa" of "a nombre de la empresa"."""
    return first.norm in ("la", "el", "los", "las") and inner.norm in NOT_NAMES


def surnamed(name: Sequence[Token]) -> bool:
    """Whether an everyday word is a surname here: "john long"."""
    given = name[0].norm in GIVEN_NAMES or name[0].norm in FIRST_NAMES_TOO
    return given and len(name) == 2 and name[1].norm in LAST_NAMES_TOO


def strictly(heard: Sequence[Token], start: int) -> list[Token]:
    """Return the name that begins at `start` where the words before do not make it certain."""
    return name_from(heard, start, strict=True)


def _titled(heard: Sequence[Token], index: int) -> bool:
    return index < len(heard) and heard[index].norm in TITLES


def _is_a_name_here(heard: Sequence[Token], index: int, *, first: bool) -> bool:
    """Whether "will", "may" or "call" is a name in this place, as in "will young", "anna may"."""
    if heard[index].norm not in ("will", "may", "call"):
        return False
    last = index + 1 == len(heard)
    return last if not first else not last and heard[index + 1].norm not in ENDS


def _initial(token: Token) -> bool:
    return len(token.norm) == 1 or token.norm in TITLES | {"st"}


def _verb(token: Token, strict: bool) -> bool:
    """Whether the word after "I'm" is a participle rather than a name."""
    if not strict or token.norm in NOT_VERBS:
        return False
    norm = token.norm
    return (norm.endswith("ing") and len(norm) > 4) or (
        norm.endswith("ed") and len(norm) > 6 and not norm.endswith(("fred", "mmed", "amed"))
    )


def restated(heard: Sequence[Token], name: list[Token]) -> list[Token]:
    """Read "bond, james bond" as one name."""
    if len(name) > 2 and name[0].norm == name[1].norm:
        name = name[1:]  # "jon without an h, jon keller"
    if len(name) > 2 and _is_spelled(name[0]) and sounds_like(name[0].norm, name[1].norm):
        name = [name[0], *name[2:]]  # "carl with a k carl jung"
    if len(name) == 2 and name[0].norm == name[1].norm:
        return name[1:]
    if len(name) == 3 and name[0].norm == name[2].norm:
        return name[:2] if _is_spelled(name[1]) else name[1:]
    if name and name[-1] is not heard[-1]:
        fuller = name_from(heard, heard.index(name[-1]) + 1, strict=True)
        if len(fuller) > len(name) and _norms(fuller[: len(name)]) == _norms(name):
            return fuller  # "mary. mary jones"
    if not name or name[-1] is heard[-1]:
        return name
    fuller = _fuller_behind(heard, name)
    if fuller:
        return fuller
    again = name_from(heard, heard.index(name[-1]) + 1, strict=True)
    return again if len(again) > len(name) and again[-1].norm == name[-1].norm else name


def _fuller_behind(heard: Sequence[Token], name: Sequence[Token]) -> list[Token]:
    """Return the whole name behind a pause: "harper, like the magazine, quentin harper"."""
    for at, token in enumerate(heard):
        if token.broken and token.start > name[-1].end:
            whole = name_from(heard, at, strict=True)
            if len(whole) > 1 and "".join(_norms(name)) in _norms(whole):
                return whole
    return []


def closing_name(heard: Sequence[Token]) -> list[Token]:
    """Return the name of several words that alone stands behind the last pause."""
    pause = max((at for at, token in enumerate(heard) if token.broken), default=0)
    last = name_from(heard, pause, strict=True) if pause else []
    return last if len(last) > 1 and last[-1] is heard[-1] else []


def _norms(name: Sequence[Token]) -> list[str]:
    return [token.norm for token in name]


def _is_spelled(token: Token) -> bool:
    return token.end - token.start > len(token.text)


def signed_off(heard: Sequence[Token], last: int) -> int:
    """Return the last token of an introduction, "… here" and "… calling" included."""
    after = [token.norm for token in heard[last + 1 : last + 3]]
    if after[:1] == ["al"] and after[1:] in AT_THE_TELEPHONE:
        return last + 2
    said = after[:1] in (["here"], ["speaking"], ["calling"])
    return last + 1 if said and after[1:] not in _CALLS_FOR else last


_CALLS_FOR = [["about"], ["to"], ["because"], ["for"], ["in"], ["regarding"], ["on"], ["with"]]
