"""The same words, said otherwise: spelled, or in another language."""

import re
from collections.abc import Mapping

_SPANISH: Mapping[str, str] = {
    "zero": "cero", "one": "uno", "two": "dos", "three": "tres", "four": "cuatro", "five": "cinco",
    "six": "seis", "seven": "siete", "eight": "ocho", "nine": "nueve", "yes": "sí", "no": "no",
    "my": "mi", "name": "nombre", "is": "es", "and": "y", "number": "número", "thank": "gracias",
    "you": "", "please": "por favor", "okay": "bueno", "goodbye": "adiós", "right": "correcto",
    "that's": "es", "it's": "es", "sorry": "perdón", "tomorrow": "mañana", "dollars": "dólares",
}  # fmt: skip


def spelled(words: str) -> str:
    """Words, and then their letters one by one: ``anna bell, a n n a, b e l l``."""
    letters = [" ".join(word) for word in words.split() if word.isalpha()]
    return ", ".join([words, *letters]) if letters else words


def in_spanish(words: str) -> str:
    """What a caller who knows few words of the agent's language makes of a sentence.

    Word for word, as far as the words are known; names stay as they are.
    """
    said = [_SPANISH.get(word, word) for word in re.findall(r"[\w'.@-]+", words.lower())]
    return " ".join(word for word in said if word)
