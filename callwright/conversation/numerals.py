"""Numbers as people say them: strings of digits ("oh", "double five", "fifteen") and amounts.

A telephone number and a quantity are read differently: "four fifteen" is 415 in the one and no
amount in the other, "one fifty" is 150 in both. So there are two readings, `digit_runs` and
`amounts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from text_to_num import text2num

from .spoken import Token, word_set, words

_EN = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_ES = words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve"
)
_SMALL: dict[str, dict[str, int]] = {
    "en": {word: value for value, word in enumerate(_EN)} | {"nought": 0, "niner": 9},
    "es": {word: value for value, word in enumerate(_ES)}
    | {"un": 1, "una": 1, "dieciseis": 16, "veintiuno": 21, "veintidós": 22, "veintitrés": 23}
    | {"veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintisiete": 27}
    | {"veintiocho": 28, "veintinueve": 29},
}
_TENS: dict[str, dict[str, int]] = {
    "en": dict(
        zip(
            words("twenty thirty forty fifty sixty seventy eighty ninety"),
            range(20, 100, 10),
            strict=True,
        )
    )
    | {"fourty": 40},
    "es": dict(
        zip(
            words("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
            range(20, 100, 10),
            strict=True,
        )
    ),
}
_ZEROS = {"hundred": "00", "thousand": "000", "cientos": "00", "mil": "000"}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2}
_OH = frozenset({"oh", "o", "owe"})
_BRIDGES = frozenset({"um", "uh", "er", "erm", "dash", "hyphen", "then", "space", "and", "guion"})
_SOUNDS_LIKE = {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8"}


@dataclass(frozen=True, slots=True)
class Run:
    """Digits said in one go.

    Args:
        digits: The digits, in order.
        first: Index of its first token.
        last: Index of its last token.
        plus: Whether it was introduced by "plus" or a plus sign (an international number).
    """

    digits: str
    first: int
    last: int
    plus: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity: its exact value and the tokens it was read from (both inclusive)."""

    value: Decimal
    first: int
    last: int


def _piece(heard: Sequence[Token], index: int, language: str, so_far: str) -> tuple[str, int]:
    """Return the digits said by the token(s) at `index` and how many tokens they took."""
    norm = heard[index].norm
    following = heard[index + 1].norm if index + 1 < len(heard) else ""
    small, tens = _SMALL.get(language, _SMALL["en"]), _TENS.get(language, _TENS["en"])
    if norm[0].isdigit():
        bare = norm.replace(",", "").replace(".", "")
        return (bare, 1) if bare.isdecimal() and bare.isascii() else ("", 0)
    if norm in small:
        return str(small[norm]), 1
    if norm in tens:
        unit = small.get(following, 0)
        if 0 < unit < 10:
            return str(tens[norm] + unit), 2
        return str(tens[norm]), 1
    if norm in _ZEROS and so_far[-1:] not in ("", "0"):
        return _ZEROS[norm], 1
    if norm in _TIMES and following:
        digits, used = _piece(heard, index + 1, language, so_far)
        if not digits and following in _OH:
            digits, used = "0", 1
        return (digits * _TIMES[norm], used + 1) if 0 < len(digits) <= 2 else ("", 0)
    return "", 0


def _glue(heard: Sequence[Token], index: int, language: str, so_far: str) -> tuple[str, int]:
    """Return what a word that is only sometimes a digit means here ("oh", "for", "um")."""
    norm = heard[index].norm
    rest = index + 1 < len(heard)
    number_follows = rest and (
        bool(_piece(heard, index + 1, language, so_far)[0]) or heard[index + 1].norm in _OH
    )
    if norm in _OH and (so_far or number_follows):
        return "0", 1
    if so_far and number_follows and norm in _SOUNDS_LIKE:
        return _SOUNDS_LIKE[norm], 1
    if so_far and number_follows and norm in _BRIDGES:
        return "", 1
    return "", 0


def digit_runs(heard: Sequence[Token], language: str = "en") -> list[Run]:
    """Return every unbroken string of spoken or written digits, in order."""
    runs: list[Run] = []
    digits, first, index = "", 0, 0
    while index < len(heard):
        said, used = _piece(heard, index, language, digits)
        if not used:
            said, used = _glue(heard, index, language, digits)
        if used:
            first = first if digits else index
            digits += said
            index += used
            continue
        if digits:
            runs.append(_run(heard, digits, first, index - 1))
        digits = ""
        index += 1
    if digits:
        runs.append(_run(heard, digits, first, index - 1))
    return runs


def _run(heard: Sequence[Token], digits: str, first: int, last: int) -> Run:
    said = first > 0 and heard[first - 1].norm in ("plus", "más", "mas")
    return Run(digits, first - 1 if said else first, last, said or "+" in heard[first].gap)


_AMOUNT_WORDS = {
    "en": word_set("hundred thousand million point and") | set(_EN) | set(_TENS["en"]),
    "es": word_set("cien ciento mil millón millones coma y")
    | set(_SMALL["es"])
    | set(_TENS["es"])
    | word_set("doscientos trescientos cuatrocientos quinientos seiscientos")
    | word_set("setecientos ochocientos novecientos"),
}
_FIXED = {("a", "dozen"): 12, ("a", "couple"): 2, ("half", "a", "dozen"): 6}
_FIXED_WORDS = sorted(_FIXED.items(), key=lambda item: -len(item[0]))


def _in_words(words: list[str], language: str) -> Decimal | None:
    """Read number words; None when together they are no amount."""
    if "point" in words:
        at = words.index("point")
        whole, fraction = _in_words(words[:at], language), words[at + 1 :]
        small = _SMALL["en"]
        if whole is None or not fraction or any(small.get(word, 10) > 9 for word in fraction):
            return None
        return Decimal(f"{whole}.{''.join(str(small[word]) for word in fraction)}")
    try:
        return Decimal(text2num(" ".join(words), language))
    except ValueError:
        pass
    # "one fifty", "two twenty five": the hundred is left out.
    small = _SMALL.get(language, _SMALL["en"])
    if len(words) in (2, 3) and 0 < small.get(words[0], 0) < 10:
        rest = _in_words(words[1:], language)
        if rest is not None and 10 <= rest < 100:
            return Decimal(small[words[0]] * 100) + rest
    return None


def _numeral(text: str) -> Decimal | None:
    grouped = text.split(",")
    if all(len(group.split(".")[0]) == 3 for group in grouped[1:]):
        text = text.replace(",", "")
    try:
        return Decimal(text) if text.isascii() and text[0].isdigit() else None
    except InvalidOperation:
        return None


def amounts(heard: Sequence[Token], language: str = "en") -> list[Amount]:
    """Return the quantities said, in order: numerals, number words, "a dozen", "minus two"."""
    language = language if language in _AMOUNT_WORDS else "en"
    found: list[Amount] = []
    index = 0
    while index < len(heard):
        amount = _amount_at(heard, index, language)
        if amount is None:
            index += 1
            continue
        before = heard[index - 1].norm if index else ""
        if before in ("minus", "negative", "menos") or heard[index].gap in ("-", " -"):
            amount = Amount(-amount.value, amount.first, amount.last)
        found.append(amount)
        index = amount.last + 1
    return found


def _amount_at(heard: Sequence[Token], index: int, language: str) -> Amount | None:
    value = _numeral(heard[index].norm)
    if value is not None:
        return Amount(value, index, index)
    for phrase, fixed in _FIXED_WORDS:
        if tuple(token.norm for token in heard[index : index + len(phrase)]) == phrase:
            return Amount(Decimal(fixed), index, index + len(phrase) - 1)
    allowed = _AMOUNT_WORDS[language]
    article = heard[index].norm == "a" and index + 1 < len(heard)
    article = article and heard[index + 1].norm in ("hundred", "thousand", "million")
    words = ["one"] if article else []
    end = index + len(words)
    while end < min(len(heard), index + 12) and heard[end].norm in allowed:
        words.append(heard[end].norm)
        end += 1
    while words and words[0] not in ("and", "y"):
        value = _in_words(words, language) if words[-1] not in ("and", "y") else None
        if value is not None:
            return Amount(value, index, index + len(words) - 1)
        words.pop()
    return None
