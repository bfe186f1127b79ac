"""Names of people, from introductions and bare answers, in any letter case."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ..letter_runs import unspelled
from ..repairs import repairs
from ..spelled_words import left_untold, respelled
from ..spoken import Token, folded, longest_phrase, tokens, word_set
from .base import Candidate, EntityBase, Hearing, in_words
from .given_names import GIVEN_NAMES
from .name_hyphens import hyphenated
from .name_of_another import BEFORE_NAME, behind_role, of_another, own_kin
from .name_parts import asks_last, behind_comma, first_label, in_parts, last_labels, runs_on
from .name_reading import closing_name, name_from, restated, signed_off, strictly, surnamed
from .name_repairs import begun_anew, denial, either_name, insisted, mended_name, repeated
from .name_words import (
    CERTAIN,
    FOND,
    LABELS,
    LIKELY,
    NOT_NAMES,
    PARTICLES,
    TITLES,
    VOCATIVES,
    is_weak,
)


class PersonName(EntityBase):
    """A person's name, as it would be written: ``Maria Lopez``, ``John O'Brien``."""

    type: Literal["person_name"]

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read introductions anywhere; a bare name only when it was asked for."""
        language = context.language
        heard = unspelled(_without_hums(tokens(words)), language)
        heard = hyphenated(heard)
        if heard is None:
            return []
        heard = respelled(heard, language)
        if left_untold(heard, language) or runs_on(heard, strictly):
            return []
        turned = behind_comma(heard, strictly) if context.asked else []
        if turned:
            start, end = min(own.start for own in turned), max(own.end for own in turned)
            return [Candidate(written(turned), start, end, 0.9)]
        heard = _as_names(heard, language)
        found = self._told(heard, context)
        found = mended_name(heard, _with_surname(heard, found), strictly, written)
        found = either_name(heard, found)
        best = max((candidate.confidence for candidate in found), default=0.0)
        return [candidate for candidate in found if candidate.confidence == best]

    def _told(self, heard: Sequence[Token], context: Hearing) -> list[Candidate]:
        parts = in_parts(heard, strictly)
        if parts:
            start, end = min(own.start for own in parts), max(own.end for own in parts)
            return [Candidate(written(parts), start, end, 0.95, True)]
        turned = self._back_to_front(heard, context) if context.asked else None
        if turned is not None:
            return [turned]
        found: list[Candidate] = []
        denied, index = denial(heard, strictly)
        while index < len(heard):
            candidate, used = self._introduced(heard, index, context)
            if candidate is not None:
                found.append(candidate)
            index += used
        labels = last_labels(heard)
        at = labels[0] if labels else 0
        if context.asked and at and len(found) == 1 and found[0].start >= heard[at].start:
            first = _bare(heard[:at], known_only=False) if len(labels) == 1 else None
            if first is not None and " " not in first.value:
                value = _whole(first, found[0])  # "olivia, surname grant"
                return [Candidate(value, first.start, found[0].end, 0.9, found[0].cued)]
            if first is None and any(not _everyday(token) for token in heard[:at]):
                return []  # "eliza as in eliza doolittle, last name crane"
        if not found and (context.asked or context.opening):
            rest = heard[denial(heard, strictly)[1] :]
            bare = _bare(rest, known_only=not context.asked)
            bare = bare or (_behind_aside(heard) if context.asked else None)
            bare = bare or (_closing(heard) if context.asked else None)
            found = [bare] if bare else []
        if denied:
            return insisted(self._told(heard[:denied], context), found)
        if context.asked and len(found) == 1:
            before = [token for token in heard if token.end <= found[0].start]
            bare = _bare(before, known_only=False)
            found = repeated(bare, found[0])
        return found

    def _back_to_front(self, heard: Sequence[Token], context: Hearing) -> Candidate | None:
        """Read "smith, first name laura": what stood before is the last name."""
        at, start = first_label(heard)
        if not at:
            return None
        while start < len(heard) and heard[start].norm in _SLOWLY:
            start += 1
        before = self._told(heard[:at], context)
        before = mended_name(heard[:at], before, strictly, written)
        name = strictly(heard, start) if start < len(heard) else []
        if len(before) != 1 or not 0 < len(name) < 3:
            return None
        last = before[0]
        if last.confidence < 0.8 and any(token.norm in _TO_OTHERS for token in heard[:at]):
            return None  # "buenas tardes carlos, el nombre es ana"
        first = Candidate(written(name), name[0].start, name[-1].end, 0.9, True)
        first = mended_name(heard, [first], strictly, written)[0]
        known, new = set(last.value.split()), set(first.value.split())
        if known & new:
            return replace(last, end=first.end) if new <= known else None
        return Candidate(_whole(first, last), last.start, first.end, 0.9, True)

    def _introduced(
        self, heard: Sequence[Token], index: int, context: Hearing
    ) -> tuple[Candidate | None, int]:
        asked = context.asked
        certain = longest_phrase(heard, index, CERTAIN)
        likely = None if certain else longest_phrase(heard, index, LIKELY)
        start = of_another(heard, index) if asked and not certain else 0
        if start:
            likely = likely or ("for",)
        phrase = certain or likely
        if phrase is None:
            return None, 1
        start = start or index + len(phrase)
        if asked and (certain or phrase[-1] == "under") and own_kin(heard, start):
            start += 2  # "a nombre de mi esposo, tomás gil"
        if asked and likely:
            start += behind_role(heard, start)
        while start < len(heard) and heard[start].norm in _SLOWLY:
            start += 1
        name = restated(heard, name_from(heard, start, strict=certain is None))
        if not name or (not asked and " ".join(phrase) in LABELS):
            return None, len(phrase)
        before = heard[index - 1].norm if index else ""
        if certain and (before in _OTHERS or (not asked and _somebody_else(before))):
            return None, len(phrase)
        if likely and not asked and is_weak(phrase):
            known = name[0].norm in GIVEN_NAMES or (len(name) > 1 and name[0].text[0].isupper())
            if not (context.opening and known):
                return None, len(phrase)
        sure = 0.95 if certain else (0.85 if asked else 0.8)
        last = signed_off(heard, heard.index(name[-1]))
        start, end = heard[index].start, heard[last].end
        return Candidate(written(name), start, end, sure, bool(certain)), max(1, last + 1 - index)

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """A name has letters, and not dozens of parts."""
        if not any(char.isalpha() for char in value):
            return in_words(context, "I did not get a name", "no entendí el nombre")
        if len(value) <= 80:
            return None
        return in_words(context, "that is longer than a name", "es demasiado largo para un nombre")


_FOREIGN_TITLES = frozenset({"don", "doña", "dona"})


def _as_names(heard: Sequence[Token], language: str) -> list[Token]:
    """Return the tokens as names are made of: a spoken comma is one, "don" and "doña" are none."""
    kept: list[Token] = []
    paused = False
    for index, token in enumerate(heard):
        following = index + 1 < len(heard)
        if token.norm in ("comma", "coma") and kept and following:
            paused = True
            continue
        if language == "es" and token.norm in _FOREIGN_TITLES and following:
            continue
        if token.norm in ("spelled", "spelt") and kept and following and _spelled(heard[index + 1]):
            continue  # "it's spelled s m y t h e", "last name spelled h a r d y"
        if kept and "/" in token.gap:
            kept.append(Token("or", "or", token.start, token.start, " "))
        if token.norm == "slash" or (language == "es" and token.norm == "o"):
            token = replace(token, text="or", norm="or")  # in no Spanish name
        kept.append(replace(token, gap=", ") if paused else token)
        paused = False
    return kept


_SLOWLY = word_set("um uh er actually is it's just only solo este pues eh")
_HUM = re.compile(r"m{2,}|h+m+|u+h+m*|u+m+|e+h+m*|e+r+m+|a+h+|e{2,}|a{2,}")


def _without_hums(heard: Sequence[Token]) -> list[Token]:
    """Return the tokens with sounds of thinking as one of them, and without those in a name."""
    kept: list[Token] = []
    for index, token in enumerate(heard):
        if not _HUM.fullmatch(token.norm):
            kept.append(token)
            continue
        following = heard[index + 1] if index + 1 < len(heard) else None
        if index == 0 or token.broken or following is None or following.broken:
            kept.append(replace(token, norm="um"))
    return kept


def _everyday(token: Token) -> bool:
    """Whether a word before a last name is surely no first name."""
    return token.norm in NOT_NAMES | BEFORE_NAME | TITLES or not token.norm.isalpha()


def _somebody_else(word: str) -> bool:
    """Whether "… name is" speaks of another person: "her name is", "my mother's name is"."""
    return word in ("her", "his", "their", "your", "its") or word.endswith("'s")


_OTHERS = word_set(
    "dog's cat's pet's doctor's boss's company's street's teacher's agent's nurse's lawyer's"
)


def _spelled(token: Token) -> bool:
    return token.end - token.start > len(token.text)


def _with_surname(heard: Sequence[Token], found: list[Candidate]) -> list[Candidate]:
    """Join "my name is John and my last name is Smith"."""
    if len(found) != 2 or " " in found[0].value:
        return found
    first, second = found
    between = [at for at, own in enumerate(heard) if first.end <= own.start < second.end]
    if not between or not asks_last(heard, between[0], between[-1] + 1):
        return found
    return [Candidate(_whole(first, second), first.start, second.end, 0.9, first.cued)]


def _whole(first: Candidate, last: Candidate) -> str:
    """Return both parts as one name: within it the particles of "de la cruz" are small."""
    words = [word.lower() if word.lower() in PARTICLES else word for word in last.value.split()]
    return " ".join([first.value, *words[:-1], last.value.split()[-1]])


def _bare(heard: Sequence[Token], *, known_only: bool) -> Candidate | None:
    """Read "anna bell", "um, anna bell", "anna bell and I'm calling about …".

    With `known_only`, two words or more that begin with a common given name.
    """
    start = 0
    while start < len(heard) and (
        heard[start].norm in BEFORE_NAME
        or (heard[start].norm in FOND and start + 1 < len(heard) and heard[start + 1].broken)
    ):
        start += 1
    name = restated(heard, name_from(heard, start, strict=True))
    if len(name) == 1 and start and heard[start - 1].norm in _GREETINGS and not name[0].broken:
        return None  # "hi olivia" greets somebody of that name
    if len(name) == 1 and start and heard[start - 1].norm == "es":
        return None  # "es urgente"
    if not name or (known_only and (len(name) < 2 or name[0].norm not in GIVEN_NAMES)):
        return None
    last = signed_off(heard, heard.index(name[-1]))
    behind = heard[last + 1 :]
    ended = not behind or behind[0].broken or behind[0].norm in _GOES_ON
    ended = ended or any(start == last + 1 for start, _ in repairs(heard))
    words = [token for token in name if token.norm not in PARTICLES]
    odd = any(token.norm in NOT_NAMES for token in words[1:]) and not surnamed(words)
    if not ended or len(words) > 4 or odd:
        return None
    if (
        len([token for token in name if token.gap != "-"]) == 1
        and len([token for token in behind if token.gap != "-"]) == 1
        and behind[0].broken
        and (behind[0].norm not in _GOES_ON and behind[0].norm.isalpha())
    ):
        return None  # "o'connor, sinead": which is the name?
    known = any(
        folded(token.norm) in _KNOWN or token.text[0].isupper() or token.gap == "-"
        for token in words
    )
    if len(words) > 2 and not known:
        return None  # "brakes make noise": three unknown words are a sentence
    sure = 0.75 if len(name) < 4 else 0.65
    return Candidate(written(name), name[0].start, heard[last].end, sure)


def _behind_aside(heard: Sequence[Token]) -> Candidate | None:
    name = begun_anew(heard, strictly)
    return Candidate(written(name), name[0].start, name[-1].end, 0.7) if name else None


def _closing(heard: Sequence[Token]) -> Candidate | None:
    """Read the name that ends the turn behind words of assent: "that's right, marlene dietz"."""
    name = closing_name(heard)
    before = [token.norm for token in heard if name and token.end <= name[0].start]
    if not name or not all(word in BEFORE_NAME | _ASSENT for word in before):
        return None
    return Candidate(written(name), name[0].start, name[-1].end, 0.7)


_ASSENT = word_set(
    "soy yo otra vez it's me again uh huh mhm that's right correct this is she he him her speaking "
    "así eso"
)
_GREETINGS = word_set("hi hello hey hola thanks gracias bye adiós you")
_TO_OTHERS = _GREETINGS | word_set("buenas buenos good morning afternoon evening")
_KNOWN = frozenset(folded(name) for name in GIVEN_NAMES)
_GOES_ON = (
    VOCATIVES
    | FOND
    | word_set(
        "or no sorry o perdón digo and i'm i i've here speaking calling from my please it's is but "
        "um uh thanks thank y soy spelled spelt that's i'd we our could can not para es"
    )
)


def written(name: Sequence[Token]) -> str:
    """Return name tokens as one writes them: ``o brien`` → ``O'Brien``, ``anna-maria`` → hyphen."""
    parts: list[str] = []
    for place, token in enumerate(name):
        text = _capital(token, inner=0 < place < len(name) - 1)
        if parts and token.gap.strip() in ("-", "‐", "–"):
            parts[-1] += f"-{text}"
        elif parts and parts[-1] == "O":
            parts[-1] = f"O'{text}"
        elif parts and parts[-1] == "Mc":
            parts[-1] = f"Mc{text}"
        else:
            parts.append(text)
    return " ".join(parts)


def _capital(token: Token, *, inner: bool) -> str:
    text = token.text.replace("’", "'")
    if not text.islower() and not (text.isupper() and len(text) > 2):
        return text
    low = text.lower()
    if inner and low in PARTICLES:
        return low
    head, apostrophe, tail = low.partition("'")
    if apostrophe and len(tail) > 1:
        return f"{head.capitalize()}'{tail.capitalize()}"
    if low.startswith("mc") and len(low) > 3:
        return f"Mc{low[2:].capitalize()}"
    return low.capitalize()
