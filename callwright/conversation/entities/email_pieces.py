"""One piece of a dictated e-mail address: a word, a letter, digits."""

from collections.abc import Sequence

from ..characters import letter_slot
from ..digit_strings import digit_slot
from ..spelling import NAMES
from ..spoken import Token, longest_phrase, word_set
from .email_words import DROPPED, STOPS, sign_at

REPEATED = ("double", "triple", "doble")


def dropped(heard: Sequence[Token], index: int) -> int:
    """Return how many words at `index` only tell how it is written: "all one word"."""
    phrase = longest_phrase(heard, index, DROPPED)
    return len(phrase) if phrase else 0


_GIVEN = word_set("jay kay dee el ar bea")  # names of letters that are names of people, too


def _alone_between_signs(heard: Sequence[Token], index: int) -> bool:
    """Whether a word is a whole part of an address: a sign behind it, none or a sign before."""
    if index + 1 >= len(heard) or not sign_at(heard, index + 1)[1]:
        return False
    before = heard[index - 1] if index else None
    return before is None or before.norm in STOPS or bool(sign_at(heard, index - 1)[1])


def piece_at(heard: Sequence[Token], index: int, language: str, *, inside: bool) -> tuple[str, int]:
    """Return what is written for the word at `index` and the last token it was read from."""
    said = [token.norm for token in heard[index : index + 3]]
    zeros = len(said) == 3 and said[0] in REPEATED and said[1] in ("o", "oh")
    if zeros and digit_slot(heard, index + 2, language) is not None:
        return "0" * (3 if said[0] == "triple" else 2), index + 1  # "double o seven"
    if _alone_between_signs(heard, index) and heard[index].norm not in _GIVEN:
        name = NAMES[language].get(heard[index].norm, "")
        if name:
            return name, index  # "te punto rey", "see dot jones"
    letter = letter_slot(heard, index, language)
    if letter is not None and (
        len(heard[index].norm) == 1
        or letter.last > index
        or (language == "es" and heard[index].norm not in ("ve", "de"))
    ):
        return letter.readings[0].lower(), letter.last
    digits = digit_slot(heard, index, language, inside=inside)
    if digits is not None and not heard[index].norm[0].isalpha():
        return heard[index].norm.replace(",", ""), digits.last
    if digits is not None and digits.readings[0]:
        return digits.readings[0], digits.last
    return heard[index].norm.replace("'", ""), index
