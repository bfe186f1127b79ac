"""Words made of letters: "s m y t h", "M as in Mary a r i a", "jon without an h", "with a k"."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from .characters import letter_slot
from .number_words import of_language
from .spelling import COMMON, NAMES
from .spoken import Token

_WITHOUT = (
    ("without", "an"), ("without", "a"), ("without", "the"), ("with", "no"), ("without",),
    ("no",), ("sin", "la"), ("sin",),
)  # fmt: skip
_WITH = (("with", "an"), ("with", "a"), ("with", "two"), ("with", "double"), ("with",),
         ("con", "una"), ("con", "dos"), ("con", "doble"), ("con",))  # fmt: skip
_ALIKE = ("ckq", "iy", "sz", "gj", "vb", "sc")
_SILENT = ("e", "h")


def _letter(heard: Sequence[Token], index: int, language: str) -> tuple[str, int] | None:
    """Return the one letter said at `index` and the index behind it."""
    if index >= len(heard):
        return None
    slot = letter_slot(heard, index, language)
    norm = heard[index].norm
    if slot is None:
        name = NAMES[language].get(norm, "")
        return (name, index + 1) if name else None
    letters = slot.readings[0].lower()
    return (letters, slot.last + 1) if len(letters) == 1 else None


def without(heard: Sequence[Token], index: int, word: str, language: str) -> tuple[str, int]:
    """Change a word as told at `index`: "without an h", "with a y", "with two l's".

    Returns:
        The changed word and how many tokens told so; 0 when nothing was told.
    """
    if not word:
        return word, 0
    for phrases, change in ((_WITHOUT, _dropped_letter), (_WITH, _other_letter)):
        for phrase in phrases:
            at = index + len(phrase)
            if tuple(token.norm for token in heard[index:at]) != phrase:
                continue
            found = _letter(heard, at, language)
            if found is None and at < len(heard):
                found = _plural(heard[at].norm, at)
            if found is None:
                continue
            twice = phrase[-1] in ("two", "double", "dos", "doble")
            changed = change(word, found[0], twice)
            if changed is not None:
                return changed, found[1] - index
    return word, 0


def _plural(norm: str, at: int) -> tuple[str, int] | None:
    return (norm[0], at + 1) if len(norm) in (2, 3) and norm[1:] in ("s", "'s") else None


def _dropped_letter(word: str, letter: str, twice: bool) -> str | None:
    at = word.lower().find(letter)
    if at < 0:
        # "Jon without an h": the recogniser already wrote it so.
        return word
    return word[:at] + word[at + 1 :]


def _other_letter(word: str, letter: str, twice: bool) -> str | None:
    low = word.lower()
    if twice:
        at = low.find(letter)
        doubled = letter * 2 in low
        return word if doubled else (word[:at] + letter + word[at:] if at >= 0 else None)
    if letter in low:
        return word
    for group in _ALIKE:
        if letter in group:
            places = [at for at, char in enumerate(low) if char in group]
            if len(places) == 1:
                at = places[0]
                new = letter.upper() if word[at].isupper() else letter
                return word[:at] + new + word[at + 1 :]
    if letter in _SILENT:
        # "Ann with an e", "sara with an h": what is not heard stands at the end.
        return word + letter
    return None


def unspelled(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens with letters in a row joined: ``b e l l`` is one word.

    Two letters are joined only where one of them was said with a word ("m as in mary").
    """
    language = of_language(language)
    joined: list[Token] = []
    index = 0
    while index < len(heard):
        letters, end, sure = _letters(heard, index, language)
        if len(letters) < (2 if sure else 3):
            joined.append(heard[index])
            index += 1
            continue
        first, last = heard[index], heard[end - 1]
        joined.append(Token(letters, letters, first.start, last.end, first.gap))
        index = end
    return joined


def _letters(heard: Sequence[Token], index: int, language: str) -> tuple[str, int, bool]:
    letters, at, sure = "", index, False
    while at < len(heard):
        norm = heard[at].norm
        slot = letter_slot(heard, at, language)
        if slot is None or (
            norm in COMMON
            and len(norm) > 1
            and not letters
            and slot.last == at
            and (language == "en")
        ):
            break
        with_word = slot.last > at + 1
        if (
            not with_word
            and len(norm) == 1
            and not letters
            and norm in ("a", "i", "y", "o")
            and (not _more(heard, at + 1, language))
        ):
            break
        letters += slot.readings[0].lower()
        sure = sure or with_word
        at = slot.last + 1
    return letters, at, sure


def _more(heard: Sequence[Token], at: int, language: str) -> bool:
    return at < len(heard) and letter_slot(heard, at, language) is not None


def respelled(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens with words changed as told: "jon without an h" is one word."""
    language = of_language(language)
    changed: list[Token] = []
    index = 0
    while index < len(heard):
        if changed and changed[-1].norm.isalpha() and len(changed[-1].norm) > 2:
            before = changed[-1]
            word, used = without(heard, index, before.text, language)
            end = heard[index + used - 1].end
            if used:
                changed[-1] = Token(word, word.lower(), before.start, end, before.gap)
                index += used
                continue
        if changed and _spells(changed[-1], heard[index]):
            # "Kevin, k e v i n, hart": the spelled word is the one before, and more may follow.
            before, own = changed.pop(), heard[index]
            changed.append(Token(own.text, own.norm, before.start, own.end, before.gap))
            index += 1
            if index < len(heard):
                changed.append(replace(heard[index], gap=" "))
                index += 1
            continue
        changed.append(heard[index])
        index += 1
    return changed


def _spells(before: Token, own: Token) -> bool:
    """Whether a word of letters repeats the word before it."""
    spelled = own.end - own.start > len(own.text)
    return spelled and own.broken and fuzz.ratio(before.norm, own.norm) > 75
