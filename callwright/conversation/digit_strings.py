"""Strings of digits as people say them: "oh", "double five", "fifteen hundred", "one fifty".

A word may mean several strings ("eight hundred five" is 805 or 8005), so a run keeps all of its
readings, the likeliest first; whoever knows how long the string has to be picks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product

from .number_words import HUNDREDS, SMALL, THOUSANDS, below_hundred, of_language
from .repairs import pointing
from .spoken import Token, word_set

_TIMES = {
    "double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2, "cuádruple": 4,
}  # fmt: skip
_OH = {"en": frozenset({"oh", "o", "owe"}), "es": frozenset[str]()}
_BRIDGES = word_set(
    "um uh er erm dash hyphen then space and guion guión punto slash luego después eh espacio"
)
_SOUNDS_LIKE = {
    "en": {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "tree": "3"},
    "es": {"sero": "0", "beinte": "20"},
}  # fmt: skip
_MOST_READINGS = 24


@dataclass(frozen=True, slots=True)
class Slot:
    """What one piece of a string may mean, the likeliest first, and its tokens (inclusive)."""

    readings: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Run:
    """Digits said in one go.

    Args:
        digits: The likeliest digits, in order.
        first: Index of its first token.
        last: Index of its last token.
        plus: Whether it was introduced by "plus" or a plus sign (an international number).
        slots: Its pieces.
    """

    digits: str
    first: int
    last: int
    plus: bool
    slots: tuple[Slot, ...] = ()

    @property
    def readings(self) -> list[str]:
        """All strings it may mean, the likeliest first; a bounded number."""
        return readings(self.slots) if self.slots else [self.digits]

    @property
    def apart(self) -> list[str]:
        """All strings with a ten and its unit also read as two numbers: "fifty two" as 502."""
        return readings([_apart(slot) for slot in self.slots])

    @property
    def last_group(self) -> int:
        """Digits said in one go at its end, where the groups can be told apart."""
        length = 0
        for slot in reversed(self.slots):
            length += len(slot.readings[0])
            if len(slot.readings[0]) > 1:
                break
        return length


def _apart(slot: Slot) -> Slot:
    said = slot.readings[0]
    if len(said) != 2 or slot.last == slot.first or said < "21" or said[1] == "0":
        return slot
    return Slot((*slot.readings, f"{said[0]}0{said[1]}"), slot.first, slot.last)


def readings(slots: Sequence[Slot]) -> list[str]:
    """Return every string that the pieces may mean together; a bounded number."""
    several = product(*(slot.readings for slot in slots))
    return list(dict.fromkeys("".join(one) for one in islice(several, _MOST_READINGS)))


def digit_slot(
    heard: Sequence[Token], index: int, language: str = "en", *, inside: bool = False
) -> Slot | None:
    """Return the digits said at `index`.

    Args:
        heard: The turn.
        index: Where to read.
        language: ISO 639 code of the words.
        inside: Whether digits stand before, so that "oh", "for" and "um" may be part of them.
    """
    plain = _plain(heard, index, language)
    if plain is not None:
        return plain
    norm = heard[index].norm
    # A sentence mark ends the piece: "thanks. for you" is no 4.
    follows = index + 1 < len(heard) and (
        _plain(heard, index + 1, language) is not None or heard[index + 1].norm in _oh(language)
    )
    if norm in _oh(language) and (inside or follows):
        return Slot(("0",), index, index)
    sounds = _SOUNDS_LIKE.get(language, {})
    if norm in sounds and follows and inside:
        return Slot((sounds[norm],), index, index)
    if norm in sounds and inside and _ends(heard, index + 1):
        return Slot(("", sounds[norm]), index, index)  # "two one five for": the length tells
    before = heard[index - 1].norm if index else "is"
    if (
        norm in sounds
        and follows
        and (before in ("is", "it's", "that's", "code", "number", "pin") or before.endswith("'s"))
    ):
        # At the beginning it may be the word itself: the length tells.
        said = ("", sounds[norm]) if norm in ("to", "too") else (sounds[norm], "")
        return Slot(said, index, index)
    if inside and follows and norm in _BRIDGES:
        return Slot(("",), index, index)
    return None


def _ends(heard: Sequence[Token], at: int) -> bool:
    return at == len(heard) or heard[at].broken


def digit_runs(heard: Sequence[Token], language: str = "en") -> list[Run]:
    """Return every unbroken string of spoken or written digits, in order."""
    language = of_language(language)
    runs: list[Run] = []
    slots: list[Slot] = []
    index = 0
    aside = pointing(heard)
    while index < len(heard):
        slot = (
            digit_slot(heard, index, language, inside=bool(slots)) if index not in aside else None
        )
        if slot is not None:
            slots.append(slot)
            index = slot.last + 1
            continue
        if slots:
            runs.append(_run(heard, slots))
        slots = []
        index += 1
    if slots:
        runs.append(_run(heard, slots))
    return runs


def _run(heard: Sequence[Token], slots: list[Slot]) -> Run:
    first, last = slots[0].first, slots[-1].last
    said = first > 0 and heard[first - 1].norm in ("plus", "más", "mas")
    digits = "".join(slot.readings[0] for slot in slots)
    plus = said or "+" in heard[first].gap
    return Run(digits, first - 1 if said else first, last, plus, tuple(slots))


def begun_again(heard: Sequence[Token], run: Run, fits: Callable[[str], bool]) -> Run:
    """Return the second try of "seven nine three … seven nine three eight", if only that fits."""
    for at in range(1, len(run.slots)):
        if not heard[run.slots[at].first].broken:
            continue
        first, second = (
            "".join(slot.readings[0] for slot in part) for part in (run.slots[:at], run.slots[at:])
        )
        again = len(first) > 1 and second.startswith(first) and fits(second)
        if again and not any(fits(one) for one in run.readings):
            return Run(second, run.first, run.last, run.plus, run.slots[at:])
    return run


def _oh(language: str) -> frozenset[str]:
    return _OH.get(language, _OH["en"])


def _plain(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    """Return the digits of words that are always digits: numerals and number words."""
    norm = heard[index].norm
    if norm[0].isdigit():
        bare = norm.replace(",", "").replace(".", "")
        good = bare.isdecimal() and bare.isascii()
        return _scaled(heard, Slot((bare,), index, index), language) if good else None
    if norm in _TIMES:
        return _repeated(heard, index, language)
    several = _several(heard, index, language)
    if several is not None:
        return several
    if norm in HUNDREDS[language]:
        return _hundreds(heard, index, language)
    if language == "es" and norm == "mil":
        return _thousands(heard, Slot(("",), index, index - 1), 1, language)
    article = norm == "a" and index + 1 < len(heard)
    if article and heard[index + 1].norm in ("hundred", "thousand"):
        return _scaled(heard, Slot(("1",), index, index), language)
    small = below_hundred(heard, index, language)
    if small is None:
        return None
    value, used = small
    return _scaled(heard, Slot((str(value),), index, index + used - 1), language)


_PLURALS = {
    "en": {f"{word}{'es' if word == 'six' else 's'}": value for word, value in SMALL["en"].items()
           if value < 10} | {"zeroes": 0, "ohs": 0},
    "es": {f"{word}{'es' if word[-1] not in 'aeo' else 's'}": value
           for word, value in SMALL["es"].items() if value < 10},
}  # fmt: skip


def _several(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    """Read "three zeros", "dos cincos", "dos veces cinco"."""
    times = SMALL[language].get(heard[index].norm, 0)
    if not 1 < times < 7 or index + 1 >= len(heard):
        return None
    named = _PLURALS[language].get(heard[index + 1].norm)
    if named is not None:
        return Slot((str(named) * times,), index, index + 1)
    counted = heard[index + 1].norm in ("veces", "times")
    at = index + 3 if [own.norm for own in heard[index + 2 : index + 3]] == ["el"] else index + 2
    unit = SMALL[language].get(heard[at].norm, 10) if counted and at < len(heard) else 10
    return Slot((str(unit) * times,), index, at) if unit < 10 else None


def _repeated(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    if index + 1 == len(heard):
        return None
    times, following = _TIMES[heard[index].norm], heard[index + 1].norm
    if following in _oh(language):
        return Slot(("0" * times,), index, index + 1)
    value = SMALL[language].get(following, 10)
    numeral = following if following.isdecimal() and following.isascii() else str(value)
    if len(numeral) > 1:
        return None
    return Slot((numeral * times,), index, index + 1)


def _scaled(heard: Sequence[Token], head: Slot, language: str) -> Slot:
    """Read "hundred" and "thousand" behind a number below a hundred."""
    number = head.readings[0]
    following = heard[head.last + 1].norm if head.last + 1 < len(heard) else ""
    if len(number) > 2 or not int(number):
        return head
    if following == "hundred":
        whole = Slot((f"{number}00",), head.first, head.last + 1)
        return _in_thousands(heard, _with_tail(heard, whole, language, 100), language)
    if following in ("thousand", "mil"):
        return _thousands(heard, head, int(number), language)
    return _millions(heard, head, language) if following in _MILLIONS else head


_MILLIONS = word_set("million millón millon millones")


def _millions(heard: Sequence[Token], head: Slot, language: str) -> Slot:
    """Read "doce millones trescientos cuarenta y cinco mil", as identity numbers are said."""
    at = head.last + 2
    rest = _plain(heard, at, language) if at < len(heard) and not heard[at].broken else None
    small = rest is not None and len(rest.readings[0]) < 7
    value = int(head.readings[0]) * 1_000_000 + (int(rest.readings[0]) if rest and small else 0)
    return Slot((str(value),), head.first, rest.last if rest and small else head.last + 1)


def _in_thousands(heard: Sequence[Token], hundreds: Slot, language: str) -> Slot:
    """Read "trescientos cuarenta y cinco mil": all that was said counts thousands."""
    at = hundreds.last + 1
    if at >= len(heard) or heard[at].broken or heard[at].norm not in THOUSANDS[language]:
        return hundreds
    together = min(hundreds.readings, key=len)
    return _thousands(heard, hundreds, int(together), language)


def _thousands(heard: Sequence[Token], head: Slot, count: int, language: str) -> Slot:
    at = head.last + 1
    whole = Slot((f"{count}000",), head.first if head.last >= head.first else at, at)
    following = heard[at + 1].norm if at + 1 < len(heard) else ""
    if following in HUNDREDS[language]:
        rest = _hundreds(heard, at + 1, language)
        value = count * 1000 + int(rest.readings[0])
        return Slot((str(value),), whole.first, rest.last)
    if language == "en" and at + 2 < len(heard):
        joined = following == "and"
        told = below_hundred(heard, at + 1 + joined, language)
        behind = at + 1 + joined + told[1] if told else len(heard)
        if told and told[0] < 10 and behind < len(heard) and heard[behind].norm == "hundred":
            units = Slot((str(told[0]),), at + 1 + joined, behind - 1)
            hundreds = _scaled(heard, units, language)
            value = count * 1000 + int(hundreds.readings[0])
            return Slot((str(value),), whole.first, hundreds.last)
    return _with_tail(heard, whole, language, 1000)


def _hundreds(heard: Sequence[Token], index: int, language: str) -> Slot:
    """Read the Spanish hundreds: "seiscientos doce"."""
    whole = Slot((str(HUNDREDS[language][heard[index].norm]),), index, index)
    return _in_thousands(heard, _with_tail(heard, whole, language, 100), language)


def _with_tail(heard: Sequence[Token], whole: Slot, language: str, scale: int) -> Slot:
    """Add what follows a round number: "eight hundred (and) five" is 805, or 800 and 5."""
    at = whole.last + 1
    joined = at < len(heard) and heard[at].norm == "and"
    tail = below_hundred(heard, at + joined, language) if at + joined < len(heard) else None
    if tail is None or not tail[0] or (heard[at].broken and not joined):
        return whole
    value, used = tail
    last = at + joined + used - 1
    together, apart = str(int(whole.readings[0]) + value), f"{whole.readings[0]}{value}"
    if joined or used > 1 or (language == "es" and value > 9):
        return Slot((together,), whole.first, last)
    more = last + 1 < len(heard) and _plain(heard, last + 1, language) is not None
    # "eight hundred five five five": digits go on, so the round number stood for itself.
    both = (apart, together) if value < 10 and more and scale == 100 else (together, apart)
    return Slot(both, whole.first, last)
