"""Words changed by what is told of their letters: "jon without an h", "kevin, k e v i n"."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from .characters import letter_slot
from .number_words import of_language
from .spelling import COMMON, NAMES
from .spoken import Token, folded

_WITHOUT = (
    ("without", "an"), ("without", "a"), ("without", "the"), ("with", "no"), ("without",),
    ("no",), ("sin", "la"), ("sin",),
)  # fmt: skip
_WITH = (("with", "an"), ("with", "a"), ("with", "two"), ("with", "double"), ("with",),
         ("con", "una"), ("con", "dos"), ("con", "doble"), ("con",))  # fmt: skip
_ONCE = (("with", "only", "one"), ("with", "just", "one"), ("with", "a", "single"),
         ("only", "one"), ("just", "one"), ("one",), ("with", "one"), ("con", "una", "sola"),
         ("con", "solo", "una"))  # fmt: skip
_LEADS = frozenset(phrase[0] for phrases in (_WITHOUT, _WITH, _ONCE) for phrase in phrases)
_ALIKE = ("ckq", "iy", "sz", "gj", "vb", "sc")
_SILENT = ("e", "h")
_AS_Y = (("a", "ey", "ay"), ("e", "ay", "ey"))
_PAIRS = {"ph": ("f", "v"), "f": ("ph",), "v": ("ph",), "k": ("ch", "qu"), "ch": ("k", "c")}
"""Letters that are written instead of others that sound the same."""


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
    if not word or index >= len(heard) or heard[index].norm not in _LEADS:
        return word, 0
    for phrases, change in (
        (_WITHOUT, _dropped_letter),
        (_ONCE, _single_letter),
        (_WITH, _other_letter),
    ):
        for phrase in phrases:
            at = index + len(phrase)
            if tuple(token.norm for token in heard[index:at]) != phrase:
                continue
            found = _pair(heard, at) or _letter(heard, at, language)
            if found is None and at < len(heard):
                found = _plural(heard[at].norm, at)
            if found is None:
                continue
            if len(phrase) == 1 and _no_letter(heard, at, found[1]):
                continue
            if language == "en" and [own.norm for own in heard[found[1] : found[1] + 1]] == ["y"]:
                return word, 0  # "lindsey with an a y" tells of two letters
            twice = phrase[-1] in ("two", "double", "dos", "doble")
            changed = change(word, found[0], twice)
            if changed is not None:
                return changed, found[1] - index
            if phrases is _WITH:
                return word, 0  # of "jane with a y" the letter is no A
    return word, 0


def _no_letter(heard: Sequence[Token], at: int, end: int) -> bool:
    """Whether the letter at `at` is a word: "marta, no, de marina", "without a hyphen"."""
    goes_on = end < len(heard) and not heard[end].broken
    if heard[at - 1].norm == "no" and (heard[at].broken or heard[at].norm in ("i", "o", "y", "de")):
        return goes_on
    return heard[at].norm == "a" and goes_on


def _pair(heard: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Return two letters that are one sound, said at `at`: "with a ph"."""
    said = [token.norm for token in heard[at : at + 2]]
    if said[:1] in (["ph"], ["ch"]):
        return said[0], at + 1
    return ("".join(said), at + 2) if said in (["p", "h"], ["c", "h"]) else None


def _plural(norm: str, at: int) -> tuple[str, int] | None:
    if len(norm) in (2, 3) and norm[1:] in ("s", "'s"):
        return norm[0], at + 1
    name = NAMES["es"].get(norm.removesuffix("s")) if norm.endswith("s") else None
    return (name, at + 1) if name else None  # "con dos eles"


def _dropped_letter(word: str, letter: str, twice: bool) -> str | None:
    at = word.lower().find(letter)
    if at < 0:
        # "Jon without an h": the recogniser already wrote it so.
        return word
    return word[:at] + word[at + 1 :]


def _single_letter(word: str, letter: str, twice: bool) -> str | None:
    at = word.lower().find(letter * 2)
    return word if at < 0 else word[:at] + word[at + 1 :]


def _other_letter(word: str, letter: str, twice: bool) -> str | None:
    low = word.lower()
    if twice:
        at = max(low.find(letter, 1), low.find(letter))  # "greg with two g's"
        doubled = letter * 2 in low
        if not doubled and low.count(letter, 1) > 1:
            return None  # "gonzalez with two z's" may count those that it has
        return word if doubled else (word[:at] + letter + word[at:] if at >= 0 else None)
    if letter in low:
        return word
    for written in _PAIRS.get(letter, ()):
        if low.count(written) == 1:
            at = low.index(written)
            new = letter.capitalize() if word[at].isupper() else letter
            return word[:at] + new + word[at + len(written) :]
    for told, before, after in _AS_Y:
        if letter == told and low.endswith(before):
            return word[: -len(before)] + after
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


def respelled(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens with words changed as told: "jon without an h" is one word.

    A word that was said before is changed where it stood: "john smith, john without an h".
    """
    language = of_language(language)
    changed: list[Token] = []
    index = 0
    while index < len(heard):
        if changed and changed[-1].norm.replace("'", "").isalpha() and len(changed[-1].norm) > 2:
            before = changed[-1]
            word, used = without(heard, index, before.text, language)
            end = heard[index + used - 1].end
            if used:
                aside = _stands_alone(changed)
                changed[-1] = Token(word, word.lower(), before.start, end, before.gap)
                changed = _where_it_stood(changed, before.norm)
                index += used
                if aside and index < len(heard) and changed[-1].end == end:
                    heard = _behind_aside(heard, index)
                continue
        both = _both_spelled(changed, heard[index])
        if both:
            changed[-2:] = both
            index += 1
            continue
        said = _spelled_behind(changed, heard[index])
        again = _said_before(changed, heard[index]) if said is None else None
        if again is not None:
            own, word = heard[index], _written_so(changed[again], heard[index])
            changed[again] = replace(changed[again], text=word, norm=word)
            changed[-1] = replace(changed[-1], end=own.end)
            index += 1
            continue
        if said is not None:
            # "Kevin, k e v i n, hart": the spelled word is the one before, and more may follow.
            before, own = changed[said], heard[index]
            changed = changed[:said]
            word = _written_so(before, own)
            changed.append(Token(word, word, before.start, own.end, before.gap))
            stood = len(changed)
            changed = _where_it_stood(changed, before.norm)
            index += 1
            if index < len(heard) and len(changed) == stood:
                changed.append(replace(heard[index], gap=" "))
                index += 1
            continue
        changed.append(heard[index])
        index += 1
    return changed


def left_untold(heard: Sequence[Token], language: str) -> bool:
    """Whether a letter was told and nobody can say where it belongs: "jane with a y"."""
    known = NAMES["es"].keys() - COMMON if of_language(language) == "es" else frozenset[str]()
    for at, token in enumerate(heard[:-1]):
        more = token.norm in ("and", "y") and heard[at + 1].norm in ("a", "an", "una")
        if more and at + 2 < len(heard) and len(heard[at + 2].norm) == 1:
            return True  # "alan with two l's and an e"
        if token.norm not in ("with", "without", "con", "sin"):
            continue
        article = heard[at + 1].norm in ("a", "an", "una")
        said = [own.norm for own in heard[at + 1 + article : at + 2 + article]]
        if any((len(one) == 1 and one not in "aio") or one in known for one in said):
            return True
    return False


_INTRODUCING = frozenset(
    {"that's", "that", "is", "it's", "its", "and", "with", "es", "y", "eso", "con", "my", "mi"}
    | {"name", "the", "last", "first", "surname", "apellido", "nombre", "i'm", "soy", "llamo"}
)
_TELLING = frozenset(
    {"spelled", "spelt", "written", "is", "it's", "that's", "as", "se", "escribe", "deletrea"}
    | {"deletreado", "escrito", "es", "like"}
)


def _stands_alone(changed: Sequence[Token]) -> bool:
    """Whether the last token is the first of a name, so that more of it may follow an aside."""
    last = changed[-1]
    return len(changed) < 2 or last.broken or changed[-2].norm in _INTRODUCING


def _behind_aside(heard: Sequence[Token], index: int) -> Sequence[Token]:
    """Return the tokens with the name going on at `index`: "catherine with a c, gray"."""
    own = heard[index]
    if own.end - own.start > len(own.text):
        return heard  # letters tell for themselves what they spell
    return [*heard[:index], replace(own, gap=" "), *heard[index + 1 :]]


def _where_it_stood(changed: list[Token], norm: str) -> list[Token]:
    """Put a word told anew, the last one, in the place where it was said first."""
    anew = changed[-1]
    for at in range(len(changed) - 2, -1, -1):
        if changed[at].norm != norm and fuzz.ratio(changed[at].norm, norm) < 85:
            continue
        lead = len(changed) - 1
        while lead > at + 1 and changed[lead - 1].norm in _INTRODUCING:
            lead -= 1
        first, last = changed[at], changed[lead - 1]
        kept = [*changed[:lead]]
        kept[at] = Token(anew.text, anew.norm, first.start, first.end, first.gap)
        if last is first:
            kept[at] = replace(kept[at], end=anew.end)
        else:
            kept[-1] = replace(kept[-1], end=anew.end)
        return kept
    return changed


def _spelled_behind(changed: Sequence[Token], own: Token) -> int | None:
    """Return which token a word of letters spells: the one before it, telling words aside."""
    at = _before_clause(changed)
    while at > 0 and changed[at].norm in _TELLING:
        at -= 1
    if at < 0 or not _spells(changed[at], own, told=at < len(changed) - 1):
        return None
    return at


def _before_clause(changed: Sequence[Token]) -> int:
    """Return the last token before "with a y" that did not say by itself what changes."""
    at = len(changed) - 1
    if at < 2 or len(changed[at].norm) > 1:
        return at
    while at > 1 and (len(changed[at].norm) == 1 or changed[at].norm in ("an", "the", "una")):
        at -= 1
    return at - 1 if changed[at].norm in ("with", "without", "con", "sin") else len(changed) - 1


def _spells(before: Token, own: Token, *, told: bool) -> bool:
    """Whether a word of letters repeats the word before it."""
    spelled = own.end - own.start > len(own.text)
    if not spelled:
        return False
    ratio = fuzz.ratio(before.norm, own.norm)
    if told or own.broken:
        return ratio > (55 if told else 75)
    # "maria m a r t i n" says a last name, "jackson j a x o n" how the first is written.
    return ratio > 79 or sounds_like(before.norm, own.norm)


def sounds_like(word: str, other: str) -> bool:
    """Whether two words may be one name written in two ways: ``jackson``, ``jaxon``."""
    return fuzz.ratio(word, other) > 50 and _sound(word) == _sound(other)


def _written_so(before: Token, own: Token) -> str:
    """Return a word as its letters tell; the accents of what was recognised are kept."""
    return before.norm if folded(before.norm) == folded(own.norm) else own.norm


_ALIKE_IN_SOUND = ("bfpv", "cgjkqsxz", "dt", "l", "mn", "r")
_CLASSES = {letter: str(at) for at, row in enumerate(_ALIKE_IN_SOUND) for letter in row}


def _sound(word: str) -> str:
    """Return a word without its vowels, sounds that are alike as one: ``jackson``, ``jaxon``."""
    codes = [_CLASSES.get(letter, "") for letter in word if letter not in "hw"]
    kept = [code for at, code in enumerate(codes) if code and (at == 0 or codes[at - 1] != code)]
    return "".join(kept)


def _said_before(changed: Sequence[Token], own: Token) -> int | None:
    """Return which token before the last one is spelled: "hugo lara, h u g o"."""
    if not changed or own.end - own.start <= len(own.text):
        return None
    places = range(len(changed) - 2, max(-1, len(changed) - 4), -1)
    return next((at for at in places if fuzz.ratio(changed[at].norm, own.norm) > 84), None)


def _both_spelled(changed: Sequence[Token], own: Token) -> list[Token]:
    """Return two words as one string of letters spells them: "ann lee a n n l e i g h"."""
    if len(changed) < 2 or own.end - own.start <= len(own.text):
        return []
    first, second = changed[-2:]
    alike = fuzz.ratio(f"{first.norm}{second.norm}", own.norm)
    if alike < 80 or alike <= fuzz.ratio(second.norm, own.norm):
        return []
    cut = max(
        range(1, len(own.norm)),
        key=lambda at: (
            fuzz.ratio(first.norm, own.norm[:at]) + fuzz.ratio(second.norm, own.norm[at:])
        ),
    )
    texts = (own.norm[:cut], own.norm[cut:])
    return [
        replace(first, text=texts[0], norm=texts[0]),
        replace(second, text=texts[1], norm=texts[1], end=own.end),
    ]
