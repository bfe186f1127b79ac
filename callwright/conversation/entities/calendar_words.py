"""The words of dates: months, days of the week, feasts, and what is said around them."""

from ..spoken import folded, table, word_set, words

_MONTHS_EN = words(
    "january february march april may june july august september october november december"
)
_MONTHS_ES = words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
MONTHS: dict[str, dict[str, int]] = {
    "en": {name: at for at, name in enumerate(_MONTHS_EN, 1)}
    | {name[:3]: at for at, name in enumerate(_MONTHS_EN, 1)}
    | {"sept": 9, "febuary": 2},
    "es": {name: at for at, name in enumerate(_MONTHS_ES, 1)}
    | {name[:3]: at for at, name in enumerate(_MONTHS_ES, 1)}
    | {"setiembre": 9, "sept": 9},
}
_DAYS_EN = words("monday tuesday wednesday thursday friday saturday sunday")
_DAYS_ES = words("lunes martes miércoles jueves viernes sábado domingo")
WEEKDAYS: dict[str, dict[str, int]] = {
    "en": {name: at for at, name in enumerate(_DAYS_EN)}
    | {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
    | {"sat": 5, "sun": 6},
    "es": {name: at for at, name in enumerate(_DAYS_ES)}
    | {folded(name): at for at, name in enumerate(_DAYS_ES)},
}
DAYS_AWAY: dict[str, dict[tuple[str, ...], int]] = {
    "en": {
        ("the", "day", "after", "tomorrow"): 2,
        ("day", "after", "tomorrow"): 2,
        ("the", "day", "before", "yesterday"): -2,
        ("day", "before", "yesterday"): -2,
        ("today",): 0,
        ("tonight",): 0,
        ("this", "morning"): 0,
        ("this", "afternoon"): 0,
        ("this", "evening"): 0,
        ("tomorrow",): 1,
        ("tomorrow's",): 1,
        ("yesterday",): -1,
        ("yesterday's",): -1,
    },
    "es": {
        ("pasado", "mañana"): 2,
        ("hoy",): 0,
        ("esta", "noche"): 0,
        ("esta", "tarde"): 0,
        ("esta", "mañana"): 0,
        ("mañana",): 1,
        ("manana",): 1,
        ("ayer",): -1,
        ("anteayer",): -2,
        ("antier",): -2,
        ("antes", "de", "ayer"): -2,
        ("anoche",): -1,
    },
}
FEASTS: dict[str, dict[tuple[str, ...], tuple[int, int]]] = {
    "en": {
        ("christmas", "day"): (12, 25),
        ("christmas", "eve"): (12, 24),
        ("christmas",): (12, 25),
        ("new", "year's", "day"): (1, 1),
        ("new", "years", "day"): (1, 1),
        ("new", "year's", "eve"): (12, 31),
        ("new", "years", "eve"): (12, 31),
        ("halloween",): (10, 31),
        ("valentine's", "day"): (2, 14),
        ("april", "fool's", "day"): (4, 1),
        ("april", "fools", "day"): (4, 1),
        ("boxing", "day"): (12, 26),
        ("st", "patrick's", "day"): (3, 17),
        ("saint", "patrick's", "day"): (3, 17),
        ("independence", "day"): (7, 4),
        ("veterans", "day"): (11, 11),
        ("new", "year's"): (1, 1),
    },
    "es": {
        ("navidad",): (12, 25),
        ("nochebuena",): (12, 24),
        ("nochevieja",): (12, 31),
        ("año", "nuevo"): (1, 1),
        ("día", "de", "reyes"): (1, 6),
        ("san", "valentín"): (2, 14),
        ("todos", "los", "santos"): (11, 1),
        ("día", "de", "muertos"): (11, 2),
        ("noche", "buena"): (12, 24),
        ("noche", "vieja"): (12, 31),
        ("fin", "de", "año"): (12, 31),
    },
}
UNITS: dict[str, dict[str, str]] = {
    "en": {"day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month"}
    | {"months": "month", "year": "year", "years": "year"},
    "es": {"día": "día", "días": "día", "dia": "día", "dias": "día", "semana": "semana"}
    | {"semanas": "semana", "mes": "mes", "meses": "mes", "año": "año", "años": "año"},
}
INTRODUCTION = word_set(
    "on the for it's it is its of my date birth birthday birthdate born was i that's be would like "
    "how about what maybe let's say dob el la los en para es fue nací naci mi fecha de nacimiento "
    "cumpleaños día dia sería the by that until make"
)
CUES = word_set("born birthday birthdate dob birth nací naci nacimiento cumpleaños")

NEXT = {"en": word_set("next"), "es": word_set("próximo proximo siguiente")}
THIS = {"en": word_set("this coming"), "es": word_set("este esta")}
LAST = {"en": word_set("last past"), "es": word_set("pasado último ultimo")}
COMING = table("que viene | próximo | proximo | siguiente | que entra")
"""Behind a Spanish day of the week."""
