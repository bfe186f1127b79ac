"""Whether words that were heard hold other words, where pieces of either may be masked. Pure."""

import re
from functools import cache

from callwright.calls.masks import MASK

# A mask stands for so many words at most.
_MOST = 40

_WORD = re.compile(rf"{MASK}(?:[0-9a-f]{{32}})?|\w+")


def plain_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without marks; a mask counts as a word."""
    return [MASK if word.startswith(MASK) else word.lower() for word in _WORD.findall(text)]


def holds(said: str, wanted: str) -> bool:
    """Whether `wanted` stands in `said` word for word and in one piece.

    A mask, on either side, agrees with any few words on the other; half of the words must agree
    without one.
    """
    heard, words = plain_words(said), plain_words(wanted)
    if not words:
        return False
    clear = [word for word in words if word != MASK]
    if 2 * sum(word in heard for word in clear) < len(clear):
        return False
    return any(_agree(heard[at:], words) for at in range(len(heard)))


def _agree(heard: list[str], words: list[str]) -> bool:
    @cache
    def agree(at: int, to: int) -> bool:
        if to == len(words):
            return True
        if at == len(heard):
            return False
        if words[to] == heard[at] and agree(at + 1, to + 1):
            return True
        if heard[at] == MASK and any(agree(at + 1, to + n) for n in _lengths(len(words) - to)):
            return True
        return words[to] == MASK and any(agree(at + n, to + 1) for n in _lengths(len(heard) - at))

    return agree(0, 0)


def _lengths(left: int) -> range:
    return range(1, min(left, _MOST) + 1)
