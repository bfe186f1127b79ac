"""The number words of each language, and numbers below a hundred made of them."""

from collections.abc import Sequence

from .spoken import Token, folded, words

_EN = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ES = words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_TENS_EN = words("twenty thirty forty fifty sixty seventy eighty ninety")
_TENS_ES = words("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa")


def _both_spellings(table: dict[str, int]) -> dict[str, int]:
    return table | {folded(word): value for word, value in table.items()}


SMALL: dict[str, dict[str, int]] = {
    "en": {word: value for value, word in enumerate(_EN)} | {"nought": 0, "naught": 0, "niner": 9},
    "es": _both_spellings({word: value for value, word in enumerate(_ES)})
    | {"un": 1, "una": 1, "veintiún": 21, "veintiun": 21, "veintiuna": 21},
}
"""Words for a number that stands alone or behind a ten."""
TENS: dict[str, dict[str, int]] = {
    "en": dict(zip(_TENS_EN, range(20, 100, 10), strict=True)) | {"fourty": 40, "ninty": 90},
    "es": dict(zip(_TENS_ES, range(20, 100, 10), strict=True)),
}
HUNDREDS: dict[str, dict[str, int]] = {
    "en": {},
    "es": {"cien": 100, "ciento": 100}
    | {
        f"{stem}{end}": 100 * value
        for value, stem in enumerate(
            words(
                "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient"
            ),
            2,
        )
        for end in ("os", "as")
    },
}
"""Words that are hundreds by themselves."""
THOUSANDS: dict[str, frozenset[str]] = {
    "en": frozenset({"thousand"}),
    "es": frozenset({"mil"}),
}

_ORDINALS_EN = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ORDINALS: dict[str, dict[str, int]] = {
    "en": {word: value for value, word in enumerate(_ORDINALS_EN, 1)}
    | {"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60}
    | {"seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100},
    "es": {"primero": 1, "primer": 1, "primera": 1, "segundo": 2, "segunda": 2}
    | {"tercero": 3, "tercer": 3, "tercera": 3, "cuarto": 4, "cuarta": 4, "quinto": 5, "quinta": 5}
    | {"sexto": 6, "sexta": 6, "séptimo": 7, "séptima": 7, "octavo": 8, "octava": 8, "noveno": 9}
    | {"novena": 9, "décimo": 10, "décima": 10},
}


def of_language(language: str) -> str:
    """Return the language whose words are known; English stands in for others."""
    return language if language in SMALL else "en"


def below_hundred(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    """Return the number below a hundred in words at `index` and how many tokens it takes."""
    small, tens = SMALL[language], TENS[language]
    norm = heard[index].norm
    if norm in tens:
        at = index + 1
        if language == "es" and at < len(heard) and heard[at].norm == "y":
            at += 1
        elif language == "es":
            return tens[norm], 1
        unit = small.get(heard[at].norm, 0) if at < len(heard) else 0
        if 0 < unit < 10 and not (heard[at].broken and language == "en"):
            return tens[norm] + unit, at + 1 - index
        return tens[norm], 1
    return (small[norm], 1) if norm in small else None


def ordinal(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    """Return the ordinal at `index` ("third", "twenty first", "3rd") and its number of tokens."""
    norm = heard[index].norm
    known = ORDINALS[language]
    if norm in known:
        return known[norm], 1
    digits = norm.rstrip("stndrhoaº ª°")
    if norm[0].isdigit() and digits.isdecimal() and digits.isascii() and len(digits) < 4:
        return (int(digits), 1) if len(norm) > len(digits) else None
    tens = TENS[language].get(norm, 0)
    if language == "en" and tens and index + 1 < len(heard):
        unit = known.get(heard[index + 1].norm, 0)
        return (tens + unit, 2) if 0 < unit < 10 else None
    return None
