"""Letters in a row as the words they make: "s m y t h", "M as in Mary a r i a", "t o m, h a r d y".

Spelling-alphabet words are letters too where they make a word: "foxtrot oscar x-ray".
"""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from .characters import letter_slot
from .digit_strings import Slot
from .number_words import of_language
from .spelling import COMMON, NATO
from .spoken import Token, folded, longest_phrase, table, word_set

_TELLS = word_set("with without no con sin")
_ARTICLES = word_set("a an the la una")
_LINKS = table(
    "space | capital | and then | then | new word | next word | espacio | y luego | luego"
)
_LABELS = (["nombre"], ["apellido"], ["apellidos"])
_VOWELS = frozenset("aeiouy")
_NAMES_OF_TWO = word_set("al bo cy ed jo ty li lu wu xu yu ho ma le oh")
_BEGINNINGS = word_set("fitz mac mc")
_CALLED_SO = word_set(
    "charlie india juliet julieta lima mike oscar óscar romeo sierra victor víctor"
)
"""Spelling-alphabet words that are names as well: a row of nothing else spells none."""


def unspelled(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens with letters in a row joined: ``b e l l`` is one word.

    Two letters are joined only where one of them was said with a word ("m as in mary").
    """
    language = of_language(language)
    joined: list[Token] = []
    index = 0
    while index < len(heard):
        if heard[index].norm == "a" and joined and joined[-1].norm in ("with", "without"):
            joined.append(heard[index])  # "with a p h"
            index += 1
            continue
        run = _alphabet_words(heard, index, joined) or _letters(heard, index, language)
        told = _told_of_the_word_before(joined, run)
        if told or not _makes_a_word(heard, run):
            index = run[told].first if told else index + 1
            joined.extend(heard[run[0].first : index] if told else heard[index - 1 : index])
            continue
        joined.extend(_words(heard, run, joined[-1].norm if joined else ""))
        index = run[-1].last + 1
    return _said_once(_without_links(joined))


def _makes_a_word(heard: Sequence[Token], run: Sequence[Slot]) -> bool:
    sure = any(heard[slot.first].norm in NATO or slot.last > slot.first + 1 for slot in run)
    return len(_text(run)) >= (2 if sure else 3)


def _text(run: Sequence[Slot]) -> str:
    return "".join(slot.readings[0].lower() for slot in run)


def _letters(heard: Sequence[Token], index: int, language: str) -> list[Slot]:
    """Return the letters said one after another from `index` on."""
    run: list[Slot] = []
    at = index
    while at < len(heard):
        norm = heard[at].norm
        slot = letter_slot(heard, at, language)
        conjunction = norm == "y" and language == "es" and run and at + 1 < len(heard)
        if slot is None or (conjunction and not _more(heard, at + 1, language)):
            break  # "a erre a y mi nombre"
        if run and _announces(heard, at + 1 if conjunction else at):
            break  # "zeta, de nombre luis"
        if not run and _rather_a_word(heard, slot, language):
            break
        run.append(slot)
        at = slot.last + 1
    return run


def _announces(heard: Sequence[Token], at: int) -> bool:
    following = [own.norm for own in heard[at + 1 : at + 2]]
    return at < len(heard) and heard[at].norm == "de" and following in _LABELS


def _rather_a_word(heard: Sequence[Token], slot: Slot, language: str) -> bool:
    """Whether what may be the first letter is a word: "see" of "see you", "a" of "a bill"."""
    norm, at = heard[slot.first].norm, slot.first
    if norm in COMMON and len(norm) > 1:
        return slot.last == at and language == "en"
    alone = norm in ("a", "i", "y", "o") and slot.last <= at + 1
    return alone and not _more(heard, at + 1, language)


def _more(heard: Sequence[Token], at: int, language: str) -> bool:
    return at < len(heard) and letter_slot(heard, at, language) is not None


def _alphabet_words(heard: Sequence[Token], index: int, joined: Sequence[Token]) -> list[Slot]:
    """Return the letters of "foxtrot oscar x-ray", where that is no name of its own."""
    run: list[Slot] = []
    at = index
    while at < len(heard):
        x_ray = heard[at].norm == "x" and [own.norm for own in heard[at + 1 : at + 2]] == ["ray"]
        letter = "x" if x_ray else NATO.get(heard[at].norm)
        if letter is None:
            break
        run.append(Slot((letter.upper(),), at, at + x_ray))
        at += 1 + x_ray
    beside = [token.norm for token in [*joined[-1:], *heard[at : at + 1]]]
    if len(run) > 1 and _text(run) in map(folded, beside):
        return run
    clearly = any(heard[slot.first].norm not in _CALLED_SO for slot in run)
    if len(run) < 3 or not clearly:
        return []
    return run if all(_wordlike(_text(part)) for part in _parted(heard, run, "")) else []


def _told_of_the_word_before(joined: Sequence[Token], run: Sequence[Slot]) -> int:
    """Return how many letters tell of a word that the others spell: "jane with a y, j a y n e"."""
    at = len(joined) - 1
    while at > 0 and joined[at].norm in _ARTICLES:
        at -= 1
    if at < 1 or joined[at].norm not in _TELLS or len(run) < 4:
        return 0
    word = folded(joined[at - 1].norm)
    cuts = [0, 1, 2] if _text(run[:2]) in ("ph", "ch") else [0, 1]
    return max(cuts, key=lambda cut: fuzz.ratio(word, _text(run[cut:])))


def _words(heard: Sequence[Token], run: Sequence[Slot], before: str) -> list[Token]:
    """Return the word, or the words, that letters make."""
    made: list[Token] = []
    for part in _parted(heard, run, before):
        first, last = heard[part[0].first], heard[part[-1].last]
        gap = " " if made else first.gap
        made.append(Token(_text(part), _text(part), first.start, last.end, gap))
    return made


def _parted(heard: Sequence[Token], run: Sequence[Slot], before: str) -> list[list[Slot]]:
    """Return letters parted into words where pauses part them: "t o m, h a r d y".

    Pauses between all letters part nothing, nor do those that leave what is no word, nor those
    within the word before: "gatesby, g a t, e s b y".
    """
    parts: list[list[Slot]] = []
    dashes = any("-" in heard[slot.first].gap for slot in run[1:])  # "T-O-M H-A-R-D-Y"
    for slot in run:
        own = heard[slot.first]
        if not parts or own.broken or (dashes and "-" not in own.gap):
            parts.append([])
        parts[-1].append(slot)
    for at in range(len(parts) - 1, 0, -1):
        if _text(parts[at - 1]) in _BEGINNINGS:
            parts[at - 1 : at + 1] = [[*parts[at - 1], *parts[at]]]  # "f i t z, p a t r i c k"
    if len(parts) > 1 and len(parts[0]) > 1 and all(len(part) == 1 for part in parts[1:]):
        parts = [parts[0], [slot for part in parts[1:] for slot in part]]  # "t o m, h, a, r, d, y"
    whole = fuzz.ratio(before, _text(run))
    if whole > 80 and whole > fuzz.ratio(before, _text(parts[0])):
        return [list(run)]
    return parts if all(_wordlike(_text(part)) for part in parts) else [list(run)]


def _wordlike(text: str) -> bool:
    return text in _NAMES_OF_TWO or (len(text) > 2 and not _VOWELS.isdisjoint(folded(text)))


def _without_links(joined: Sequence[Token]) -> list[Token]:
    """Return the tokens without "space" or "and then" between two words that were spelled."""
    kept: list[Token] = []
    index = 0
    while index < len(joined):
        link = longest_phrase(joined, index, _LINKS)
        end = index + len(link or ())
        begins = not kept or _spelled(kept[-1]) or link == ("capital",)
        if link and begins and end < len(joined) and _spelled(joined[end]):
            kept.append(replace(joined[end], gap=" "))
            index = end + 1
            continue
        kept.append(joined[index])
        index += 1
    return kept


def _spelled(token: Token) -> bool:
    return token.end - token.start > len(token.text)


def _said_once(joined: Sequence[Token]) -> list[Token]:
    """Return the tokens without a word that letters spelled before it: "d a n, dan, hardy"."""
    kept: list[Token] = []
    aside = False
    for token in joined:
        if kept and _spelled(kept[-1]) and folded(kept[-1].norm) == folded(token.norm):
            kept[-1] = replace(token, start=kept[-1].start, gap=kept[-1].gap)
            aside = True
            continue
        kept.append(replace(token, gap=" ") if aside else token)
        aside = False
    return kept
