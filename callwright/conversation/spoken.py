"""A transcript as tokens with places: the one reading of words that everything else stands on.

Recognisers write lower case without punctuation, or cased and punctuated sentences; both become
the same tokens, so no rule has to know who wrote them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

Meaning = TypeVar("Meaning")


def words(text: str) -> list[str]:
    """Return the words of a table row written as one string."""
    return text.split()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table written as one string, as a set."""
    return frozenset(text.split())


LONGEST = 1500
"""Characters of one turn that are listened to: three minutes of quick speech, no attack."""

Table = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word, the longest first."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")

FILLERS = word_set(
    "um uh uhm er erm ah eh hmm hm mm mhm well so like okay ok yeah please hi hello hey there "
    "oh alright right now and but just basically actually sorry then also good morning afternoon "
    "evening thanks thank you este pues bueno hola buenos buenas días dias tardes por favor y "
    "gracias"
)
"""Words that carry nothing when they stand at the edge of an answer."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or numeral.

    Args:
        text: As recognised.
        norm: Lower case, straight apostrophes.
        start: Offset of its first character in the transcript.
        end: Offset behind its last character.
        gap: What stands between the token before and this one (blanks, punctuation).
    """

    text: str
    norm: str
    start: int
    end: int
    gap: str

    @property
    def broken(self) -> bool:
        """Whether punctuation separates this token from the one before."""
        return any(mark in self.gap for mark in ".,?!;:")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the transcript, in characters; ``end`` is exclusive."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two pieces share a character."""
        return self.start < other.end and other.start < self.end


def clean(words: str) -> str:
    """Return the transcript without control characters and double blanks, cut at `LONGEST`."""
    head = words[: LONGEST * 2]
    printable = "".join(char if char.isprintable() else _blank(char) for char in head)
    whole = " ".join(printable.split())
    if len(whole) <= LONGEST:
        return whole
    kept, _, cut = whole[:LONGEST].rpartition(" ")
    return kept or cut


def _blank(char: str) -> str:
    """What stands for a character that cannot be seen: marks within a word do not part it."""
    return "" if unicodedata.category(char) == "Cf" else " "


def tokens(words: str) -> list[Token]:
    """Return the words and numerals of a transcript in order, with their offsets."""
    return list(_tokens(words))


# Every entity of an agent reads the same words.
@lru_cache(maxsize=16)
def _tokens(words: str) -> tuple[Token, ...]:
    found: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(words):
        text = match.group()
        norm = text.lower().replace("’", "'")
        found.append(Token(text, norm, match.start(), match.end(), words[last : match.start()]))
        last = match.end()
    return tuple(found)


_MARKUP = re.compile(r"<\s*[/!?]?\s*[a-zA-Z]|\{\{|&[a-z]+;")


def is_markup(words: str) -> bool:
    """Whether the words are no speech: a recogniser writes no tags."""
    return _MARKUP.search(words) is not None


def folded(text: str) -> str:
    """Return text without its accents: ``pérez`` → ``perez``."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))


_HESITATIONS = word_set("um uh uhm er erm eh mm hmm hm")


def fluent(heard: Sequence[Token]) -> list[Token]:
    """Return the tokens without sounds of thinking, which may stand anywhere."""
    return [token for token in heard if token.norm not in _HESITATIONS]


def phrase_at(heard: Sequence[Token], index: int, phrase: Sequence[str]) -> bool:
    """Whether the normalised tokens from `index` on are exactly `phrase`."""
    if index + len(phrase) > len(heard):
        return False
    return all(heard[index + offset].norm == word for offset, word in enumerate(phrase))


def longest_phrase(heard: Sequence[Token], index: int, phrases: Table) -> Sequence[str] | None:
    """Return the longest of `phrases` that stands at `index`, or None."""
    for phrase in phrases.get(heard[index].norm, ()):
        if phrase_at(heard, index, phrase):
            return phrase
    return None


Keyed = Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]
"""Phrases and what they mean, by their first word, the longest first."""


def keyed(meanings: Mapping[tuple[str, ...], Meaning]) -> Keyed[Meaning]:
    """Return phrases with their meanings by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for phrase, meaning in meanings.items():
        found.setdefault(phrase[0], []).append((phrase, meaning))
    return {word: tuple(sorted(own, key=lambda one: -len(one[0]))) for word, own in found.items()}


def meaning_at(
    heard: Sequence[Token], index: int, phrases: Keyed[Meaning]
) -> tuple[tuple[str, ...], Meaning] | None:
    """Return the longest of `phrases` that stands at `index` and its meaning, or None."""
    if index >= len(heard):
        return None
    for phrase, meaning in phrases.get(heard[index].norm, ()):
        if phrase_at(heard, index, phrase):
            return phrase, meaning
    return None


def table(text: str) -> Table:
    """Return phrases written one a line, or separated by a bar, by their first word."""
    lines = (piece.split() for line in text.splitlines() for piece in line.split("|"))
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in lines:
        if phrase:
            found.setdefault(phrase[0], []).append(tuple(phrase))
    return {word: tuple(sorted(own, key=len, reverse=True)) for word, own in found.items()}
