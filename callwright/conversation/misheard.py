"""Number words that a recogniser ran together or wrote as words that sound the same.

"Twentyfive" and "twothirty" are two words each. "To pm", "for people" and "january won" are 2 pm,
four people and the first of January; but "to" and "for" are numbers only where the words around
them leave no other sense.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from .number_words import HUNDREDS, ORDINALS, SMALL, TENS, of_language
from .spoken import FILLERS, Token, tokens, word_set

_SOUNDS = {"to": "two", "too": "two", "for": "four", "fore": "four", "won": "one", "ate": "eight"}
_VERBS = frozenset({"won", "ate"})
_SUBJECTS = word_set("i we you he she they it who i've we've that have has had which and")

_PIECES = {
    "en": [*SMALL["en"], *TENS["en"], *ORDINALS["en"], "hundred", "thousand", "million"],
    "es": [*(set(SMALL["es"]) - {"un", "una"}), *TENS["es"], *HUNDREDS["es"], "mil"],
}
_ENDINGS = {"en": ("am", "pm", "oclock", "dollars"), "es": ("pesos", "euros")}


def _run_together(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    pieces = "|".join(sorted(_PIECES[language], key=len, reverse=True))
    tens = "|".join(TENS[language])
    joined = rf"(?:{tens})y(?=(?:{pieces}))|" if language == "es" else ""
    ending = "|".join(_ENDINGS[language])
    whole = re.compile(rf"(?:{joined}{pieces})+(?:{pieces}|{ending})")
    return whole, re.compile(rf"(?:{tens})(?=y)|(?<=[a-z])y(?=[a-z])|{pieces}|{ending}")


_TOGETHER = {language: _run_together(language) for language in ("en", "es")}

_CLOCK = word_set("am pm o'clock oclock")
_LEADS = (FILLERS - {"you", "thank"}) | word_set(
    "do works how what "
    "at around about by is was it's its that's say make just like be are there's we're only all "
    "maybe roughly exactly total paid charged me owe costs cost yes party of"
)
_AT = word_set("at around by about")
_COUNTED = word_set(
    "people persons person guests adults kids children nights passengers tickets seats bedrooms "
    "years"
)
_MONEY = word_set("hundred thousand million grand dollars dollar bucks pounds euros quid cents")
_MONTHS = word_set(
    "january february march april may june july august september october november december"
)
_SPANS = word_set("from between until till through by since before after")
_PAST = word_set("half quarter five ten twenty twenty-five")


def number_tokens(words: str, language: str, *, strings: bool = False) -> list[Token]:
    """Return the tokens of a transcript with the numbers in it as they were meant.

    Args:
        words: The transcript.
        language: ISO 639 code of its words.
        strings: Whether a string of digits or letters is awaited, in which "to" is a two.
    """
    return list(_number_tokens(words, of_language(language), strings))


def parted_tokens(words: str, language: str) -> list[Token]:
    """Return the tokens of a transcript with numbers that were run together as several."""
    language = of_language(language)
    heard = [part for token in tokens(words) for part in apart(token, language)]
    return heard if language == "en" else [_respelled(token) for token in heard]


# Several entities of an agent read the same words.
@lru_cache(maxsize=16)
def _number_tokens(words: str, language: str, strings: bool) -> tuple[Token, ...]:
    heard = parted_tokens(words, language)
    if language != "en" or not any(token.norm in _SOUNDS for token in heard):
        return tuple(heard)
    # From the end, since what follows a word decides first: "for to people".
    for index in range(len(heard) - 1, -1, -1):
        if heard[index].norm in _SOUNDS and any(rule(heard, index) for rule in _RULES):
            heard[index] = _meant(heard[index])
    return tuple(_in_strings(heard) if strings else heard)


def _meant(token: Token) -> Token:
    return replace(token, text=_SOUNDS[token.norm], norm=_SOUNDS[token.norm])


_RESPELLED = {
    "sero": "cero", "sinco": "cinco", "nuebe": "nueve", "dies": "diez", "onse": "once",
    "dose": "doce", "trese": "trece", "catorse": "catorce", "quinse": "quince", "beinte": "veinte",
    "treynta": "treinta", "sincuenta": "cincuenta", "nobenta": "noventa", "sien": "cien",
}  # fmt: skip


def _respelled(token: Token) -> Token:
    """Return a Spanish number in its own letters: "sinco" sounds like "cinco"."""
    norm = _RESPELLED.get(token.norm)
    return replace(token, text=norm, norm=norm) if norm else token


def apart(token: Token, language: str) -> list[Token]:
    """Split "twentyfive", "twothirty", "treintaycinco" into their words."""
    whole, piece = _TOGETHER[language]
    norm = token.norm
    if len(norm) < 5 or norm in SMALL[language] or not whole.fullmatch(norm):
        return [token]
    found: list[Token] = []
    for match in piece.finditer(norm):
        start, end = token.start + match.start(), token.start + match.end()
        gap = token.gap if not found else " "
        found.append(Token(match.group(), match.group(), start, end, gap))
    return found


def _before(heard: Sequence[Token], index: int) -> str:
    return heard[index - 1].norm if index else ""


def _after(heard: Sequence[Token], index: int) -> str:
    """Return the word behind `index`; nothing when a sentence ends there."""
    following = heard[index + 1 : index + 2]
    return following[0].norm if following and not following[0].broken else ""


def _leads(heard: Sequence[Token], index: int) -> bool:
    """Whether what stands before `index` calls for a number rather than for a preposition."""
    if index == 0 or heard[index].broken:
        return True
    before, norm = heard[index - 1].norm, heard[index].norm
    if norm in _VERBS:
        return before not in _SUBJECTS
    # Of two prepositions in a row the second is a number: "for to people", "to for pm".
    return before in _LEADS or (before in _SOUNDS and _SOUNDS[before] != _SOUNDS[norm])


def _behind_ten(heard: Sequence[Token], index: int) -> bool:
    return not heard[index].broken and _before(heard, index) in TENS["en"]


def _half_of_day(heard: Sequence[Token], index: int) -> bool:
    """Whether "am", "p m" or "o'clock" stands at `index`."""
    norm = heard[index].norm if index < len(heard) else ""
    return norm in _CLOCK or (norm in ("a", "p") and _after(heard, index) == "m")


def _clock(heard: Sequence[Token], index: int) -> bool:
    """Hear "to pm", "ate a m", "at for"."""
    if not _leads(heard, index):
        return False
    dangling = _before(heard, index) in _AT and index + 1 == len(heard)
    return dangling or _half_of_day(heard, index + 1)


def _minutes(heard: Sequence[Token], index: int) -> bool:
    """Hear "for thirty pm", "at to fifteen": no hour is called thirty."""
    after = _after(heard, index)
    at = index + 2
    if after in ("oh", "o"):
        at += 1
    elif after in TENS["en"]:
        at += 0 < SMALL["en"].get(_after(heard, index + 1), 0) < 10
    elif SMALL["en"].get(after, 0) < 13:
        return False
    if not (_leads(heard, index) or heard[index].norm == "for"):
        return False
    asked_at = _before(heard, index) in ("at", "around") and at >= len(heard)
    return asked_at or _half_of_day(heard, at)


def _past_hour(heard: Sequence[Token], index: int) -> bool:
    """Hear "half past for", "quarter to ate"."""
    link = _before(heard, index)
    share = heard[index - 2].norm if index > 1 else ""
    ended = _after(heard, index) in ("", "in", "please", "tomorrow", "today")
    return link in ("past", "to", "till") and share in _PAST and ended


def _people(heard: Sequence[Token], index: int) -> bool:
    """Hear "for people", "just too of us"."""
    us = [token.norm for token in heard[index + 1 : index + 3]] == ["of", "us"]
    if not us and _after(heard, index) not in _COUNTED:
        return False
    explained = _after(heard, index + 1) in ("who", "that", "with", "like", "in")
    purpose = _before(heard, index) in ("it's", "is", "that's", "its", "was", "me", "only", "just")
    if not us and (explained or (purpose and heard[index].norm == "for")):
        return False
    return _leads(heard, index) or _behind_ten(heard, index)


def _amount(heard: Sequence[Token], index: int) -> bool:
    """Hear "to hundred dollars", "twenty for dollars"."""
    after = _after(heard, index)
    if after == "point":
        return index == 0 and _after(heard, index + 1) in SMALL["en"]
    if after not in _MONEY:
        return False
    tens = _behind_ten(heard, index) or _before(heard, index) in ("hundred", "thousand")
    tens = tens and after not in ("hundred", "thousand", "million", "grand")
    return _leads(heard, index) or tens


def _unit(heard: Sequence[Token], index: int) -> bool:
    """Hear "twenty won", "thirty ate", "two thousand and for", "nineteen oh ate"."""
    if heard[index].broken:
        return False
    before = _before(heard, index)
    earlier = heard[index - 2].norm if index > 1 else ""
    behind = before in ("hundred", "thousand") or (
        before == "and" and earlier in ("hundred", "thousand")
    )
    behind = behind or (before == "oh" and earlier in ("nineteen", "twenty"))
    if heard[index].norm in _VERBS:
        return behind or _behind_ten(heard, index)
    return behind and before != "hundred" and before != "thousand" and _ends(heard, index + 1)


def _company(heard: Sequence[Token], index: int) -> bool:
    """Hear "we're a party of ate"."""
    group = heard[index - 2].norm if index > 1 else ""
    of = _before(heard, index) == "of" and group in ("party", "group", "total", "family", "table")
    return of and _ends(heard, index + 1)


def _day(heard: Sequence[Token], index: int) -> bool:
    """Hear "january won", "april for two thousand"."""
    if index == 0 or heard[index].broken or heard[index - 1].norm not in _MONTHS:
        return False
    if heard[index].norm in _VERBS:
        return True
    if index > 1 and heard[index - 2].norm in _SPANS:
        return False
    year = _year_behind(heard, index + 1)
    return year > 0 and (year == len(heard) or heard[year].broken or heard[year].norm in FILLERS)


def _year_behind(heard: Sequence[Token], at: int) -> int:
    """Return the index behind a year of four digits at `at`; 0 for none."""
    norm = heard[at].norm if at < len(heard) else ""
    if norm.isdecimal() and len(norm) == 4:
        return at + 1
    century = norm in ("nineteen", "twenty") or (norm == "two" and _after(heard, at) == "thousand")
    if not century:
        return 0
    end = at + 1
    while end < len(heard) and (
        heard[end].norm in ("thousand", "and", "oh", "o", "hundred")
        or heard[end].norm in SMALL["en"]
        or heard[end].norm in TENS["en"]
    ):
        end += 1
    return end if end > at + 1 else 0


_RULES: tuple[Callable[[Sequence[Token], int], bool], ...] = (
    _clock, _minutes, _past_hour, _people, _amount, _unit, _company, _day,
)  # fmt: skip


def _in_strings(heard: list[Token]) -> list[Token]:
    """Hear the sounds among digits and letters: "k r for to won ate"."""
    changed = list(heard)
    start = 0
    while start < len(heard):
        end = start
        while end < len(heard) and _in_string(heard[end]):
            if end > start and heard[end].broken:
                break
            end += 1
        if end - start > 2:
            for index in range(start, end):
                closing = index + 1 == end and heard[index].norm in _VERBS
                inside = start < index < end - 1 or (closing and _ends(heard, end))
                if heard[index].norm in _SOUNDS and inside:
                    changed[index] = _meant(heard[index])
        start = max(end, start + 1)
    return changed


def _in_string(token: Token) -> bool:
    norm = token.norm
    letter = len(norm) == 1 and norm.isalpha()
    return letter or norm.isdecimal() or norm in _SOUNDS or norm in SMALL["en"] or norm in (
        *TENS["en"], "oh", "owe"
    )  # fmt: skip


def _ends(heard: Sequence[Token], at: int) -> bool:
    return at == len(heard) or heard[at].broken or heard[at].norm in FILLERS
