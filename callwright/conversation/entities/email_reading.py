"""E-mail addresses in a turn's words: both sides of an "at"."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ..characters import letter_slot, told_by_word
from ..digit_strings import digit_slot
from ..number_words import TENS
from ..repairs import repaired_between
from ..spelled_words import without
from ..spelling import NAMES
from ..spoken import Token, folded
from .email_host import digit_or_word, host_from
from .email_pieces import REPEATED, dropped, piece_at
from .email_words import (
    AT,
    BOXES,
    COUNTED,
    HOSTS,
    LACKING,
    MOST_WORDS,
    SIGNS,
    STOPS,
    UNLIKELY,
    sign_at,
)


@dataclass(frozen=True, slots=True)
class Address:
    """The two parts of an address and the tokens it was read from (inclusive)."""

    local: str
    host: str
    first: int
    last: int


def address_around(heard: Sequence[Token], at: int, language: str) -> Address | None:
    """Read the address whose sign stands at (or right before) the token `at`."""
    written = "@" in heard[at].gap
    left, right = at - 1, at if written else at + 1
    if not written:
        said = [token.norm for token in heard[right : right + 2]]
        right += (
            {"sign": 1, "symbol": 1, "the": 2 * (said[1:] == ["rate"])}.get(said[0], 0)
            if said
            else 0
        )
    if not written and [token.norm for token in heard[right : right + 1]] == ["the"]:
        return None  # "look at the website acme dot com"
    host, last = host_from(heard, right, language)
    if not written and heard[at].norm == "at" and "." not in host and host not in HOSTS:
        return None
    if not written and digit_or_word(heard, right):
        host = ""
    local, first = _local(heard, left, language)
    before = heard[first - 1].norm if first else ""
    if before in AT and first > 1 and heard[first - 2].norm not in STOPS:
        local = ""  # two signs: nobody can tell which of them it is
    return Address(local, host, first, max(last, at)) if host or local else None


def is_sign(heard: Sequence[Token], at: int) -> bool:
    """Whether the token is the sign of an address: not the "at" of "with a y at the end"."""
    following = [token.norm for token in heard[at + 1 : at + 3]]
    return heard[at].norm in AT and following not in _PLACES_IN_A_WORD


_PLACES_IN_A_WORD = (["the", "end"], ["the", "beginning"], ["the", "start"])
_TELLING = frozenset({"with", "without", "double", "con", "sin", "doble"})


def _local(heard: Sequence[Token], end: int, language: str) -> tuple[str, int]:
    """Return what stands before the sign, back to where the address begins; empty when unclear."""
    start = _begins(heard, end, language)
    if _says_its_name(heard, start, end):
        return "", start
    if end - start >= MOST_WORDS - 1 or _talks(heard, start, end, language):
        return "", start
    text, index = "", start
    word, several = "", ""  # the word before, and all the words before without a sign between
    while index <= end:
        if index > start:
            text += _written_sign(heard, index)
        again = next(
            (
                (said, found)
                for said in (several, word)
                if (found := _spelled_again(heard, index, end, said, language)) is not None
            ),
            None,
        )
        if again is not None:
            text = text.removesuffix(again[0]) + again[1][0]
            index, word, several = again[1][1], "", ""
            continue
        used = dropped(heard, index)
        again = heard[index + used : end + 1][:1] if used else []
        used += word in [own.norm for own in again]  # "zoe with no accent, zoe dot w"
        if not used:
            sign, used = sign_at(heard, index)
            text += sign
        if not used:
            text, used = without(heard, index, text, language)
        if not used:
            if heard[index].norm in ("con", "with", "without", "sin"):
                return "", start  # how a letter is written was not understood
            piece, last = piece_at(heard, index, language, inside=bool(text))
            norm = heard[index].norm
            plain = len(norm) > 1 and last == index
            word, several = (piece, several + piece) if plain else ("", "")
            doubled = norm in ("double", "triple", "doble") and piece[:1] in text
            if doubled or norm in ("as", "like", "in") or (last > index and piece == ""):
                # "Alice double l": where is it doubled? "… as in": a letter not understood.
                return "", start
            text, used = text + piece, last + 1 - index
        index += used
    return folded(text), start


_NAMING = (
    ["first", "name"], ["last", "name"], ["full", "name"], ["user", "name"], ["family", "name"],
    ["second", "name"], ["mi", "nombre"], ["mi", "apellido"],
)  # fmt: skip


def _says_its_name(heard: Sequence[Token], start: int, end: int) -> bool:
    """Whether the caller describes the address: "my first name dot last name at"."""
    said = [token.norm for token in heard[max(0, start - 1) : end + 1]]
    return any(said[at : at + 2] in _NAMING for at in range(len(said) - 1))


def _spelled_again(
    heard: Sequence[Token], index: int, end: int, word: str, language: str
) -> tuple[str, int] | None:
    """Read letters that only spell the word before them: "jon j o n"; the index behind them."""
    if not word or len(word) < 3:
        return None
    letters, at = "", index
    while at <= end and len(letters) < len(word) + 2:
        slot = letter_slot(heard, at, language)
        if slot is None or slot.last > end or sign_at(heard, at)[1]:
            break
        letters, at = letters + slot.readings[0].lower(), slot.last + 1
    if len(letters) < 3 or letters[0] != word[0] or abs(len(letters) - len(word)) > 1:
        return None
    return (letters, at) if fuzz.ratio(letters, word) >= 65 else None


def _begins(heard: Sequence[Token], end: int, language: str) -> int:
    """Return the first token of the part before the sign, which ends at `end`."""
    start = end + 1
    while start > 0 and end - start < MOST_WORDS:
        norm = heard[start - 1].norm
        stops = norm in STOPS and not _spelled(heard, start - 1, language)
        following = heard[start].norm if start <= end else ""
        named = norm in ("the", "la", "el") and following in COUNTED
        mailbox = start - 1 == end and norm in BOXES
        number = norm == "y" and _ten(heard, start - 2)
        lacking = norm in ("no", "sin") and (following in LACKING or _no_letter(heard, start))
        lacking = lacking or (norm == "y" and following in ("en", "todo", "luego", "después"))
        stops = stops and not (named or mailbox or number or lacking)
        doubled = norm in ("o", "oh") and start > 1 and heard[start - 2].norm in REPEATED
        particle = norm in ("la", "los", "las") and start > 1 and heard[start - 2].norm == "de"
        stops = stops and not (doubled or particle)
        if stops or is_sign(heard, start - 1) or _ends_sentence(heard, start, end, language):
            break
        start -= 1
    return start


def _no_letter(heard: Sequence[Token], index: int) -> bool:
    """Whether a "no" before the letter at `index` tells how a word is written: "jon, no h"."""
    if index < 2 or index >= len(heard) or len(heard[index].norm) > 1:
        return False
    if heard[index - 2].norm == "with":
        return True
    # Of "g, no, h", and of "j at gmail, no, h", the letter is another address.
    word, behind_at = heard[index - 2].norm, index > 2 and heard[index - 3].norm in AT
    said_at_once = not (heard[index - 1].broken or heard[index].broken)
    return said_at_once and len(word) > 2 and word.isalpha() and not behind_at


def _talks(heard: Sequence[Token], start: int, end: int, language: str) -> bool:
    """Whether other words run into the address: "my work one john at", "bob the builder at"."""
    before = heard[start - 2 : start - 1]
    earlier = range(max(0, start - 8), start)
    signs_before = sum(sign_at(heard, at)[1] > 0 for at in earlier)
    anew = repaired_between(heard, max(0, start - 4), start) and signs_before <= sum(
        sign_at(heard, at)[1] > 0 for at in range(start, end + 1)
    )
    if signs_before and not anew and not any(heard[at].norm in AT for at in earlier):
        return True  # "b dot jones, that's b as in boy, at …"
    lacks = start > 1 and heard[start - 1].norm in ("no", "not") and not heard[start].broken
    if lacks and heard[start - 1].broken and heard[start - 2].norm not in STOPS | AT:
        return True  # "mary ann, no space, at …"
    if start == end and heard[start].norm in ("name", "nombre", "apellido", "surname"):
        return True  # "my name at …" stands for it
    joined = start <= end and before and heard[start - 1].norm in ("the", "a", "to", "for", "y")
    if joined and before[0].norm not in STOPS and not heard[start - 1].broken:
        return True
    plain = [
        token.norm
        for at, token in enumerate(heard[start : end + 1], start)
        if len(token.norm) > 1
        and token.norm.isalpha()
        and token.norm not in _TELLING | NAMES[language].keys()
        and not dropped(heard, at)
        and not sign_at(heard, at)[1]
        and letter_slot(heard, at, language) is None
        and digit_slot(heard, at, language, inside=True) is None
    ]
    signs = any(sign_at(heard, at)[1] or _written_sign(heard, at) for at in range(start, end + 1))
    spelled = any(len(token.norm) == 1 for token in heard[start : end + 1])
    unlikely = len(plain) > 1 and any(word in UNLIKELY for word in plain)
    return unlikely or (len(plain) > 3 and not signs and not spelled)


def _written_sign(heard: Sequence[Token], index: int) -> str:
    gap = heard[index].gap.strip()
    if not gap or not all(char in "._-+" for char in gap):
        return ""
    if index and (sign_at(heard, index)[1] or sign_at(heard, index - 1)[1]):
        return ""  # "k-dot-miller"
    letters = index and len(heard[index].norm) == 1 == len(heard[index - 1].norm)
    # "j-o-h-n" is how some recognisers write spelled letters.
    return "" if letters and gap == "-" else gap


def _ten(heard: Sequence[Token], index: int) -> bool:
    """Whether a ten stands here, as before the "y" of "ochenta y cinco"."""
    return index >= 0 and heard[index].norm in TENS["es"]


def _stop(heard: Sequence[Token], index: int, language: str) -> bool:
    return heard[index].norm in STOPS and not _spelled(heard, index, language)


def _ends_sentence(heard: Sequence[Token], start: int, end: int, language: str) -> bool:
    if start > end:
        return False
    gap = heard[start].gap
    return (
        any(mark in gap for mark in "?!;")
        or (". " in gap)
        or (", " in gap and start <= end - 1 and _stop(heard, start - 1, language))
    )


def _spelled(heard: Sequence[Token], index: int, language: str) -> bool:
    """Whether a word like "i" or "o" is a letter here: letters or signs are its neighbours."""
    norm = heard[index].norm
    following = heard[index + 1].norm if index + 1 < len(heard) else ""
    if f"{norm} {following}" in NAMES[language]:
        return True
    named = NAMES["es"] if language == "es" else ()  # "ele o ese"
    if len(norm) > 1 and norm not in named:
        return False
    if told_by_word(heard, index, language):
        return True
    near = [heard[at].norm for at in (index - 1, index + 1) if 0 <= at < len(heard)]
    return any(len(one) == 1 or one in SIGNS or one in named for one in near) or (
        index + 1 < len(heard) and heard[index + 1].norm in AT
    )
