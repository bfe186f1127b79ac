"""Letters and digits one by one, as people spell them: "M as in Mary", "double five"."""

from collections.abc import Sequence

from .digit_strings import Slot, digit_slot
from .number_words import SMALL, TENS
from .repairs import pointing
from .spelling import COMMON, NAMES, NATO
from .spoken import Token, folded, longest_phrase, table, word_set

_LINKS = {
    "en": (("as", "in"), ("like", "in"), ("is", "in"), ("as",), ("like",), ("for",)),
    "es": (("como", "en"), ("como",), ("de",)),
}
_SKIPPED = word_set(
    "dash hyphen space um uh er then capital uppercase lowercase letter number guion guión espacio "
    "mayúscula letra número eh slash"
)
_ASIDES = table(
    """
    and the number | and the numbers | and the letter | and the letters | and then | followed by
    then the number | then the letter | then the letters | and number | and the digits
    y el número | y la letra | y las letras | y luego | seguido de | y los números
    """
)
_SIGNS = word_set("dash hyphen slash guion guión barra")
_TIMES = {"double": 2, "triple": 3, "doble": 2}
_ARTICLES = frozenset({"a", "i", "o", "y", "e", "u"})
_SHORT_WORDS = word_set(
    "a an i is it in on no so do to go my me we he us or of at as by if am and the not yes but "
    "two one six ten its mr ms dr ok uh um er oh eh el la los las un una de en es lo le se mi tu "
    "su que con por del al y o e u sí si ya me te con dos tres uno mil did was for has had his "
    "her ago may are you can not now how who why all any got let new old out day way too see use "
    "sir id pin ven"
)


def letter_slot(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    """Return the letter said at `index`, with "as in Mary" behind it, doubled or by its name."""
    norm = heard[index].norm
    if norm in _TIMES and index + 1 < len(heard):
        two = f"{norm} {heard[index + 1].norm}"
        if two not in NAMES[language] and two != "double u":
            slot = _simple(heard, index + 1, language)
            if slot is None:
                return None
            return Slot((slot.readings[0] * _TIMES[norm],), index, slot.last)
    return _simple(heard, index, language)


def _simple(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    letter, last = _named(heard, index, language)
    if letter is None:
        return None
    word = _spelling_word(heard, last + 1, language)
    if word is not None:
        # Of the two, the word is the one that a recogniser gets right.
        return Slot((word[0],), index, word[1])
    return Slot((letter.upper(),), index, last)


def _named(heard: Sequence[Token], index: int, language: str) -> tuple[str | None, int]:
    norm = heard[index].norm
    names = NAMES[language]
    if norm == "x" and [own.norm for own in heard[index + 1 : index + 2]] == ["ray"]:
        return "x", index + 1
    if index + 1 < len(heard):
        two = f"{norm} {heard[index + 1].norm}"
        if two == "double u" or two in names:
            return names.get(two, "w"), index + 1
    if len(norm) == 1 and norm.isalpha():
        return norm, index
    letter = names.get(norm)
    plain = norm not in COMMON or (language == "es" and norm in ("be", "ca"))
    if letter and (plain or _spelled_around(heard, index, language)):
        return letter, index
    return None, index


def _spelled_around(heard: Sequence[Token], index: int, language: str) -> bool:
    """Whether the neighbours are letters or digits, so that "see" or "de" is one, too."""

    if _spelling_word(heard, index + 1, language) is not None:
        return True
    sides = [heard[at].norm for at in (index - 1, index + 1) if 0 <= at < len(heard)]
    if index and index + 1 == len(heard) and heard[index - 1].norm in _TAKING_BACK:
        return True  # "be ce efe, no, de"
    if heard[index].norm == "are" and sides[0] in ("letters", "numbers", "digits", "they", "ones"):
        return False
    if any(word in NAMES[language] or len(word) == 1 or word in NATO for word in sides):
        return True
    # "There are three": one number beside it makes no letter of a word.
    numbers = (SMALL[language], TENS[language])
    return (
        heard[index].norm != "are"
        and len(sides) > 1
        and all(word[0].isdigit() or any(word in known for known in numbers) for word in sides)
    ) or (index > 0 and len(sides) == 1 and sides[0][0].isdigit())


_TAKING_BACK = word_set("no sorry perdón digo")


_LABELS = word_set("nombre apellido apellidos")


def _spelling_word(heard: Sequence[Token], index: int, language: str) -> tuple[str, int] | None:
    """Return the letter of "as in Mary" and the index of its word, when that stands at `index`."""
    for link in _LINKS[language]:
        at = index + len(link)
        if at >= len(heard) or tuple(token.norm for token in heard[index:at]) != link:
            continue
        word = heard[at].norm
        if link in (("for",), ("de",), ("like",)) and _no_spelling_word(word, language):
            continue
        if link == ("de",) and word in _LABELS and _apart(heard, index):
            continue  # "jiménez con jota, de nombre luis"
        if word == "x" and [own.norm for own in heard[at + 1 : at + 2]] == ["ray"]:
            return "X", at + 1
        if len(word) > 1 and word[0].isalpha():
            return folded(word)[0].upper(), at
    return None


def _apart(heard: Sequence[Token], index: int) -> bool:
    """Whether the words at `index` begin something else than the letter before them."""
    return heard[index].broken or heard[index - 1].norm == "y"


def _no_spelling_word(word: str, language: str) -> bool:
    return (
        len(word) < 3
        or word in NAMES[language]
        or word in SMALL[language]
        or (word in TENS[language] or word[0].isdigit())
    )


def told_by_word(heard: Sequence[Token], index: int, language: str) -> bool:
    """Whether the letter at `index` has a word behind it ("y as in young")."""
    return _spelling_word(heard, index + 1, language) is not None


def character_slot(
    heard: Sequence[Token], index: int, language: str, *, inside: bool
) -> Slot | None:
    """Return the letters or digits said at `index`; one of no character may be skipped."""
    norm = heard[index].norm
    if language == "en" and norm in ("o", "oh", "owe"):
        return _zero_or_o(heard, index, language, inside=inside)
    letter = letter_slot(heard, index, language)
    if letter is not None and not (norm in ("to", "too", "for") and letter.last == index):
        return letter
    if norm in NATO:
        return Slot((NATO[norm].upper(),), index, index)
    digits = digit_slot(heard, index, language, inside=inside)
    if digits is not None:
        return digits
    aside = longest_phrase(heard, index, _ASIDES) if inside else None
    if aside is not None and index + len(aside) < len(heard):
        return Slot(("",), index, index + len(aside) - 1)
    introduced = norm == "la" and index > 0 and heard[index - 1].norm in ("con", "letra")
    if inside and (norm in _SKIPPED or introduced or (norm == "con" and language == "es")):
        return Slot(("",), index, index)
    return _written(heard, index, language)


def _zero_or_o(heard: Sequence[Token], index: int, language: str, *, inside: bool) -> Slot | None:
    """Read "oh": zero among digits, O among letters, both where they meet."""
    word = _spelling_word(heard, index + 1, language)
    if word is not None:
        return Slot((word[0],), index, word[1])
    before = _kind(heard, index - 1, language) if inside else ""
    after = _kind(heard, index + 1, language)
    kinds = {before, after} - {""}
    if not kinds:
        another = index + 1 < len(heard) and heard[index + 1].norm in ("o", "oh")
        return Slot(("O", "0"), index, index) if inside or another else None
    if kinds == {"letter"}:
        return Slot(("O", "0"), index, index)
    return Slot(("0", "O"), index, index)


def _kind(heard: Sequence[Token], index: int, language: str) -> str:
    if not 0 <= index < len(heard):
        return ""
    norm = heard[index].norm
    if norm in ("o", "oh"):
        return ""
    if digit_slot(heard, index, language) is not None:
        return "digit"
    return "letter" if len(norm) == 1 or norm in NATO or norm in NAMES[language] else ""


def _written(heard: Sequence[Token], index: int, language: str) -> Slot | None:
    """Read characters as recognisers write them: ``AB``, ``Q7``, ``AB123456``."""
    token = heard[index]
    text = token.text.upper()
    if not text.isascii() or not text.isalnum():
        return None
    mixed = any(char.isdigit() for char in text)
    if mixed:
        return None if text.endswith(("ST", "ND", "RD", "TH")) else Slot((text,), index, index)
    beside = any(
        0 <= at < len(heard) and any(char.isdigit() for char in heard[at].norm)
        for at in (index - 1, index + 1)
    )
    signed = any(
        0 <= at + step < len(heard)
        and heard[at].norm in _SIGNS
        and digit_slot(heard, at + step, language) is not None
        for at, step in ((index - 1, -1), (index + 1, 1))
        if 0 <= at < len(heard)
    )
    # Consonants alone are no word: "doce treinta y cuatro bcd".
    consonants = not any(char in "AEIOUY" for char in text) and token.norm not in _SHORT_WORDS
    beside = beside or (
        consonants
        and any(
            digit_slot(heard, at, language, inside=at < index) is not None
            for at in (index - 1, index + 1)
            if 0 <= at < len(heard)
        )
    )
    upper = token.text.isupper() and len(text) < 6
    short = len(text) < 5 and (beside or signed) and token.norm not in _SHORT_WORDS
    return Slot((text,), index, index) if upper or short else None


def character_runs(heard: Sequence[Token], language: str) -> list[list[Slot]]:
    """Return every unbroken string of letters and digits, as its pieces, in order."""
    runs: list[list[Slot]] = []
    slots: list[Slot] = []
    index = 0
    aside = pointing(heard)
    while index < len(heard):
        slot = (
            character_slot(heard, index, language, inside=bool(slots))
            if index not in aside
            else None
        )
        if slot is not None and not (slot.readings == ("",) and not slots):
            slots.append(slot)
            index = slot.last + 1
            continue
        if slots:
            runs.append(_trimmed(heard, slots))
        slots = []
        index += 1
    if slots:
        runs.append(_trimmed(heard, slots))
    return [run for run in runs if run]


def _trimmed(heard: Sequence[Token], slots: list[Slot]) -> list[Slot]:
    """Leave out words at the edges that only look like letters: "my code is a five", "i …"."""
    while slots and slots[-1].readings == ("",):
        slots = slots[:-1]
    if (
        len(slots) == 1
        and heard[slots[0].first].text in _ARTICLES
        and (slots[0].first == slots[0].last)
    ):
        return []
    return slots
