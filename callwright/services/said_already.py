"""What is left to say when some of it has been said already. Pure.

Words are compared by their letters and digits, so that neither case, punctuation nor spacing
matters.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# From here on a model that words the same answer anew is taken to say the same again.
ALIKE = 0.75

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*\s+")


def rest_after(text: str, said: str) -> str:
    """The end of `text` that `said` does not reach; `said` is a beginning of it, spoken."""
    left = sum(character.isalnum() for character in said)
    if not left:
        return text
    for index, character in enumerate(text):
        if not left and (character.isspace() or character.isalnum()):
            return text[index:].lstrip()
        left -= character.isalnum()
    return ""


def unheard(text: str, heard: str) -> str:
    """`text` without the words that `heard` ends or begins with it, as recognisers repeat them."""
    words, before = text.split(), _words(heard)
    mine = [_plain(word) for word in words]
    for length in range(min(len(mine), len(before)), 0, -1):
        if alike(" ".join(mine[:length]), " ".join(before[-length:])):
            return " ".join(words[length:])
    return text


def alike(one: str, other: str) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    return SequenceMatcher(None, _words(one), _words(other)).ratio() >= ALIKE


class Sentences:
    """Passes a model's text on a sentence at a time; leaves out what was said before.

    Args:
        said: Sentences that the caller has been told already.
    """

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._said = list(said)
        self._held = ""

    @property
    def holds(self) -> bool:
        """Whether there is text that makes no whole sentence yet."""
        return bool(self._held.strip())

    def feed(self, piece: str) -> list[str]:
        """The sentences that are whole with this piece."""
        self._held += piece
        whole: list[str] = []
        while end := _SENTENCE_END.search(self._held):
            whole.append(self._held[: end.end()])
            self._held = self._held[end.end() :]
        return self._news(whole)

    def rest(self) -> list[str]:
        """What is held when the answer is over."""
        held, self._held = self._held, ""
        return self._news([held] if held else [])

    def _news(self, sentences: list[str]) -> list[str]:
        news: list[str] = []
        for sentence in sentences:
            told = next((said for said in self._said if alike(said, sentence)), None)
            if told is None:
                news.append(sentence)
            else:
                self._said.remove(told)
        return news


def _words(text: str) -> list[str]:
    return [plain for word in text.split() if (plain := _plain(word))]


def _plain(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())
