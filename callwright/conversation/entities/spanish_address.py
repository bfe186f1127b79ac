"""Addresses of the order street, number, floor, code, town."""

import re
from collections.abc import Sequence

from ..digit_strings import digit_slot
from ..number_words import below_hundred, of_language
from ..repairs import repaired_between
from ..spoken import Token, word_set
from .address_parts import Address, capital, digits_at, names_place
from .address_words import ENDS, FLOORS, PARTICLES, STREETS_ES
from .calendar_words import MONTHS

_SIDES = {
    "izquierda": "izquierda", "izda": "izquierda", "izq": "izquierda", "derecha": "derecha",
    "dcha": "derecha", "drcha": "derecha",
}  # fmt: skip
_DOORS = {"primera": "1ª", "segunda": "2ª", "tercera": "3ª", "cuarta": "4ª", "quinta": "5ª"}
_DOOR = re.compile(r"\d{1,2}ª")
_LETTERS = {"be": "B", "ce": "C", "de": "D"}


def spanish_addresses(heard: Sequence[Token], language: str) -> list[Address]:
    """Return addresses of the order street, number, floor, code, town."""
    found: list[Address] = []
    index = 0
    while index < len(heard):
        one = _spanish(heard, index)
        if one is None:
            if found and repaired_between(heard, found[-1].last + 1, index):
                number, at = digits_at(heard, index, "es", 5)
                if number:
                    found[-1].number, found[-1].last = number, at - 1
                    if not found[-1].town:
                        _spanish_rest(heard, found[-1], at)
                        at = found[-1].last + 1
                    index = at
                    continue
            index += 1
            continue
        found.append(one)
        index = one.last + 1
    return found


def _spanish(heard: Sequence[Token], index: int) -> Address | None:
    norm = heard[index].norm
    kind = STREETS_ES.get(norm)
    if norm == "gran" and [own.norm for own in heard[index + 1 : index + 2]] in (["vía"], ["via"]):
        kind = "Gran"
    if kind is None or (
        norm == "c" and "/" not in (heard[index + 1].gap if index + 1 < len(heard) else "")
    ):
        return None
    words = [kind]
    at = index + 1
    while at < len(heard) and len(words) < 8:
        here = heard[at].norm
        named = _dated(heard, at) if len(words) == 1 else 0
        if named:
            words += [capital(heard[at]), "de", capital(heard[at + named - 1])]
            at += named
            continue
        if here in ("número", "numero", "n") or _starts_number(heard, at):
            break
        if not here.isalpha() or (here in ENDS and here not in PARTICLES) or (here in ("o", "no")):
            return None
        words.append(here if here in PARTICLES else capital(heard[at]))
        at += 1
    while at < len(heard) and heard[at].norm in ("número", "numero", "n"):
        at += 1
    number, behind = digits_at(heard, at, "es", 4) if at < len(heard) else ("", at)
    if not number or len(words) < 2:
        return None
    if _another_number(heard, behind) or _counts(heard, behind):
        return None  # "calle mayor doce o catorce"
    one = Address(index, behind - 1, number, " ".join(words), spanish=True)
    _spanish_rest(heard, one, behind)
    return one


def _dated(heard: Sequence[Token], at: int) -> int:
    """Return the tokens of a street's name that is a date: "doce de octubre"."""
    words = [token.norm for token in heard[at : at + 3]]
    dated = len(words) == 3 and words[1] == "de" and words[2] in MONTHS["es"]
    return 3 if dated and _starts_number(heard, at) else 0


def _counts(heard: Sequence[Token], at: int) -> bool:
    """Whether the number before `at` counts something: "a la calle luna hace tres años"."""
    return at < len(heard) and heard[at].norm in _COUNTED


_COUNTED = word_set("año años mes meses día días semanas minutos horas calles cuadras metros veces")
_PARTS = {
    "escalera": "Escalera", "portal": "Portal", "bloque": "Bloque", "interior": "Interior",
    "local": "Local", "oficina": "Oficina", "departamento": "Departamento", "edificio": "Edificio",
    "apartamento": "Apartamento", "torre": "Torre",
}  # fmt: skip


def _part(heard: Sequence[Token], at: int) -> tuple[str, int]:
    """Read "escalera b", "interior 4" and return the index behind it."""
    named = _PARTS.get(heard[at].norm) if at + 1 < len(heard) else None
    if named is None:
        return "", at
    number, behind = digits_at(heard, at + 1, "es", 4)
    if number:
        return f"{named} {number}", behind
    letter = _LETTERS.get(heard[at + 1].norm, heard[at + 1].norm)
    return (f"{named} {letter.upper()}", at + 2) if len(letter) == 1 else ("", at)


def _another_number(heard: Sequence[Token], at: int) -> bool:
    following = [token.norm for token in heard[at : at + 1]]
    return following in (["o"], ["u"]) and at + 1 < len(heard) and _starts_number(heard, at + 1)


def _starts_number(heard: Sequence[Token], at: int) -> bool:
    return heard[at].norm[0].isdigit() or (
        below_hundred(heard, at, "es") is not None or digit_slot(heard, at, "es") is not None
    )


def _spanish_rest(heard: Sequence[Token], one: Address, at: int) -> None:
    at = _units(heard, one, at)
    words: list[str] = []
    while at < len(heard) and len(words) < 9:
        norm = heard[at].norm
        if norm in ("código", "codigo", "postal", "en", "cp") and not words:
            at += 1
            continue
        if norm == "de" and not words:
            at += 1
            continue
        code, behind = digits_at(heard, at, of_language("es"), 5)
        if len(code) == 5 and not one.postcode:
            if words and _town_behind(heard, behind):
                words[-1] += "," * heard[at].broken
                words.append(code)  # "colonia roma, 06700 ciudad de méxico"
            else:
                one.postcode = code
            at = behind
            continue
        if (
            not norm.isalpha()
            or (norm in ENDS and norm not in PARTICLES)
            or (words and heard[at].broken and not names_place(heard, at))
        ):
            break
        if words and heard[at].broken:
            words[-1] += ","
        words.append(norm if norm in PARTICLES and words else capital(heard[at]))
        at += 1
    while words and words[-1] in PARTICLES:
        words.pop()
        at -= 1
    one.town = _quarter_apart(words)
    one.last = max(one.last, at - 1)


def _town_behind(heard: Sequence[Token], at: int) -> bool:
    """Whether a town follows a postcode without a pause."""
    following = heard[at] if at < len(heard) else None
    return (
        following is not None
        and not following.broken
        and following.norm.isalpha()
        and following.norm not in ENDS
    )


def _quarter_apart(words: Sequence[str]) -> str:
    """Put a comma between a quarter and its city: "colonia juárez ciudad de méxico"."""
    at = next((at for at, word in enumerate(words) if at and word.lower() in ("ciudad", "cdmx")), 0)
    apart = at and not words[at - 1].endswith(",") and not words[at - 1].isdecimal()
    return f"{' '.join(words[:at])}, {' '.join(words[at:])}" if apart else " ".join(words)


def _units(heard: Sequence[Token], one: Address, at: int) -> int:
    """Read staircase, floor and door in the order they are said."""
    units: list[str] = []
    while at < len(heard):
        part, behind = _part(heard, at)
        if not part:
            one.unit = ""
            behind = _floor(heard, one, at)
            part = one.unit
        if not part:
            break
        units.append(part)
        at = behind
    one.unit = ", ".join(units)
    return at


def _floor(heard: Sequence[Token], one: Address, at: int) -> int:
    """Read "tercero b", "3º B", "piso tres puerta dos"."""
    while at < len(heard) and heard[at].norm in ("piso", "planta", "puerta"):
        at += 1
    if at >= len(heard):
        return at
    norm = heard[at].norm
    floor = FLOORS.get(norm)
    if floor is None and norm[0].isdigit() and norm.rstrip("ºªo") != norm:
        floor = f"{norm.rstrip('ºªo')}º"
    if floor is None and at and heard[at - 1].norm in ("piso", "planta"):
        told = below_hundred(heard, at, "es")
        floor = f"{told[0] if told else norm}º"
    if floor is None:
        return at
    at += 1
    while at < len(heard) and heard[at].norm in ("puerta", "letra"):
        at += 1
    if at < len(heard) and len(heard[at].norm) == 1 and heard[at].norm != "y":
        floor, at = f"{floor} {heard[at].norm.upper()}", at + 1
    elif at < len(heard) and _DOOR.fullmatch(heard[at].norm):
        floor, at = f"{floor} {heard[at].norm}", at + 1
    elif at < len(heard) and heard[at].norm in _DOORS:
        floor, at = f"{floor} {_DOORS[heard[at].norm]}", at + 1
    elif at < len(heard) and heard[at].norm in (*_SIDES, "be", "ce", "de"):
        norm = heard[at].norm
        said = _LETTERS.get(norm) or _SIDES.get(norm, norm)
        if said != "D" or at + 1 == len(heard) or heard[at + 1].broken:
            floor, at = f"{floor} {said}", at + 1
    one.unit = floor
    return at
