"""The words of dictated e-mail addresses: signs, asides, hosts, endings."""

import re
from collections.abc import Sequence

import phonenumbers

from ..spoken import Token, table, word_set

AT = word_set("at arroba")
SIGNS = {
    "dot": ".", "point": ".", "period": ".", "punto": ".", "underscore": "_", "dash": "-",
    "hyphen": "-", "minus": "-", "guion": "-", "guión": "-", "plus": "+", "más": "+",
    "subrayado": "_", "underline": "_", "apostrophe": "'", "apóstrofo": "'",
}  # fmt: skip
TWO_WORD_SIGNS = {
    "guion bajo": "_", "guión bajo": "_", "under score": "_", "raya baja": "_",
    "guion medio": "-", "guión medio": "-", "full stop": ".",
}  # fmt: skip
DROPPED = table(
    "all one word | all lowercase | all lower case | in lower case | all in lower case | "
    "no space | with no space | without a space | "
    "lowercase | lower case | all together | todo junto | capital | with no spaces | no spaces "
    "| todo en minúsculas | minúsculas | sin espacios | and then | then | um | uh | er | eh | "
    "letter | the letter | number | the number | la letra | el número | no dots | no dot | with "
    "no dots | no dashes | no spaces in between | without spaces | without dots | no capitals | "
    "all caps | in all caps | all in caps | all small letters | small letters | in lowercase | "
    "all in lowercase | as one word | one word | sin puntos | sin punto | todo seguido | todo "
    "en mayúsculas | en minúsculas | en minúscula | todo minúsculas | todo en minúscula | sin "
    "guiones | sin acentos | sin acento | junto | todas juntas | y en minúsculas | y todo en "
    "minúsculas | y en minúscula | al final | al principio | at the end | at the beginning | at "
    "the start | y todo junto | with no accent | with no accents | no accent | no accents | "
    "without an accent | without accents | with no caps | no caps | plural | in the plural | "
    "singular | con tilde | sin tilde | en plural"
)
LACKING = word_set(
    "accent accents caps tilde space dots dot dashes spaces capitals puntos espacios guiones "
    "acentos acento punto guion"
)
STOPS = word_set(
    "is it it's its my email mail e-mail address the me you can reach contact send to write on "
    "use that that's would be sure yes yeah okay ok so well please es mi correo electrónico "
    "electronico dirección la el sí claro y and have i i'd like got don't not no sorry mean for "
    "or o digo perdón email's hello hi what your name's mejor dicho actually wait espera"
)
HOSTS = {
    "gmail": "gmail.com", "hotmail": "", "yahoo": "", "outlook": "", "icloud": "", "proton": "",
    "protonmail": "", "aol": "", "live": "", "comcast": "", "verizon": "", "gmx": "",
}  # fmt: skip
TWO_WORD_HOSTS = {
    "g mail": "gmail", "gee mail": "gmail", "ge mail": "gmail", "hot mail": "hotmail",
    "out look": "outlook", "i cloud": "icloud", "eye cloud": "icloud", "proton mail": "protonmail",
    "a o l": "aol", "jota mail": "jmail",
}  # fmt: skip
ENDINGS = word_set(
    "com org net edu gov mil info biz io dev app me tv ai xyz online site shop store tech cloud "
    "email pro name mobi travel health care clinic dental law legal church school agency studio "
    "design world life live news media group team company solutions services club eu uk cat museum "
    "int coop aero jobs blog page art bank energy insurance finance hospital restaurant"
) | frozenset(region.lower() for region in phonenumbers.SUPPORTED_REGIONS)
BOXES = word_set("contact mail hello hi info")  # which are also the names of mailboxes
COUNTED = ("number", "letter", "letra", "número")
UNLIKELY = word_set(
    "work personal home school new old one use other down then also well trabajo personal nuevo "
    "otro"
)
MOST_WORDS = 80  # of the part before the sign, spelled with a word for each letter
SECOND_LEVEL = word_set("co com org net ac gov edu gob nom")


_RUN_TOGETHER = re.compile(
    r"(gmail|hotmail|yahoo|outlook|icloud|aol)?(dot|punto)(com|org|net|edu|gov|mx|es|co|uk)"
)


def signs_apart(heard: Sequence[Token]) -> list[Token]:
    """Split what a recogniser ran together: "dotcom", "gmaildotcom"."""
    found: list[Token] = []
    for token in heard:
        match = _RUN_TOGETHER.fullmatch(token.norm)
        groups = [at for at in (1, 2, 3) if match is not None and match[at]]
        if match is None:
            found.append(token)
        for place, at in enumerate(groups):
            assert match is not None
            text, gap = match[at], " " if place else token.gap
            start, end = token.start + match.start(at), token.start + match.end(at)
            found.append(Token(text, text, start, end, gap))
    return found


def sign_at(heard: Sequence[Token], index: int) -> tuple[str, int]:
    """Return the sign said at `index` (``.``, ``_`` …) and its number of words; 0 for none."""
    two = " ".join(token.norm for token in heard[index : index + 2])
    if two in TWO_WORD_SIGNS:
        return TWO_WORD_SIGNS[two], 2
    sign = SIGNS.get(heard[index].norm, "")
    return sign, 1 if sign else 0


_HOW_MANY = r"(?:one|two|three|four|double|triple|un|una|dos|tres|cuatro|doble|[1-4])"
_REMARK = re.compile(
    rf"(?:,|\.)\s*(?:so|that['’]?s|with|it['’]?s|es|son|con|o\s+sea)?,?\s*"
    rf"(?:(?:and|y)?\s*{_HOW_MANY}\s+(?:[a-z]|one|two|three|four|five|six|seven|eight|nine|zero|oh|"
    rf"eles?|enes?|erres?|eses?|tes?|unos?|doses|treses)(?:['’]?s)?\s*,?)+\s*,\s*",
    re.I,
)


def without_remarks(words: str) -> str:
    """Blank out what only counts letters again: "annabell, two n's two l's, at …".

    Every other word keeps its place.
    """

    def blank(found: re.Match[str]) -> str:
        counted = re.search(r"['’]s|\w[eo]s\b", found[0])
        return " " * len(found[0]) if counted else found[0]

    return _REMARK.sub(blank, words)
