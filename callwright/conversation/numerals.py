"""Quantities as people say them: "a hundred and fifty", "one fifty", "dos y medio".

A string of digits is read differently (`digit_strings`): "four fifteen" is 415 there and no
amount here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from text_to_num import text2num

from .no_quantities import bare_scale, no_value, only_points
from .number_words import HUNDREDS, SMALL, TENS, below_hundred, of_language
from .spoken import Token, folded, keyed, longest_phrase, meaning_at, table, word_set


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity: its exact value and the tokens it was read from (both inclusive)."""

    value: Decimal
    first: int
    last: int


_POINTS = {"en": ("point",), "es": ("coma", "punto")}
_AMOUNT_WORDS = {
    "en": word_set("hundred thousand million and") | set(SMALL["en"]) | set(TENS["en"]),
    "es": word_set("mil millón millon millones y")
    | set(HUNDREDS["es"])
    | set(SMALL["es"])
    | set(TENS["es"]),
}
_SCALES = {
    "hundred": 100, "thousand": 1000, "million": 1_000_000, "grand": 1000, "k": 1000, "mil": 1000,
    "millón": 1_000_000, "millon": 1_000_000, "millones": 1_000_000,
}  # fmt: skip
_PLAIN_WORDS = {
    "un": "uno", "una": "uno", "niner": "nine", "veintiún": "veintiuno", "veintiun": "veintiuno",
    "veintiuna": "veintiuno",
}  # fmt: skip
_FIXED: dict[tuple[str, ...], Decimal] = {
    ("half", "a", "dozen"): Decimal(6), ("a", "half", "dozen"): Decimal(6),
    ("a", "dozen"): Decimal(12), ("dozen",): Decimal(12),
    ("two", "dozen"): Decimal(24), ("a", "couple"): Decimal(2), ("couple",): Decimal(2),
    ("one", "half"): Decimal("0.5"), ("a", "half"): Decimal("0.5"),
    ("a", "quarter"): Decimal("0.25"),
    ("half", "a"): Decimal("0.5"),
    ("half",): Decimal("0.5"),
    ("media", "docena"): Decimal(6), ("una", "docena"): Decimal(12), ("un", "par"): Decimal(2),
    ("un", "cuarto"): Decimal("0.25"),
    ("a", "pair"): Decimal(2), ("un", "centenar"): Decimal(100), ("una", "decena"): Decimal(10),
    ("medio", "centenar"): Decimal(50), ("medio",): Decimal("0.5"), ("media",): Decimal("0.5"),
}  # fmt: skip
_LONGEST = 24  # characters of a written number
_FIXED_WORDS = keyed(_FIXED)


def amounts(heard: Sequence[Token], language: str = "en") -> list[Amount]:
    """Return the quantities said, in order: numerals, number words, "a dozen", "minus two"."""
    language = of_language(language)
    found: list[Amount] = []
    index = 0
    while index < len(heard):
        amount = _amount_at(heard, index, language)
        if amount is not None and found and _ends_range(heard, found[-1], amount):
            found.pop()  # "one hundred to hundred fifty"
        if (
            amount is None
            or only_points(heard, amount.first, amount.last)
            or no_value(heard, amount.first)
        ):
            index = amount.last + 1 if amount is not None else index + 1
            continue
        amount = _counted(heard, _halved(heard, amount))
        if _vague(heard, amount):
            index = amount.last + 1
            continue
        if _negative(heard, index):
            amount = Amount(-amount.value, amount.first, amount.last)
        found.append(amount)
        index = amount.last + 1
    return found


def _negative(heard: Sequence[Token], index: int) -> bool:
    before = heard[index - 1].norm if index else ""
    if before == "menos" and index > 1 and heard[index - 2].norm in ("al", "lo"):
        return False  # "al menos cinco"
    gap = heard[index].gap
    hyphen = gap.endswith("-") and (index == 0 or gap != "-")
    return before in ("minus", "negative", "menos") or hyphen


def _halved(heard: Sequence[Token], amount: Amount) -> Amount:
    """Add "and a half", "y medio"."""
    if heard[amount.last].norm in ("dozen", "couple", "docena"):
        return amount  # "a dozen and a half" is no 12.5
    after = [token.norm for token in heard[amount.last + 1 : amount.last + 4]]
    for words, share in _HALVES:
        if tuple(after[: len(words)]) == words and amount.value == int(amount.value):
            last = amount.last + len(words)
            scale = Decimal(1)
            rest = heard[last + 1].norm if last + 1 < len(heard) else ""
            if heard[amount.last].norm in ("million", "millón", "millon", "millones"):
                return Amount(amount.value + share * 1_000_000, amount.first, last)
            if rest in ("million", "thousand", "hundred", "grand", "millones", "millón"):
                scale, last = Decimal(_SCALES[rest]), last + 1
            return Amount((amount.value + share) * scale, amount.first, last)
    return amount


_DOZENS = frozenset({"dozen", "dozens", "docena", "docenas"})
_QUARTERS = frozenset({"quarters", "cuartos"})
_OTHER_PARTS = word_set("fourths thirds fifths sixths eighths tenths tercios quintos décimos")


def _counted(heard: Sequence[Token], amount: Amount) -> Amount:
    """Read "two dozen", "dos docenas", "three quarters"."""
    following = heard[amount.last + 1].norm if amount.last + 1 < len(heard) else ""
    if following in _DOZENS and amount.value == int(amount.value):
        return Amount(amount.value * 12, amount.first, amount.last + 1)
    if following in _QUARTERS and 0 < amount.value < 4:
        last = amount.last + 1
        return _share(heard, amount.first, last, amount.value / 4)
    return amount


_ROUGHLY = table(
    """
    something | odd | ish | y pico | y tantos | y tantas | y algo | and something | and change
    or more | o más | o menos | plus | and some | pico
    """
)


def is_vague(heard: Sequence[Token], at: int) -> bool:
    """Whether the words at `at` say that the amount before them is a rough one."""
    if at >= len(heard) or heard[at].broken:
        return False
    number_behind = at + 1 < len(heard) and heard[at + 1].norm in _AMOUNT_WORDS["en"]
    return longest_phrase(heard, at, _ROUGHLY) is not None and not number_behind


def _vague(heard: Sequence[Token], amount: Amount) -> bool:
    """Whether a number is a rough or a broken one: "thirty something", "a hundred and a half"."""
    at = amount.last + 1
    if is_vague(heard, at):
        return True
    if at < len(heard) and not heard[at].broken and heard[at].norm in _OTHER_PARTS:
        return True
    whole = [token.norm for token in heard[amount.first : amount.last + 1]]
    round_half = any(
        word in ("hundred", "cien", "thousand", "mil") and rest[:1] in (["and"], ["y"])
        for word, rest in ((word, whole[place + 1 :]) for place, word in enumerate(whole))
    )
    return round_half and whole[-1] in ("half", "medio", "media")


_HALVES = (
    (("and", "a", "half"), Decimal("0.5")),
    (("and", "one", "half"), Decimal("0.5")),
    (("and", "a", "quarter"), Decimal("0.25")),
    (("y", "medio"), Decimal("0.5")),
    (("y", "media"), Decimal("0.5")),
    (("y", "cuarto"), Decimal("0.25")),
    (("y", "tres", "cuartos"), Decimal("0.75")),
    (("and", "three", "quarters"), Decimal("0.75")),
)


def _in_words(words: list[str], language: str) -> Decimal | None:
    """Read number words; None when together they are no amount."""
    try:
        return Decimal(text2num(" ".join(words), language))
    except (ValueError, KeyError, IndexError):
        pass
    # "one fifty", "two twenty five": the hundred is left out.
    small = SMALL[language]
    if language == "en" and len(words) in (2, 3) and 0 < small.get(words[0], 0) < 10:
        rest = _in_words(words[1:], language)
        if rest is not None and 10 <= rest < 100:
            return Decimal(small[words[0]] * 100) + rest
    return None


def numeral(text: str, language: str = "en") -> Decimal | None:
    """Return a written number; Spanish separates thousands with points and decimals with a comma.

    ``1.200`` is read by the language: 1200 in Spanish, 1.2 in English.
    """
    if not text.isascii() or not text[:1].isdigit() or len(text) > _LONGEST:
        return None
    marks = [char for char in text if char in ".,"]
    if marks:
        text = _unmarked(text, marks, language)
    try:
        return Decimal(text) if text.replace(".", "", 1).isdigit() else None
    except InvalidOperation:
        return None


def _unmarked(text: str, marks: list[str], language: str) -> str:
    last = marks[-1]
    thousands = "." if language == "es" else ","
    mixed = len(set(marks)) > 1
    tail = text.rpartition(last)[2]
    if not mixed and (len(marks) > 1 or (len(tail) == 3 and last == thousands)):
        groups = text.split(last)
        whole = all(len(group) == 3 for group in groups[1:]) and 0 < len(groups[0]) < 4
        return "".join(groups) if whole else text
    other = "," if last == "." else "."
    return text.replace(other, "").replace(last, ".")


def _amount_at(heard: Sequence[Token], index: int, language: str) -> Amount | None:
    norm = heard[index].norm
    if norm.endswith("k") and norm[:-1].isdecimal() and norm.isascii() and len(norm) < 6:
        return Amount(Decimal(norm[:-1]) * 1000, index, index)
    written = numeral(norm, language)
    if written is not None:
        whole = _with_fraction(heard, Amount(written, index, index), language)
        return _scaled(heard, whole)
    if language == "en" and heard[index].norm == "point":
        # "point five"
        fraction = _with_fraction(heard, Amount(Decimal(0), index, index - 1), language)
        return fraction if fraction.last > index else None
    fixed = meaning_at(heard, index, _FIXED_WORDS)
    if fixed is not None:
        phrase, value = fixed
        share = _share(heard, index, index + len(phrase) - 1, value)
        room = phrase[-1] == "cuarto" and share.value == value
        return None if room else share
    words, end = _number_words(heard, index, language)
    article = len(words) > end - index
    joiners = ("and", "y")
    while words and words[0] not in joiners:
        value = _in_words(words, language) if words[-1] not in joiners else None
        if value is not None:
            last = index + len(words) - 1
            whole = _scaled(heard, Amount(value, index, last))
            return _with_fraction(heard, whole, language)
        words.pop()
        if article and len(words) == 1:
            return None
    return None


def _share(heard: Sequence[Token], first: int, last: int, value: Decimal) -> Amount:
    """Read "half a million", "a quarter of a million", "a couple of hundred", or the part alone."""
    at = last
    for link in ("of", "a", "de"):
        at += [token.norm for token in heard[at + 1 : at + 2]] == [link]
    scaled = _scaled(heard, Amount(value, first, at))
    return scaled if scaled.last > at else Amount(value, first, last)


def _number_words(heard: Sequence[Token], index: int, language: str) -> tuple[list[str], int]:
    allowed = _AMOUNT_WORDS[language]
    article = heard[index].norm == "a" and index + 1 < len(heard)
    article = article and heard[index + 1].norm in ("hundred", "thousand", "million")
    words = ["one"] if article else []
    end = index + len(words)
    while end < min(len(heard), index + 12) and heard[end].norm in allowed:
        if words and heard[end].broken and words[-1] not in ("thousand", "mil", "million"):
            break
        norm = heard[end].norm
        words.append(_PLAIN_WORDS.get(norm, norm))
        end += 1
    return words, end


def _scaled(heard: Sequence[Token], amount: Amount) -> Amount:
    """Read "2.5 million", "two grand"."""
    at = amount.last + 1
    if at >= len(heard) or heard[at].broken:
        return amount
    scale = _SCALES.get(heard[at].norm)
    if scale is None or amount.value >= scale:
        return amount
    return Amount(amount.value * scale, amount.first, at)


def _with_fraction(heard: Sequence[Token], whole: Amount, language: str) -> Amount:
    """Read "two point five", "dos coma cinco"."""
    at = whole.last + 1
    if at + 1 >= len(heard) or heard[at].norm not in _POINTS[language]:
        return whole
    if whole.value != int(whole.value):
        return whole
    digits, end = "", at + 1
    pair = below_hundred(heard, end, language)
    if pair is not None and pair[0] > 20 and pair[1] > 1:
        # "tres coma setenta y cinco"
        digits, end = str(pair[0]), end + pair[1]
    while end < len(heard) and len(digits) < 8:
        norm = folded(heard[end].norm)
        value = 0 if language == "en" and norm in ("oh", "o") else SMALL[language].get(norm)
        tens = TENS[language].get(norm) if not digits else None
        if norm.isdecimal() and norm.isascii() and not digits:
            return _scaled(heard, Amount(Decimal(f"{whole.value}.{norm}"), whole.first, end))
        if tens is None and (value is None or (value > 9 and digits)):
            break
        digits += str(value if tens is None else tens)
        end += 1
    if not digits:
        return whole
    scaled = Amount(Decimal(f"{whole.value}.{digits}"), whole.first, end - 1)
    return _scaled(heard, scaled)


def _ends_range(heard: Sequence[Token], before: Amount, amount: Amount) -> bool:
    """Whether an amount is the second of two bounds and was not wholly understood."""
    link = heard[before.last + 1 : amount.first]
    return [token.norm for token in link] == ["to"] and bare_scale(heard[amount.first])
