"""One of several declared values, by its name, a synonym, its place in the list, or its sound."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Self

import jellyfish
from pydantic import Field, model_validator
from rapidfuzz import fuzz

from ..number_words import SMALL
from ..spoken import FILLERS, Token, folded, tokens, word_set
from .base import Candidate, EntityBase, Hearing, in_words

_NOT_THIS = word_set("not neither nor no without ni sin except excepto menos isn't don't doesn't")
_ORDINALS = {
    "first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1,
    "primero": 0, "primera": 0, "segundo": 1, "segunda": 1, "tercero": 2, "tercera": 2, "cuarto":
    3, "cuarta": 3, "último": -1, "última": -1, "ultimo": -1, "ultima": -1, "quinta": 4, "quinto":
    4, "fifth": 4, "sixth": 5, "tercer": 2, "primer": 0,
}  # fmt: skip
_AFTER_ORDINAL = word_set(
    "one option choice please opción opcion por sounds is would or o and y thanks gracias then"
)
_COUNTED = word_set("number option choice número numero opción opcion")
_ASIDE = word_set(
    "a an the i i'd i've got have need want would like it it's is one for me my get can could "
    "you some with that take do let's go give choose pick prefer think guess just la el los las "
    "un una unos unas de del quiero quisiera necesito tengo es me da dame deme prefiero elijo "
    "para mi mejor creo que lo"
)
_SUFFIXES = word_set("ing er ers ed s es ment ación ción")
_FILLING = word_set("the a an of to my el la los las un una de del")
_FEWEST = 4
_SHORT = {
    "dr": "doctor", "dra": "doctora", "mr": "mister", "mrs": "missus", "sr": "señor",
    "sra": "señora", "st": "saint",
}  # fmt: skip
"""How callers say what is declared with an abbreviation."""


class Choice(EntityBase):
    """One of several declared values.

    Args:
        values: What may be chosen, as the program wants to read it.
        synonyms: For a value, the other ways in which callers say it.
        floor: How alike misheard words have to be to a value, 0 to 1, in letters or in sound.
    """

    type: Literal["choice"]
    values: list[str] = Field(min_length=2)
    synonyms: dict[str, list[str]] = Field(default_factory=dict)
    floor: float = Field(default=0.8, ge=0.6, le=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({value.lower() for value in self.values}) < len(self.values):
            raise ValueError("values must differ from each other; remove the double one")
        if any(not tokens(value) for value in self.values):
            raise ValueError("a value without a letter or digit cannot be said; name it in words")
        for value in self.synonyms:
            if value not in self.values:
                known = ", ".join(self.values)
                raise ValueError(f"synonyms are given for {value!r}, which is none of: {known}")
        return self

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read declared values and synonyms; when asked, also near misses and "the first one"."""
        heard = tokens(words)
        found, refused = self._exact(heard)
        found = _behind_question(heard, found)
        if not found and context.asked:
            found = (
                self._ordinal(heard)
                or self._near(heard)
                or self._by_one_word(heard)
                or self._by_stems(heard)
                or self._turned_round(heard)
            )
            found = [one for one in found if one.value not in refused]
        best: dict[str, Candidate] = {}
        for candidate in found:
            known = best.get(candidate.value)
            if known is None or candidate.confidence > known.confidence:
                best[candidate.value] = candidate
        return sorted(best.values(), key=lambda candidate: -candidate.confidence)

    def _names(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        synonyms = tuple((said, v) for v, others in self.synonyms.items() for said in others)
        return _split((*((value, value) for value in self.values), *synonyms))

    def _exact(self, heard: Sequence[Token]) -> tuple[list[Candidate], set[str]]:
        """Return what was named, and what was named to be refused."""
        found: list[Candidate] = []
        refused: set[str] = set()
        index = 0
        norms = [folded(token.norm) for token in heard]
        while index < len(heard):
            match = next((pair for pair in self._names() if _says(norms, index, pair[0])), None)
            if match is None:
                index += 1
                continue
            last = heard[index + len(match[0]) - 1]
            if _means_else(heard, index):
                index += 1
                continue
            if _refused(heard, index):
                refused.add(match[1])
            else:
                found.append(Candidate(match[1], heard[index].start, last.end, 0.95))
            index += len(match[0])
        return found, refused

    def _ordinal(self, heard: Sequence[Token]) -> list[Candidate]:
        """Read every place in the list that was named: "the first one", "number three"."""
        found: list[Candidate] = []
        for index, token in enumerate(heard):
            place = self._place(heard, index)
            if place is not None and not _refused(heard, index):
                found.append(Candidate(self.values[place], heard[index].start, token.end, 0.8))
        return found

    def _place(self, heard: Sequence[Token], index: int) -> int | None:
        """Return the place in the list that is named at `index`."""
        norm = heard[index].norm
        before = heard[index - 1].norm if index else "the"
        after = heard[index + 1].norm if index + 1 < len(heard) else "one"
        if norm == "middle" and len(self.values) % 2 and after in _AFTER_ORDINAL:
            return len(self.values) // 2
        place = _ORDINALS.get(norm)
        if place is None and (before in _COUNTED or before in ("la", "el")):
            number = SMALL["en"].get(norm) or SMALL["es"].get(norm)
            number = int(norm) if norm in "123456789" else number
            alone = index + 1 == len(heard) or heard[index + 1].broken or after in _AFTER_ORDINAL
            place = number - 1 if number and alone else None
        elif before not in ("the", "la", "el", "or", "o", *_COUNTED) or after not in _AFTER_ORDINAL:
            return None
        if place is None or place >= len(self.values):
            return None
        return len(self.values) - 1 if place < 0 else place

    def _by_one_word(self, heard: Sequence[Token]) -> list[Candidate]:
        """Read "a tow" for towing and "the flat" for flat tire, where hardly more is said."""
        said = [
            token
            for index, token in enumerate(heard)
            if token.norm not in _ASIDE | FILLERS and not _means_else(heard, index)
        ]
        if len(said) != 1 or len(said[0].norm) < 3:
            return []
        word = folded(said[0].norm)
        word = word.removesuffix("s") if len(word) > 4 else word
        found = {
            value
            for name, value in self._names()
            for part in name
            if part.removesuffix("s") == word
            or part == word
            or (len(name) == 1 and part.removeprefix(word) in _SUFFIXES and part.startswith(word))
        }
        return [Candidate(value, said[0].start, said[0].end, 0.75) for value in sorted(found)]

    def _by_stems(self, heard: Sequence[Token]) -> list[Candidate]:
        """Read "to be towed" for towing and "tech support" for technical support."""
        found: list[Candidate] = []
        for name, value in self._names():
            for index in range(len(heard) - len(name) + 1):
                window = heard[index : index + len(name)]
                said = [folded(token.norm) for token in window]
                taken = _refused(heard, index) or _means_else(heard, index)
                pairs = zip(name, said, strict=True)
                if all(_kindred(*pair, len(name) > 1) for pair in pairs) and not taken:
                    found.append(Candidate(value, window[0].start, window[-1].end, 0.7))
        return found

    def _turned_round(self, heard: Sequence[Token]) -> list[Candidate]:
        """Read "my battery's dead" for dead battery and "the tire is flat" for flat tire."""
        said = [folded(token.norm.removesuffix("'s")) for token in heard]
        found: list[Candidate] = []
        for name, value in self._names():
            own = [part for part in name if part not in _FILLING]
            if len(own) < 2 or not set(own) <= set(said):
                continue
            places = sorted(said.index(part) for part in own)
            between = heard[places[0] : places[-1] + 1]
            loose = len(between) > len(own) + 2 or any(token.broken for token in between[1:])
            denied = any(token.norm in _NOT_THIS for token in between)
            if not loose and not denied and not _refused(heard, places[0]):
                found.append(Candidate(value, between[0].start, between[-1].end, 0.7))
        return found

    def _near(self, heard: Sequence[Token]) -> list[Candidate]:
        found: list[Candidate] = []
        for name, value in self._names():
            said = " ".join(name)
            if len(said) < _FEWEST:
                continue
            for length in {len(name) - 1, len(name), len(name) + 1} - {0}:
                for index in range(len(heard) - length + 1):
                    window = heard[index : index + length]
                    norms = [folded(token.norm) for token in window]
                    if norms[0] in _FILLING or norms[-1] in _FILLING:
                        continue
                    alike = _alike("".join(name), "".join(norms))
                    taken = _refused(heard, index) or _means_else(heard, index)
                    if alike >= self.floor and not taken:
                        start, end = window[0].start, window[-1].end
                        found.append(Candidate(value, start, end, 0.7 * alike))
        return found

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Name the allowed values when it is none of them."""
        if value in self.values:
            return None
        return in_words(
            context,
            f"it has to be one of these: {either(self.values)}",
            f"tiene que ser una de estas: {either(self.values, 'o')}",
        )

    def say(self, value: str, language: str = "en") -> str:
        """Read a value as words."""
        return value.replace("_", " ")


@lru_cache(maxsize=64)
def _split(names: tuple[tuple[str, str], ...]) -> tuple[tuple[tuple[str, ...], str], ...]:
    split = [
        (tuple(folded(token.norm) for token in tokens(said.replace("_", " "))), value)
        for said, value in names
    ]
    split += [(tuple(_SHORT.get(norm, norm) for norm in norms), value) for norms, value in split]
    known = dict.fromkeys(pair for pair in split if pair[0])
    return tuple(sorted(known, key=lambda pair: -len(pair[0])))


def _refused(heard: Sequence[Token], index: int) -> bool:
    """Whether "not (the)" stands before: but not "no, the …", which takes back what came before."""
    at = index - 1
    while at >= 0 and heard[at].norm in _OWN_OR_ANY:
        at -= 1
    if at > 0 and heard[at].norm == "but" and heard[at - 1].norm in ("anything", "everything"):
        return True
    if at > 0 and (heard[at - 1].norm, heard[at].norm) in _BAD_FOR:
        return True
    if at > 0 and heard[at].norm in _WISHING and not heard[at].broken:
        at -= 1
    if at < 0 or heard[at].norm not in _NOT_THIS:
        return False
    return heard[at].norm != "no" or (
        not any(token.broken for token in heard[at + 1 : index + 1]) and (at == 0)
    )


_BAD_FOR = frozenset({("allergic", "to"), ("alérgico", "a"), ("alérgica", "a"), ("except", "for")})
_WISHING = word_set("es want need like take quiero necesito quería quisiera deseo")
_OWN_OR_ANY = word_set("the a an my your our el la los las un una mi tu su")


def _behind_question(heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
    """Leave out what a caller only repeats of the question: "cash or card? card"."""
    asked = max((token.start for token in heard if "?" in token.gap), default=0)
    return [one for one in found if one.start >= asked] or found


def _kindred(part: str, said: str, beside_others: bool) -> bool:
    """Whether a word is a value's with another ending, or beside others of it its beginning."""
    if part == said or (beside_others and len(said) >= 4 and part.startswith(said)):
        return True
    stems = [_ENDING.sub("", word) for word in (part, said)]
    return stems[0] == stems[1] and len(stems[0]) >= 3


_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")


def _means_else(heard: Sequence[Token], index: int) -> bool:
    """Whether a word is no choice here: "good morning", "más tarde", "let me check with her"."""
    before = heard[index - 1].norm if index else ""
    if before == "me" and index > 1 and heard[index - 2].norm == "let":
        return True
    return before in ("good", "buenas", "buenos", "más", "mas") and heard[index].norm in _HOURS


_HOURS = word_set("morning afternoon evening night day tarde tardes noche noches días dias")


@lru_cache(maxsize=4096)
def _alike(name: str, said: str) -> float:
    """How alike two words are, 0 to 1: by their letters, or nearly by their sound."""
    if abs(len(name) - len(said)) > 3:
        return 0.0
    letters = fuzz.ratio(name, said) / 100
    if letters < 0.55:
        return letters
    sounds = fuzz.ratio(jellyfish.metaphone(name), jellyfish.metaphone(said)) / 100
    same = sounds == 1.0 and name[0] == said[0]
    if _beginning(name) != _beginning(said) and letters < 0.9:
        # "Meaning" is no "cleaning": the beginning of a word is heard best.
        return 0.0
    return max(letters, 0.85 if same and letters >= 0.6 else 0.0)


def _beginning(word: str) -> str:
    # In Spanish b and v are one sound.
    return jellyfish.metaphone(word.replace("v", "b"))[:1]


def _says(norms: Sequence[str], index: int, name: Sequence[str]) -> bool:
    if index + len(name) > len(norms):
        return False
    said = norms[index : index + len(name)]
    last = name[-1]
    return said[:-1] == list(name[:-1]) and said[-1] in (last, f"{last}s", f"{last}es", f"{last}'s")


def either(values: Sequence[str], last: str = "or") -> str:
    """Return values as a spoken list: ``a, b or c``."""
    said = [value.replace("_", " ") for value in values]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"
