"""Numbers that are no quantity: "room 204", "the first one", "more than a hundred"."""

from collections.abc import Sequence

from .spoken import Token, word_set

_ONES = word_set("one un una uno second half media")
_NO_ONE_BEFORE = word_set(
    "this that which the another any every no some last first right wrong each old new good best "
    "only other next someone blue red ni not"
)
_NO_ONE_AFTER = word_set(
    "moment second sec minute more thing of day another momento segundo minuto poco rato favor de "
    "on pregunta cosa"
)


def only_points(heard: Sequence[Token], first: int, last: int) -> bool:
    """Whether a "one" only points ("the first one", "one moment")."""
    if first != last or heard[first].norm not in _ONES:
        return False
    before = heard[first - 1].norm if first and not heard[first].broken else ""
    after = heard[last + 1].norm if last + 1 < len(heard) else ""
    if heard[first].norm in ("half", "media"):
        return after in ("past", "hour", "way", "price", "mañana", "noche", "hora", "vuelta")
    us = after == "of" and [own.norm for own in heard[last + 2 : last + 3]] == ["us"]
    if us and before in ("just", "only"):
        return False
    alone = heard[first].norm == "un" and not after
    return alone or before in _NO_ONE_BEFORE or after in _NO_ONE_AFTER


_BEHIND = word_set(
    "or and i please is total in for to at no maybe altogether it was that a o y por no es um "
    "uh about actually sorry wait digo perdón más mas menos so thanks thank but would be should "
    "per each i'd plus with con that's it's the my if then rather mean correction señor gracias "
    "espera pero ish el la mi this tonight today tomorrow hoy mañana esta from ok okay right "
    "yes sir ma'am euros dollars not"
)


def counts_something(heard: Sequence[Token], at: int) -> bool:
    """Whether a number that ends before `at` counts things: "six figures", "a 2015 honda"."""
    return at < len(heard) and not heard[at].broken and heard[at].norm not in _BEHIND


def bare_scale(token: Token) -> bool:
    """Whether a number is only a scale, which another one has to count."""
    return token.norm in ("hundred", "thousand", "million", "millón", "millon", "millones")


_POINTING = word_set(
    "room extension press flight floor page channel route line option at past ext dial gate "
    "apartment suite platform habitación planta piso puerta línea opción extensión página vuelo "
    "ruta marque pulse apartamento dpto día dia"
)
_SOUNDS = word_set("to too for fore won ate")
_INEXACT = word_set("than over under least most mucho máximo sumo mínimo maximum minimum hasta")


_SOME = word_set(
    "one none neither either any each some both uno una ninguno ninguna alguno alguna cualquiera"
)


def no_value(heard: Sequence[Token], first: int) -> bool:
    """Whether a number names a thing ("room 204") or a limit ("more than a hundred")."""
    before = heard[first - 1].norm if first and not heard[first].broken else ""
    earlier = heard[first - 2].norm if first > 1 else ""
    limit = before == "de" and earlier in ("más", "mas", "menos")
    limit = limit or (before == "menos" and earlier in ("al", "lo"))
    limit = limit or (before == "to" and earlier == "up")
    hour = before == "las"
    # "I won hundred dollars", "up to hundred": the number before it was not understood, if any.
    bare = bare_scale(heard[first]) and before in _SOUNDS | {"of", "de"}
    of_them = before in ("the", "los", "las") and earlier in ("of", "de")
    of_them = of_them and first > 2 and heard[first - 3].norm in _SOME
    pressed = before in ("el", "la", "the") and earlier in ("marque", "pulse", "press", "dial")
    pointed = of_them or pressed
    return bare or pointed or before in _POINTING | _INEXACT or limit or hour
