"""Hyphens of names as they are said: "sarah smith hyphen jones", "smith jones, hyphenated"."""

from collections.abc import Sequence
from dataclasses import replace

from ..spoken import Token, longest_phrase, table, word_set
from .name_words import NOT_NAMES

_SIGNS = word_set("hyphen guion guión hyphenated barrelled barreled")
_BETWEEN = word_set("hyphen dash guion guión")
_JOINED = table(
    """
    hyphenated | that's hyphenated | it's hyphenated | it is hyphenated | with a hyphen
    with hyphen | with the hyphen | double barrelled | double barreled | with a dash
    con guion | con guión | con un guion | con un guión | y va con guion | va con guion
    """
)
_APART = table(
    """
    no hyphen | without a hyphen | without hyphen | without the hyphen | not hyphenated
    no dash | sin guion | sin guión | sin el guion | sin el guión
    """
)


def hyphenated(heard: Sequence[Token]) -> list[Token] | None:
    """Return the tokens with spoken hyphens between words; None where which words is unclear."""
    kept: list[Token] = []
    gap = ""
    index = 0
    while index < len(heard):
        apart = longest_phrase(heard, index, _APART)
        joins = None if apart else longest_phrase(heard, index, _JOINED)
        if joins and not _joined(kept):
            return None
        if apart or joins:
            index += len(apart or joins or ())
            if _one_more(heard[index:]):
                return None  # "jean luc, with a hyphen, picard"
            gap = ", "
        elif kept and _between(heard, index):
            gap = "-"
            index += 1
        elif heard[index].norm in _SIGNS:
            return None
        else:
            kept.append(replace(heard[index], gap=gap) if gap else heard[index])
            gap = ""
            index += 1
    return kept


def _one_more(rest: Sequence[Token]) -> bool:
    """Whether one word follows that may belong to the name, or be the one before it."""
    return len(rest) == 1 and rest[0].norm not in NOT_NAMES


def _between(heard: Sequence[Token], index: int) -> bool:
    """Whether a word is the hyphen between its neighbours: "damon dash" may be called so."""
    if heard[index].norm not in _BETWEEN or index + 1 == len(heard):
        return False
    if heard[index].norm == "dash" and (heard[index].broken or heard[index + 1].broken):
        return False
    beside = (heard[index - 1].norm, heard[index + 1].norm)
    return all(word.isalpha() and word not in NOT_NAMES for word in beside)


def _joined(kept: list[Token]) -> bool:
    """Put a hyphen between the last two words, where they are two of a name."""
    if len(kept) < 2 or any(token.norm in NOT_NAMES for token in kept[-2:]):
        return False
    if kept[-1].broken:
        return False
    kept[-1] = replace(kept[-1], gap="-")
    return True
