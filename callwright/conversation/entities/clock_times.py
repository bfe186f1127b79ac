"""Times of day in a turn's words: "half past three", "3:30 PM", "las cuatro menos cuarto"."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from ..no_quantities import counts_something
from ..number_words import SMALL, below_hundred
from ..repairs import repaired_between
from ..spoken import FILLERS, Token, word_set
from .clock_limits import is_limit
from .clock_time import ClockTime, period_at

_FIXED = {
    "noon": (12, 0), "midday": (12, 0), "midnight": (0, 0), "mediodía": (12, 0),
    "mediodia": (12, 0), "medianoche": (0, 0),
}  # fmt: skip
_LEADS = word_set(
    "at around about by after before near say like make past until till from between las la "
    "sobre hacia las' be for"
)
_GLUED = re.compile(r"(\d{1,4})(am|pm|h|hs|hrs|ish)")
_HOURS_AND_MINUTES = re.compile(r"(\d{1,2})h(\d{2})")
_NO_CLOCK = word_set(
    "hours hour minutes minute days day weeks week people persons dollars months years year of "
    "minutos días semanas personas meses años percent times"
)
_OCLOCK = word_set("o'clock oclock clock sharp")


def clock_times(
    heard: Sequence[Token], language: str, taken: Set[int] = frozenset(), *, bare: bool
) -> list[ClockTime]:
    """Return the times in a turn's words, corrections in the same breath applied.

    Args:
        heard: The turn.
        language: ``en`` or ``es``.
        taken: Tokens that are part of a date.
        bare: Whether a number by itself may be an hour.
    """
    found: list[ClockTime] = []
    index = 0
    while index < len(heard):
        one = None if index in taken else _time_at(heard, index, language)
        if one is not None and not one.certain and counts_something(heard, one.last + 1):
            one = None
        mends = bool(found) and repaired_between(heard, found[-1].last + 1, index)
        if one is None or one.hour > 24 or one.minute > 59 or not (one.certain or bare or mends):
            name, used = period_at(heard, index) if mends else (None, 0)
            if name:  # "nine in the evening, sorry, in the morning"
                found[-1] = replace(found[-1], period=name, last=index + used - 1)
            index += 1
            continue
        one = _with_period(heard, one)
        if is_limit(heard, one):
            index = one.last + 1
            continue
        if mends:
            before = found.pop()
            one = replace(one, period=one.period or before.period)
        found.append(one)
        index = one.last + 1
    return _shared(found, _loose_period(heard))


def _shared(found: list[ClockTime], loose: str | None) -> list[ClockTime]:
    """Give a time without a part of the day the one that was said elsewhere in the turn."""
    periods = {one.period for one in found if one.period} | ({loose} if loose else set[str]())
    if len(periods) != 1:
        return found
    (only,) = periods
    return [one if one.period else replace(one, period=only) for one in found]


def _loose_period(heard: Sequence[Token]) -> str | None:
    found = {name for index in range(len(heard)) if (name := period_at(heard, index)[0])}
    return found.pop() if len(found) == 1 else None


def _with_period(heard: Sequence[Token], one: ClockTime) -> ClockTime:
    if one.period is not None:
        return one
    at = one.last + 1
    while at < len(heard) and heard[at].norm in ("de", "por", "o'clock", "oclock", "en", "punto"):
        at += 1
    name, used = period_at(heard, at) if at < len(heard) else (None, 0)
    if name and _another_period(heard, at + used):
        return one  # "in the morning or in the evening"
    return replace(one, period=name, last=at + used - 1, certain=True) if name else one


def _another_period(heard: Sequence[Token], at: int) -> bool:
    if at >= len(heard) or heard[at].norm not in ("or", "o"):
        return False
    at += 1
    while at < len(heard) and heard[at].norm in ("de", "por", "en"):
        at += 1
    return at < len(heard) and period_at(heard, at)[0] is not None


def _time_at(heard: Sequence[Token], index: int, language: str) -> ClockTime | None:
    norm = heard[index].norm
    if index and heard[index - 1].norm in ("half", "media"):
        return None
    if norm in _FIXED:
        if index and heard[index - 1].norm == "del":
            return None
        hour, minute = _FIXED[norm]
        if index + 1 < len(heard) and heard[index + 1].norm in ("y", "thirty", "fifteen"):
            return None
        return ClockTime(index, index, hour, minute, written=True)
    if language == "es" and norm.isdecimal() and norm.isascii() and len(norm) < 3:
        told = _spanish_minutes(heard, index, index + 1, int(norm))  # "las 8 y media"
        if told is not None:
            return told
    if norm.isdecimal() and len(norm) < 3 and norm.isascii():
        told = _relative(heard, index, language)  # "10 to 4"
        if told is not None:
            return told
    numeral = _numeral(heard, index)
    if numeral is not None:
        return numeral
    told = _relative(heard, index, language)
    if told is not None:
        return told
    return _spoken(heard, index, language)


def _numeral(heard: Sequence[Token], index: int) -> ClockTime | None:
    """Read ``15:30``, ``3:30pm``, ``330 pm``, ``3.30pm``."""
    norm = heard[index].norm
    if index and heard[index].gap.endswith(":") and heard[index - 1].norm.isdecimal():
        return None
    glued = _GLUED.fullmatch(norm)
    if glued is not None:
        return _digits(index, index, glued[1], _suffix(glued[2]), certain=True)
    both = _HOURS_AND_MINUTES.fullmatch(norm)
    if both is not None:
        return ClockTime(index, index, int(both[1]), int(both[2]), written=int(both[1]) > 12)
    if not norm[0].isdigit():
        return None
    if index + 1 < len(heard) and heard[index + 1].gap.strip() == ":" and len(norm) < 3:
        minutes = heard[index + 1].norm
        both = _GLUED.fullmatch(minutes)
        plain = both[1] if both else minutes
        if plain.isdecimal() and len(plain) == 2 and norm.isdecimal():
            period = _suffix(both[2]) if both else None
            written = period is None and (norm[0] == "0" or (len(norm) == 2 and int(norm) > 12))
            hour = int(norm)
            return ClockTime(index, index + 1, hour, int(plain), period, written=written)
    if "." in norm:
        hours, _, minutes = norm.partition(".")
        early = hours.isdecimal() and int(hours) > 12 and _alone(heard, index)
        if not period_at(heard, index + 1)[0] and not early:
            return None
        if hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) < 3:
            return ClockTime(index, index, int(hours), int(minutes))
    if not norm.isdecimal() or len(norm) > 4 or _minutes_apart(heard, index):
        return None
    certain = _announced(heard, index, index)
    if len(norm) > 2 and not certain and len(heard) > 1:
        return None  # "1234" among other words is any number
    return _digits(index, index, norm, None, certain=certain)


def _minutes_apart(heard: Sequence[Token], index: int) -> bool:
    """Whether hour and minutes are numerals of their own: "11 59 p.m."."""
    following = heard[index + 1] if index + 1 < len(heard) else None
    if following is None or following.gap != " " or len(heard[index].norm) > 2:
        return False
    minutes = following.norm
    return minutes.isdecimal() and minutes.isascii() and len(minutes) == 2 and int(minutes) < 60


def _alone(heard: Sequence[Token], index: int) -> bool:
    """Whether nothing else is said but words that announce a time."""
    return all(
        token.norm in _LEADS | FILLERS | {"a", "it's", "is", "the", "es", "son"}
        for at, token in enumerate(heard)
        if at != index
    )


def _suffix(text: str) -> str | None:
    return text if text in ("am", "pm") else None


def _digits(
    first: int, last: int, text: str, period: str | None, *, certain: bool
) -> ClockTime | None:
    if len(text) < 3:
        return ClockTime(first, last, int(text), 0, period, certain)
    hour, minute = int(text[:-2]), int(text[-2:])
    written = len(text) == 4 and period is None and (text[0] == "0" or hour > 12)
    good = hour < 25 and minute < 60
    return ClockTime(first, last, hour, minute, period, certain, written) if good else None


_HOURS_BEHIND = ("en", "de", "horas", "h", "hs", "hrs")


def _announced(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether the words around a number say that it is an hour."""
    before = heard[first - 1].norm if first else ""
    after = heard[last + 1].norm if last + 1 < len(heard) else ""
    military = heard[first].norm.isdecimal() and len(heard[first].norm) == 4
    if after == "hours" and military:
        return True
    if after in _NO_CLOCK or (after and after in ("digits", "th")):
        return False
    near = period_at(heard, last + 1)[0] if last + 1 < len(heard) else None
    return bool(near) or after in _OCLOCK or before in _LEADS or after in _HOURS_BEHIND


def _number(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    if index >= len(heard):
        return None
    norm = heard[index].norm
    if norm.isdecimal() and norm.isascii() and len(norm) < 3:
        return int(norm), 1
    return below_hundred(heard, index, language)


_PAST = {"past": 1, "after": 1, "to": -1, "till": -1, "of": -1, "before": -1, "para": -1}
_SHARES = {"half": 30, "quarter": 15, "cuarto": 15}


def _relative(heard: Sequence[Token], index: int, language: str) -> ClockTime | None:
    """Read "half past three", "ten minutes to four", "cuarto para las cuatro"."""
    norm = heard[index].norm
    minutes, at = _SHARES.get(norm), index + 1
    if minutes is None:
        found = _number(heard, index, language)
        if found is None or not 0 < found[0] < 60:
            return None
        minutes, at = found[0], index + found[1]
        if at < len(heard) and heard[at].norm in ("minutes", "minute", "minutos"):
            at += 1
    if norm == "half" and at < len(heard):
        british = _number(heard, at, language)
        after = heard[at + british[1]].norm if british and at + british[1] < len(heard) else ""
        if british and 1 <= british[0] <= 12 and after not in _NO_CLOCK:
            return _moved(index, at + british[1] - 1, british[0], 30)  # "half seven"
    sign = _PAST.get(heard[at].norm) if at < len(heard) else None
    if sign is None or (heard[at].norm == "para") != (language == "es"):
        return None
    if at + 1 < len(heard) and heard[at + 1].norm in ("las", "la"):
        at += 1
    noon = heard[at + 1].norm if at + 1 < len(heard) else ""
    if noon in _FIXED:
        total = _FIXED[noon][0] * 60 + sign * minutes
        return ClockTime(index, at + 1, total // 60 % 24, total % 60, written=True)
    counted = heard[at - 1].norm in ("minutes", "minute", "minutos")
    if sign < 0 and minutes % 5 and not counted:
        return None  # "two to two thirty" is a span
    hour = _number(heard, at + 1, language)
    if hour is None or not 1 <= hour[0] <= 12:
        return None
    last = at + hour[1]
    if (
        norm not in _SHARES
        and heard[at].norm in ("to", "of", "before")
        and not _announced(heard, index, last)
        and heard[at].norm != "to"
    ):
        return None
    return _moved(index, last, hour[0], sign * minutes)


def _moved(first: int, last: int, hour: int, minutes: int) -> ClockTime:
    if minutes >= 0:
        return ClockTime(first, last, hour, minutes)
    return ClockTime(first, last, hour - 1 or 12, 60 + minutes)


def _spoken(heard: Sequence[Token], index: int, language: str) -> ClockTime | None:
    """Read "three", "three thirty", "seven oh five", "las tres y media"."""
    hour = _number(heard, index, language)
    if _zero_before(heard, index):
        # "oh eight hundred", "zero nine thirty": the morning, as it is written
        early = _spoken(heard, index + 1, language)
        if early is not None and early.hour < 10 and early.last > index + 1:
            return replace(early, first=index, certain=True, written=True)
    if hour is None or hour[0] > 24 or heard[index].norm in ("un", "uno"):
        return None
    value, used = hour
    at = index + used
    named = _FIXED.get(heard[at].norm) if at < len(heard) else None
    if named is not None and value == 12:
        return ClockTime(index, at, *named, written=True)
    if language == "es":
        told = _spanish_minutes(heard, index, at, value)
        if told is not None:
            return told
    last = at - 1
    minutes, more = _minutes(heard, at, language)
    if more:
        last = at + more - 1
        clear = value > 12 or _announced(heard, index, last)
        # A bare "three fifty" may be anything, but where a time was asked for it is one.
        return ClockTime(index, last, value, minutes, certain=clear)
    if (
        value == 0 and heard[at : at + 1] and heard[at].norm in ("horas", "hours")
    ) and last == index:
        return ClockTime(index, at, 0, 0, written=True)
    if value == 0 or (at < len(heard) and heard[at].norm in _NO_CLOCK):
        return None
    certain = _announced(heard, index, last)
    if at < len(heard) and heard[at].norm in _OCLOCK | {"horas"}:
        last = at
    written = value > 12
    return ClockTime(index, last, value, 0, certain=certain, written=written)


def _zero_before(heard: Sequence[Token], index: int) -> bool:
    return index + 1 < len(heard) and heard[index].norm in ("oh", "o", "zero", "cero")


def _minutes(heard: Sequence[Token], at: int, language: str) -> tuple[int, int]:
    """Return the minutes behind an hour and how many tokens they take; 0 tokens for none."""
    if at >= len(heard) or heard[at].broken:
        return 0, 0
    if heard[at].norm in ("oh", "o", "zero", "cero") and at + 1 < len(heard):
        unit = SMALL[language].get(heard[at + 1].norm, 10)
        return (unit, 2) if 0 < unit < 10 else (0, 0)
    if heard[at].norm == "hundred":
        more = at + 1 < len(heard) and heard[at + 1].norm == "hours"
        return 0, 2 if more else 1
    found = _number(heard, at, language)
    if found is None or not 9 < found[0] < 60:
        return 0, 0
    after = heard[at + found[1]].norm if at + found[1] < len(heard) else ""
    return (0, 0) if after in _PAST and after != "of" else found


def _spanish_minutes(heard: Sequence[Token], index: int, at: int, hour: int) -> ClockTime | None:
    sign = {"y": 1, "con": 1, "menos": -1}.get(heard[at].norm if at < len(heard) else "")
    if sign is None or at + 1 >= len(heard):
        return None
    share = {"media": 30, "cuarto": 15}.get(heard[at + 1].norm)
    found = (share, 1) if share else _number(heard, at + 1, "es")
    if found is None or not 0 < found[0] < 60 or hour > 24:
        return None
    return _moved(index, at + found[1], hour, sign * found[0])
