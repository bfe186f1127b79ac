"""Addresses of the order number, street, unit, town, state, code."""

import re
from collections.abc import Sequence

from ..characters import character_slot
from ..digit_strings import digit_slot
from ..number_words import ordinal
from ..repairs import takes_back
from ..spoken import FILLERS, Token, word_set
from .address_parts import SOUNDS, Address, capital, digits_at, names_place
from .address_words import DIRECTIONS, ENDS, STATE_CODES, STATES, STREETS, TWO_WORD_STATES, UNITS


def english_addresses(heard: Sequence[Token], language: str) -> list[Address]:
    """Return addresses of the order number, street, unit, town, state, code."""
    found: list[Address] = []
    index = 0
    while index < len(heard):
        one = _english(heard, index)
        if one is None:
            used = _mended(heard, found, index)
            index += used or 1
            continue
        if not found and _is_second(heard, index):
            return []
        unit = _unit_before(heard, one.first)
        if unit is not None and not one.unit:
            one.unit, one.first = unit
            one.unit_first = True
        found.append(one)
        index = one.last + 1
    return found


def _unit_ends(heard: Sequence[Token], index: int) -> bool:
    """Whether a unit and its number stand right before `index`."""
    if index < 2 or index >= len(heard) or heard[index - 2].norm not in UNITS:
        return False
    slot = digit_slot(heard, index - 1, "en")
    return slot is not None and slot.last == index - 1


def _is_second(heard: Sequence[Token], index: int) -> bool:
    """Whether it is the second of two numbers: "100 main or 200 main street"."""
    offered = index > 1 and heard[index - 1].norm == "or"
    return offered and any(digit_slot(heard, at, "en") for at in range(index - 1))


def _mended(heard: Sequence[Token], found: list[Address], index: int) -> int:
    """Apply a number or a street said anew behind the last address; the tokens it takes."""
    if not found or not takes_back(heard, found[-1].last + 1, index):
        return 0
    last = found[-1]
    number, at = digits_at(heard, index, "en", 5)
    if number and (at == len(heard) or (heard[at].broken and not last.town)):
        last.number = number
        if not last.town:
            _english_rest(heard, last, at)
            at = max(at, last.last + 1)
    elif not number:
        street, at = _street(heard, index, anew=True)
        if not street:
            return 0
        last.street = street
    else:
        return 0
    last.last = at - 1
    return at - index


def _english(heard: Sequence[Token], index: int) -> Address | None:
    if _unit_ends(heard, index + 1) and digit_slot(heard, index + 1, "en") is not None:
        return None  # "flat 3 22 baker street": the first number is the flat's
    inside = index and digit_slot(heard, index - 1, "en") is not None and not heard[index].broken
    inside = inside and heard[index - 1].norm not in SOUNDS
    if inside and not _unit_ends(heard, index):
        return None
    number, at = digits_at(heard, index, "en", 5)
    glued = ""
    if not number:
        norm = heard[index].norm
        if norm[:-1].isdecimal() and norm[-1].isalpha() and len(norm) < 7:
            number, at = norm.upper(), index + 1
        else:
            return None
    if (
        at < len(heard)
        and len(heard[at].norm) == 1
        and heard[at].norm.isalpha()
        and (heard[at].norm != "i" and heard[at].norm.upper() not in "NSEW")
    ):
        glued, at = heard[at].norm.upper(), at + 1
    numbered = index > 0 and heard[index - 1].norm == "number"
    street, at = _street(heard, at, anew=numbered and heard[at : at + 1] != [])
    if not street:
        return None
    one = Address(index, at - 1, number + glued, street)
    _english_rest(heard, one, at)
    return one


def _street(heard: Sequence[Token], start: int, *, anew: bool = False) -> tuple[str, int]:
    words: list[str] = []
    at = start
    if at < len(heard) and heard[at].broken and not anew:
        return "", start
    while at < len(heard) and len(words) < 6:
        norm = heard[at].norm
        if words and heard[at].broken:
            return "", start
        told = ordinal(heard, at, "en")
        if told is not None:
            words.append(_ordinal_said(heard, at, *told))
            at += told[1]
            continue
        if norm in STREETS and (words or norm == "broadway"):
            following = heard[at + 1].norm if at + 1 < len(heard) else ""
            if norm in ("st", "dr") and following in STREETS:
                words.append(capital(heard[at]))
                at += 1
                continue
            words.append(STREETS[norm])
            at += 1
            if at < len(heard) and not heard[at].broken and heard[at].norm in DIRECTIONS:
                words.append(capital(heard[at]))
                at += 1
            return " ".join(words), at
        if (
            norm in _NO_STREET
            or norm in ENDS - {"the", "my"}
            or not norm.replace("'", "").isalpha()
        ):
            return "", start
        words.append(capital(heard[at]))
        at += 1
    return "", start


_NO_STREET = frozenset({"on", "in", "at", "with", "live", "lives"})


def _ordinal_said(heard: Sequence[Token], at: int, value: int, used: int) -> str:
    if heard[at].norm[0].isdigit():
        return heard[at].norm
    if value <= 10:
        return heard[at].norm.capitalize()
    teen = 10 < value % 100 < 14
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _english_rest(heard: Sequence[Token], one: Address, at: int) -> None:
    unit, at = _unit(heard, at)
    one.unit = unit
    at = _place(heard, one, at)
    while (
        at < len(heard)
        and heard[at].norm in ("zip", "code", "zipcode", "postal")
        and (at + 1 < len(heard))
    ):
        at += 1
    british, behind = _british_code(heard, at)
    if british:
        one.postcode, one.last = british, behind - 1
        _country(heard, one, behind)
        return
    code, behind = digits_at(heard, at, "en", 9) if at < len(heard) else ("", at)
    if len(code) in (5, 9) and (one.town or one.state):
        one.postcode = code if len(code) == 5 else f"{code[:5]}-{code[5:]}"
        at = behind
    one.last = max(one.last, at - 1)
    if one.postcode or one.state:
        _country(heard, one, at)


def _country(heard: Sequence[Token], one: Address, at: int) -> None:
    """Keep the country behind a whole address: "…, OX1 3DP, England"."""
    if at >= len(heard) or not names_place(heard, at):
        return
    end = next((n for n in range(at + 1, len(heard)) if heard[n].broken), len(heard))
    one.country = " ".join(capital(token) for token in heard[at:end])
    one.last = end - 1


def _place(heard: Sequence[Token], one: Address, at: int) -> int:
    """Read quarter, town and state; return the index behind them."""
    words: list[str] = []
    while at < len(heard) and len(words) < 8:
        state, used = _state(heard, at, bool(words))
        if state:
            one.state, at = state, at + used
            break
        norm = heard[at].norm
        if norm in ENDS or norm in UNITS or not norm.replace("'", "").isalpha():
            if norm == "in" and not words:
                at += 1
                continue
            break
        if norm == "in" and not words:
            at += 1
            continue
        if words and _british_code(heard, at)[0]:
            break
        if words and heard[at].broken:
            if not names_place(heard, at):
                break
            words[-1] += ","
        elif _words_of_part(words) > 3:
            break
        words.append(capital(heard[at]))
        at += 1
    one.town = " ".join(words)
    return at


def _words_of_part(words: Sequence[str]) -> int:
    """Return how many words stand behind the last comma."""
    last = max((at for at, word in enumerate(words, 1) if word.endswith(",")), default=0)
    return len(words) - last


_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_INWARD = re.compile(r"[0-9][A-Z]{2}")
_BRITISH = re.compile(rf"({_OUTWARD.pattern})({_INWARD.pattern})")


def _british_code(heard: Sequence[Token], at: int) -> tuple[str, int]:
    """Read ``OX1 3DP``, also letter by letter, and the index behind it."""
    written = [token.text.upper() for token in heard[at : at + 2]]
    if len(written) == 2 and _OUTWARD.fullmatch(written[0]) and _INWARD.fullmatch(written[1]):
        return " ".join(written), at + 2
    text, end = "", at
    while end < len(heard) and len(text) < 7:
        slot = character_slot(heard, end, "en", inside=bool(text))
        if slot is None or not slot.readings[0]:
            break
        text, end = text + slot.readings[0], slot.last + 1
    match = _BRITISH.fullmatch(text)
    return (f"{match[1]} {match[2]}", end) if match else ("", at)


def _state(heard: Sequence[Token], at: int, inside: bool) -> tuple[str, int]:
    token = heard[at]
    two = [own.norm for own in heard[at : at + 2]]
    if inside and " ".join(two) in TWO_WORD_STATES:
        return " ".join(capital(own) for own in heard[at : at + 2]), 2
    if inside and token.norm in STATES:
        return capital(token), 1
    if (
        inside
        and token.norm.upper() in STATE_CODES
        and (token.text.isupper() or _ends_address(heard, at + 1, token.norm))
    ):
        return token.norm.upper(), 1
    if inside and two == ["d", "c"]:
        return "DC", 2
    if (
        inside
        and len(two) == 2
        and all(len(own) == 1 for own in two)
        and ("".join(two).upper() in STATE_CODES)
    ):
        return "".join(two).upper(), 2
    return "", 0


def _ends_address(heard: Sequence[Token], at: int, word: str) -> bool:
    """Whether a state's two letters end the address, so that they are no word."""
    behind = heard[at].norm if at < len(heard) else ""
    return behind.isdecimal() or (not behind and word not in ("in", "or", "me", "hi", "ok", "oh"))


def _unit(heard: Sequence[Token], at: int) -> tuple[str, int]:
    """Read "apartment four b", "#12", "unit five"."""
    if at >= len(heard):
        return "", at
    named = UNITS.get(heard[at].norm)
    if named is None:
        if "#" in heard[at].gap and heard[at].norm.isalnum():
            return f"#{heard[at].text.upper()}", at + 1
        return "", at
    start = at
    at += 1
    if at < len(heard) and heard[at].norm == "number":
        at += 1
    text, at = digits_at(heard, at, "en", 5)
    if (
        at < len(heard)
        and not (text and heard[at].broken)
        and heard[at].norm.isalpha()
        and (len(heard[at].norm) == 1)
    ):
        text, at = text + heard[at].norm.upper(), at + 1
    elif (
        not text and at < len(heard) and heard[at].norm.isalnum() and (heard[at].norm[0].isdigit())
    ):
        text, at = heard[at].norm.upper(), at + 1
    return (f"{named} {text}", at) if text else ("", start)


def _unit_before(heard: Sequence[Token], first: int) -> tuple[str, int] | None:
    for start in range(max(0, first - 5), first):
        unit, at = _unit(heard[:first], start)
        if unit and at == first:
            return unit, start
    return _storey_or_house(heard, first)


_STOREYS = word_set("ground first second third fourth top basement lower upper garden")
_HOUSES = word_set(
    "cottage house court lodge farm hall building tower towers villa manor barn mansions mill "
    "apartments"
)


def _storey_or_house(heard: Sequence[Token], first: int) -> tuple[str, int] | None:
    """Read "first floor flat" or "Rose Cottage" before a number."""
    start = first
    while start and first - start < 4 and heard[start - 1].norm.isalpha():
        if start < first and heard[start].broken:
            break
        start -= 1
    words = heard[start:first]
    while words and words[0].norm in _BEFORE_UNIT and words[0].text != "The":
        words = words[1:]
    if len(words) < 2:
        return None
    storey = words[0].norm in _STOREYS and words[-1].norm in ("flat", "floor", "apartment")
    named = words[-1].norm in _HOUSES and first < len(heard) and heard[first].broken
    named = named and all(token.text[0].isupper() for token in words)
    if not (storey or named):
        return None
    return " ".join(capital(token) for token in words), first - len(words)


_BEFORE_UNIT = FILLERS | word_set("it's is my address the in at live i")
