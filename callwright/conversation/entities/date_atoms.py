"""The smallest pieces of dates: "march third", "next tuesday", "in three weeks", ``3/3/85``."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..number_words import ORDINALS, below_hundred, ordinal
from ..spoken import Token, keyed, longest_phrase, meaning_at, word_set
from .calendar_words import COMING, DAYS_AWAY, FEASTS, LAST, MONTHS, NEXT, THIS, UNITS, WEEKDAYS
from .date_numbers import day_at, numeric_at, year_at
from .date_part import DatePart
from .numbered_months import numbered_month

_Atom = Callable[[Sequence[Token], int, str], DatePart | None]

_AFTER_BARE = word_set(
    "of or and at in for please no sorry i actually would de del o y a por si sí is works that "
    "rather wait thanks from but oh not around between perdón digo el if to mean que than instead"
)


def _numeric(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    found = numeric_at(heard, index, language)
    if found is None:
        return None
    day, month, year, used = found
    return DatePart(index, index + used - 1, day=day, month=month, year=year)


def _month_and_day(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "march (the) third", "march 31985"."""
    month = MONTHS[language].get(heard[index].norm)
    if month is None:
        return None
    at = index + 1
    while at < len(heard) and heard[at].norm in ("the", "el", "on", "day"):
        at += 1
    found = day_at(heard, at, language) if at < len(heard) else None
    if found is None:
        squashed = _squashed(heard[at].norm) if at < len(heard) else None
        if squashed is not None:
            return DatePart(index, at, day=squashed[0], month=month, year=squashed[1])
        return _lone_month(heard, index, month, language)
    day, used = found
    last = at + used - 1
    if (
        day in (19, 20)
        and used == 1
        and not heard[at].norm[0].isdigit()
        and (ordinal(heard, at, language) is None)
    ):
        # "march nineteen eighty five" has a year and no day, unless another year follows.
        whole = year_at(heard, at, language)
        after = year_at(heard, at + used, language) if at + used < len(heard) else None
        if whole is not None and whole[0] > 99 and not (after and after[0] > 99):
            return DatePart(index, at + whole[1] - 1, month=month, year=whole[0])
    return DatePart(index, last, day=day, month=month)


def _lone_month(heard: Sequence[Token], index: int, month: int, language: str) -> DatePart | None:
    before = heard[index - 1].norm if index else ""
    norm = heard[index].norm
    if before in ("of", "de", "del", "in", "en"):
        return DatePart(index, index, month=month)
    told = ordinal(heard, index - 1, language) if index else None
    if told is None and norm in ("may", "march", "mar", "sep", "dec", "jan", "oct", "ago", "set"):
        return None
    return DatePart(index, index, month=month)


def _squashed(text: str) -> tuple[int, int] | None:
    """Split ``31985`` into a day and a year of four digits."""
    if not (text.isascii() and text.isdecimal() and len(text) in (5, 6)):
        return None
    day, year = int(text[:-4]), int(text[-4:])
    return (day, year) if 1 <= day <= 31 and 1900 <= year < 2100 else None


def _day_before_month(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "the third of march", "3 march", "tres de marzo"."""
    found = day_at(heard, index, language)
    if found is None:
        return None
    day, used = found
    at = index + used
    while at < len(heard) and heard[at].norm in ("of", "de", "del", "mes", "month"):
        at += 1
    month = MONTHS[language].get(heard[at].norm) if at < len(heard) else None
    if month is None or (at == index + used and heard[at].broken):
        return None
    if (
        heard[at].norm in ("may", "march")
        and at == index + used
        and (ordinal(heard, index, language) is None)
        and at + 1 < len(heard)
        and day_at(heard, at + 1, language) is not None
        and (year_at(heard, at + 1, language) or (0, 0))[0] < 100
    ):
        return None
    return DatePart(index, at, day=day, month=month)


def _bare_day(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "the third", "el día tres" where no month follows."""
    before = heard[index - 1].norm if index else ""
    if language == "es":
        weekday = before in WEEKDAYS["es"] and not heard[index].broken
        if before not in ("día", "dia") and not ((before in ("el", "del") and index) or weekday):
            return None
    elif before != "the" and not (before == "on" or heard[index].norm[0].isdigit()):
        return None
    found = day_at(heard, index, language)
    if found is None or (language == "en" and ordinal(heard, index, language) is None):
        return None
    at = index + found[1]
    if at < len(heard) and not heard[at].broken and heard[at].norm not in _AFTER_BARE:
        return None
    if (
        at + 1 < len(heard)
        and heard[at].norm in ("of", "de", "del")
        and (heard[at + 1].norm not in ("next", "this", "last", "mes", "este", "próximo"))
    ):
        return None  # "the second of the first"
    return DatePart(index, at - 1, day=found[0])


def _weekday(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "next tuesday", "this coming monday", "el martes que viene"."""
    at, shift = index, None
    before = [own.norm for own in heard[max(0, index - 2) : index] if own.norm not in ("the", "el")]
    if before[-1:] and before[-1] in ("after", "before", "pasado", "antes", "después"):
        return None  # a limit is no day
    while at < len(heard) and at - index < 3:
        word = heard[at].norm
        shift = shift or next(
            (
                name
                for name, known in (("next", NEXT), ("this", THIS), ("last", LAST))
                if word in known[language]
            ),
            None,
        )
        if word in WEEKDAYS[language]:
            break
        if word not in NEXT[language] | THIS[language] | LAST[language]:
            return None
        at += 1
    if at >= len(heard) or heard[at].norm not in WEEKDAYS[language]:
        return None
    word = heard[at].norm
    if word in ("mon", "sat", "sun", "wed", "fri") and not heard[at].text[0].isupper():
        return None
    last = at
    if _nth(heard, index, at, language):
        return None
    if (
        language == "en"
        and shift is None
        and [own.norm for own in heard[at + 1 : at + 2]] == ["week"]
    ):
        return DatePart(index, at + 1, weekday=WEEKDAYS["en"][word], distance="in 1 week")
    if language == "es" and at + 1 < len(heard):
        coming = longest_phrase(heard, at + 1, COMING)
        if coming is not None:
            shift, last = "next", at + len(coming)
        elif (
            heard[at + 1].norm == "pasado"
            and heard[at + 2 : at + 3]
            and (heard[at + 2].norm != "mañana")
        ) or (heard[at + 1].norm == "pasado" and at + 2 == len(heard)):
            shift, last = "last", at + 1
        shift = "coming" if shift == "next" else shift
    return DatePart(index, last, weekday=WEEKDAYS[language][word], shift=shift)


def _nth(heard: Sequence[Token], index: int, at: int, language: str) -> bool:
    """Whether it is the first, second … such day of some month: none that is computed here."""
    before = heard[index - 1].norm if index else ""
    after = heard[at + 1].norm if at + 1 < len(heard) else ""
    counted = before in ORDINALS[language] or before in ("last", "último")
    return counted and after in ("of", "in", "de", "del")


def _week(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "next week" beside a day of the week."""
    found = meaning_at(heard, index, _WEEKS)
    if found is None:
        return None
    return DatePart(index, index + len(found[0]) - 1, week=found[1])


_WEEKS = keyed(
    {
        ("next", "week"): 1,
        ("this", "week"): 0,
        ("last", "week"): -1,
        ("la", "semana", "que", "viene"): 1,
        ("la", "próxima", "semana"): 1,
        ("semana", "que", "viene"): 1,
        ("esta", "semana"): 0,
        ("la", "semana", "pasada"): -1,
    }
)


def _month_away(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "of next month", "del mes que viene"."""
    found = meaning_at(heard, index, _MONTHS_AWAY)
    if found is None:
        return None
    return DatePart(index, index + len(found[0]) - 1, months_away=found[1])


_MONTHS_AWAY = keyed(
    {
        ("next", "month"): 1,
        ("this", "month"): 0,
        ("last", "month"): -1,
        ("mes", "que", "viene"): 1,
        ("próximo", "mes"): 1,
        ("este", "mes"): 0,
        ("mes", "pasado"): -1,
        ("mes", "próximo"): 1,
    }
)


def _away(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    if index and heard[index - 1].norm in ("from", "after", "before", "until"):
        return None  # a distance that was not understood
    return _away_at(heard, index, language)


def _away_at(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "tomorrow", "the day after tomorrow", "pasado mañana"."""
    found = meaning_at(heard, index, _DAYS_AWAY[language])
    if found is None:
        return None
    phrase, away = found
    after = heard[index + len(phrase)].norm if index + len(phrase) < len(heard) else ""
    counted = [own.norm for own in heard[index + len(phrase) + 1 :][:1]]
    if after == "en" and counted in (["ocho"], ["quince"], ["8"], ["15"]):
        return None  # "de hoy en ocho"
    if phrase == ("mañana",) and index and heard[index - 1].norm in ("la", "esta"):
        return None
    last = index + len(phrase) - 1
    if after == "week" and language == "en":
        return DatePart(index, last + 1, away=away, distance="in 1 week")
    return DatePart(index, last, away=away)


def _feast(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    found = meaning_at(heard, index, _FEASTS[language])
    if found is None:
        return None
    phrase, (month, day) = found
    return DatePart(index, index + len(phrase) - 1, day=day, month=month)


_FEASTS = {language: keyed(days) for language, days in FEASTS.items()}
_DAYS_AWAY = {language: keyed(days) for language, days in DAYS_AWAY.items()}


def _count(heard: Sequence[Token], index: int, language: str) -> tuple[int, int] | None:
    if index >= len(heard):
        return None
    norm = heard[index].norm
    if norm in ("a", "an", "un", "una"):
        return 1, 1
    if norm.isdecimal() and norm.isascii() and len(norm) < 4:
        return int(norm), 1
    if norm == "couple":
        return 2, 1
    return below_hundred(heard, index, language)


def _distance(heard: Sequence[Token], index: int, language: str) -> DatePart | None:
    """Read "in three weeks", "two months ago", "a week from monday", "dentro de un mes"."""
    lead, at = "", index
    for words in (("in",), ("dentro", "de"), ("en",), ("hace",)):
        if tuple(token.norm for token in heard[index : index + len(words)]) == words:
            lead, at = words[0], index + len(words)
    if at + 1 < len(heard) and heard[at].norm == "a" and heard[at + 1].norm == "couple":
        at += 1
    if [token.norm for token in heard[at : at + 3]] == ["un", "par", "de"]:
        at += 1
    count = (2, 2) if at and heard[at : at + 1] and heard[at].norm == "par" else None
    count = count or _count(heard, at, language)
    if count is None:
        return None
    number, used = count
    at += used
    if at < len(heard) and heard[at].norm == "of":
        at += 1
    unit = UNITS[language].get(heard[at].norm) if at < len(heard) else None
    if at < len(heard) and heard[at].norm in ("fortnight", "fortnights"):
        unit, number = "week", 2 * number
    if unit is None or (language == "en") != (lead in ("", "in")):
        return None
    if language == "es":
        return _spanish_distance(index, at, lead, number, unit)
    return _english_distance(heard, index, at, lead, number, unit)


def _spanish_distance(index: int, at: int, lead: str, number: int, unit: str) -> DatePart:
    # "En ocho días" and "en quince días" also mean one week and two.
    said = f"hace {number} {unit}" if lead == "hace" else f"en {number} {unit}"
    idiom = unit == "día" and number in (8, 15)
    return DatePart(index, at, distance=f"{said}?" if idiom else said)


def _english_distance(
    heard: Sequence[Token], index: int, at: int, lead: str, number: int, unit: str
) -> DatePart | None:
    after = [token.norm for token in heard[at + 1 : at + 3]]
    if after[:1] == ["ago"]:
        return DatePart(index, at + 1, distance=f"{number} {unit} ago")
    if after in (["from", "now"], ["from", "today"]):
        return DatePart(index, at + 2, distance=f"in {number} {unit}")
    if after[:1] and after[0] in ("from", "on", "after") and at + 2 < len(heard):
        base = (
            _away_at(heard, at + 2, "en")
            or _weekday(heard, at + 2, "en")
            or (_month_and_day(heard, at + 2, "en"))
        )
        if base is not None:
            return replace(base, first=index, distance=f"in {number} {unit}")
    if after[:1] in (["today"], ["tomorrow"]):
        # "two weeks today", "a fortnight tomorrow"
        away = int(after[0] == "tomorrow")
        return DatePart(index, at + 1, away=away, distance=f"in {number} {unit}")
    return DatePart(index, at, distance=f"in {number} {unit}") if lead else None


ATOMS: tuple[_Atom, ...] = (
    _numeric, _distance, _away, _weekday, _week, _month_away, _feast, _month_and_day,
    _day_before_month, numbered_month, _bare_day,
)  # fmt: skip
"""Every kind of piece; the first that reads something wins."""
