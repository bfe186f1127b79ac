"""Amounts of money."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import field_validator

from ..misheard import number_tokens
from ..no_quantities import counts_something
from ..number_words import SMALL, TENS, of_language
from ..numerals import Amount, amounts, is_vague
from ..repairs import repaired_between
from ..said_zeros import with_zeros
from ..spoken import Token, fluent, word_set
from .base import Candidate, EntityBase, Hearing, in_words, reach_back
from .currencies import (
    CODES,
    MINOR,
    NATIONS,
    SYMBOLS,
    WITHOUT_MINOR,
    WORDS,
    coins,
    currency_of,
    currency_of_symbol,
    of_coin,
    of_whole,
)
from .date_words import number_in_words, ready_to_say
from .number import opens_with_sound

_INTRODUCTION = word_set(
    "it's it was is about around roughly maybe the amount total of they charged me i paid es son "
    "fueron unos unas cuesta pagué like like exactly just"
)
_MOST = Decimal(10) ** 12
_UNKNOWN = "???"


@dataclass(frozen=True, slots=True)
class _Sum:
    """An amount with its currency (None when none was said) and its tokens."""

    value: Decimal
    first: int
    last: int
    currency: str | None
    unsure: tuple[Decimal, ...] = ()


class Money(EntityBase):
    """An amount: ``120.50 USD``.

    Args:
        currency: ISO 4217 code where the caller names none; the agent's when absent.
    """

    type: Literal["money"]
    currency: str | None = None

    @field_validator("currency")
    @classmethod
    def _code(cls, currency: str | None) -> str | None:
        if currency is not None and not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValueError(
                f"currency {currency[:40]!r} is no code; use three capitals such as USD or EUR"
            )
        return currency

    def model_post_init(self, context: Any) -> None:
        """Load what saying takes."""
        ready_to_say()

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Read amounts; unasked, only those with a currency or beside a word of the question."""
        heard = with_zeros(fluent(number_tokens(words, context.language)), context.language)
        own = self.currency or context.currency
        found: list[Candidate] = []
        if opens_with_sound(heard) or _four_or_for(heard):
            return []
        for one in _sums(heard, words, own, of_language(context.language)):
            near = {token.norm for token in heard[max(0, one.first - 3) : one.last + 4]}
            if one.currency is None and counts_something(heard, one.last + 1):
                continue
            if is_vague(heard, one.last + 1):
                continue
            if _one_of_several(heard, one.first) or (one.currency is None and _named(heard, one)):
                continue
            if not context.asked and one.currency is None and not near & context.cues:
                continue
            first = reach_back(heard, one.first, _INTRODUCTION)
            start, end = heard[first].start, heard[one.last].end
            for value in (one.value, *one.unsure):
                said = _written(value, one.currency or own)
                found.append(Candidate(said, start, end, 0.9))
        return found

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say that the currency is unclear, or that it is no amount."""
        number, _, code = value.partition(" ")
        try:
            amount = Decimal(number)
        except InvalidOperation:
            amount = Decimal(-1)
        if code == _UNKNOWN:
            return in_words(context, "I did not get which currency", "no entendí en qué moneda")
        if not (0 <= amount < _MOST and len(code) == 3 and code.isupper()):
            return in_words(context, "that is not an amount", "eso no es un importe")
        if amount != amount.quantize(_smallest(code)):
            return in_words(context, "that has too many decimals", "tiene demasiados decimales")
        return None

    def say(self, value: str, language: str = "en") -> str:
        """Say an amount in words: ``one hundred and twenty dollars and fifty cents``."""
        number, _, code = value.partition(" ")
        return _in_words(Decimal(number), code, of_language(language))

    def spell(self, value: str, language: str = "en") -> str:
        """An amount is not spelled."""
        return self.say(value, language)


def _four_or_for(heard: Sequence[Token]) -> bool:
    """Whether "for fifty" may be 450: nothing before it makes it a preposition."""
    said = [token.norm for token in heard[:3]]
    return said[:1] == ["for"] and said[1:2] != [] and said[1] in TENS["en"]


def _smallest(code: str) -> Decimal:
    return Decimal(1) if code in WITHOUT_MINOR else Decimal("0.01")


def _written(value: Decimal, code: str) -> str:
    if abs(value) >= _MOST:
        return f"{value:f} {code}"
    rounded = value.quantize(_smallest(code), ROUND_HALF_UP)
    return f"{rounded if rounded == value else value:f} {code}"


def _in_words(amount: Decimal, code: str, language: str) -> str:
    named = coins(code, language)
    whole = int(amount)
    parts = int((amount - whole) * 100)
    said = number_in_words(whole, language)
    if language == "es" and said.endswith("uno"):
        said = said[:-1] if not said.endswith("veintiuno") else f"{said[:-9]}veintiún"
    if named is None:
        rest = f" point {_digits(parts)}" if parts else ""
        rest = rest.replace("point", "coma") if language == "es" else rest
        digits = format(amount, "f") if rest else str(whole)
        return f"{digits} {code}"
    text = f"{said} {named.one if whole == 1 else named.many}"
    if not parts:
        return text
    joint = "con" if language == "es" else "and"
    small = number_in_words(parts, language)
    small = small[:-1] if language == "es" and small.endswith("uno") else small
    coin = f"{small} {named.part if parts == 1 else named.parts}"
    return f"{text} {joint} {coin}" if whole else coin


def _digits(parts: int) -> str:
    return " ".join(f"{parts:02d}")


def _sums(heard: Sequence[Token], words: str, own: str, language: str) -> list[_Sum]:
    read = [_in_thousands(heard, one, language) for one in amounts(heard, language)]
    read = _with_bucks(heard, read)
    found: list[_Sum] = []
    at = 0
    while at < len(read):
        one, used = _sum(heard, words, read, at, own)
        if used == 0:
            at += 2
            continue
        if found and repaired_between(heard, found[-1].last + 1, one.first) and not one.currency:
            one = replace(one, currency=found[-1].currency)
        found.append(one)
        at += used
    return found


def _in_thousands(heard: Sequence[Token], amount: Amount, language: str) -> Amount:
    """Read ``1,500`` as fifteen hundred in Spanish, too: no amount has three decimals."""
    text = heard[amount.first].norm
    if language == "es" and amount.first == amount.last and _GROUPED.fullmatch(text):
        return replace(amount, value=Decimal(text.replace(",", "")))
    return amount


_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


_NUMBERED = word_set(
    "number account invoice order card número cuenta factura pedido tarjeta code código"
)


def _named(heard: Sequence[Token], one: _Sum) -> bool:
    """Whether a number names a thing: "account number 12345"."""
    return one.first > 0 and heard[one.first - 1].norm in _NUMBERED


def _one_of_several(heard: Sequence[Token], first: int) -> bool:
    """Whether it is not the amount: "three payments of fifty dollars", "ends in 4242"."""
    before = [token.norm for token in heard[max(0, first - 2) : first]]
    if before in (["ends", "in"], ["ending", "in"], ["termina", "en"], ["acaba", "en"]):
        return True
    return len(before) == 2 and before[1] in ("of", "de") and before[0] in _PARTS


_PARTS = word_set(
    "payments installments instalments bills notes coins checks cheques pagos cuotas plazos "
    "billetes monedas cheques mensualidades"
)


def _with_bucks(heard: Sequence[Token], read: list[Amount]) -> list[Amount]:
    """Add the one of "a buck fifty", "un euro", "a dollar"."""
    taken = {at for amount in read for at in range(amount.first, amount.last + 1)}
    extra = [
        Amount(Decimal(1), index, index)
        for index, token in enumerate(heard[:-1])
        if token.norm in ("a", "un", "one", "una")
        and index not in taken
        and heard[index + 1].norm in WORDS
    ]
    # "euro y medio": the one is left out
    extra += [
        Amount(Decimal("1.5"), index, index + 2)
        for index, token in enumerate(heard[:-2])
        if token.norm in WORDS
        and [own.norm for own in heard[index + 1 : index + 3]] in (["y", "medio"], ["y", "media"])
        and index - 1 not in taken | {amount.first for amount in extra}
    ]
    covered = {at for amount in extra if amount.first < amount.last for at in
               range(amount.first + 1, amount.last + 1)}  # fmt: skip
    read = [amount for amount in read if amount.first not in covered]
    return sorted([*read, *extra], key=lambda amount: amount.first)


def _sum(
    heard: Sequence[Token], words: str, read: list[Amount], at: int, own: str
) -> tuple[_Sum, int]:
    amount = read[at]
    currency, last = _currency(heard, words, amount, own)
    minor = heard[last + 1].norm if last + 1 < len(heard) else ""
    pence = minor == "p" and own == "GBP" and _after_next(heard, last) != "m"
    if currency is None and (minor in MINOR or pence):
        whole, end = of_whole(heard, last + 1, own)
        coin = whole or of_coin(minor, own)
        return _Sum(amount.value / 100, amount.first, end, coin), 1
    following = read[at + 1] if at + 1 < len(read) else None
    if following is not None:
        joint = [token.norm for token in heard[last + 1 : following.first]]
        after = following.last + 1
        coin = after < len(heard) and heard[after].norm in MINOR
        if joint in ([], ["and"], ["y"], ["con"]) and not heard[following.first].broken:
            whole = _joined(amount, following, currency, joint, coin=coin, last=last)
            if whole is not None:
                return _ended(heard, words, whole, own), 2
            if not joint and currency is None:
                return _Sum(amount.value, amount.first, last, None), 0  # "twenty four seven"
    return _doubtful(heard, _Sum(amount.value, amount.first, last, currency)), 1


def _after_next(heard: Sequence[Token], last: int) -> str:
    return heard[last + 2].norm if last + 2 < len(heard) else ""


def _joined(
    amount: Amount, following: Amount, currency: str | None, joint: list[str], *, coin: bool,
    last: int,
) -> _Sum | None:  # fmt: skip
    """Read "twelve dollars (and) fifty (cents)", "doce con cincuenta", or find them unclear."""
    end = following.last + coin
    small = following.value
    if amount.value != int(amount.value):
        return None
    if coin or joint == ["con"] or (currency is not None and small == int(small) and small > 9):
        if small == int(small) and 0 <= small < 100:
            if not coin and currency is None and 0 < small < 10 and following.first == end:
                # "dos con cinco": fifty, or five?
                tenfold = (amount.value + small / 10,)
                return _Sum(amount.value + small / 100, amount.first, end, None, tenfold)
            return _Sum(amount.value + small / 100, amount.first, end, currency)
        return None
    if joint == ["and"] and small == Decimal("0.25") and currency is not None:
        return _Sum(amount.value + small, amount.first, end, currency)
    if joint in (["y"], ["and"]) and small == Decimal("0.5") and currency is not None:
        return (
            _Sum(amount.value + small, amount.first, end, currency)
            if joint == ["y"] or amount.value == 1
            else (_Sum(amount.value, amount.first, end, currency, (amount.value + small,)))
        )
    if not joint and currency is None and 9 < small < 100 and amount.value < 100:
        # "Twelve fifty" is 12.50 or 1250.
        hundreds = amount.value * 100 + small
        return _Sum(amount.value + small / 100, amount.first, end, None, (hundreds,))
    return None


def _ended(heard: Sequence[Token], words: str, whole: _Sum, own: str) -> _Sum:
    """Add a currency that follows the small coins: "twelve fifty dollars"."""
    if whole.currency is not None:
        return whole
    amount = Amount(whole.value, whole.first, whole.last)
    currency, last = _currency(heard, words, amount, own)
    return replace(whole, currency=currency, last=last)


def _doubtful(heard: Sequence[Token], one: _Sum) -> _Sum:
    """Find "one fifty" unclear: 150, or 1.50."""
    said = [token.norm for token in heard[one.first : one.last + 1]]
    if one.currency is not None or len(said) < 2 or not 100 < one.value < 1000:
        return one
    left_out = 0 < SMALL["en"].get(said[0], 0) < 10 and (
        said[1] in TENS["en"] or SMALL["en"].get(said[1], 0) > 9
    )
    return replace(one, unsure=(one.value / 100,)) if left_out else one


def _currency(
    heard: Sequence[Token], words: str, amount: Amount, own: str
) -> tuple[str | None, int]:
    """Return the currency said beside an amount and the last token that belongs to it."""
    for mark, family in SYMBOLS.items():
        before = heard[amount.first].gap.rstrip().endswith(mark)
        behind = words[heard[amount.last].end :].lstrip().startswith(mark)
        if before or behind:
            return currency_of_symbol(family, own), amount.last
    before = heard[amount.first - 1] if amount.first else None
    if before is not None and before.text in CODES:
        return before.text, amount.last
    at = amount.last + 1
    while at < len(heard) and heard[at].norm in ("de", "of", "u", "s"):
        at += 1
    nation = NATIONS.get(heard[at].norm) if at < len(heard) else None
    at += nation is not None
    if at >= len(heard) or heard[at].broken:
        return None, amount.last
    norm = heard[at].norm
    if norm.upper() in CODES and (
        heard[at].text.isupper() or (len(norm) == 3 and norm not in WORDS)
    ):
        return norm.upper(), at
    family = WORDS.get(norm)
    if family is None:
        return None, amount.last
    behind = NATIONS.get(heard[at + 1].norm) if at + 1 < len(heard) else None
    code = nation or behind or currency_of(family, own) or _UNKNOWN
    return code, at + (behind is not None)
