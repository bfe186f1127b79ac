"""What the rules of a call had said themselves, to tell their words from a model's."""

import re

_KEPT = 8
"""So many of the last ones may still be on their way to the caller's ear."""


class OwnWords:
    """The rules' last wordings.

    Attributes:
        final: Whether the call ends as soon as they are heard.
    """

    def __init__(self) -> None:
        self.final = False
        self._texts: list[str] = []
        self._left = [""]
        """What may not have been heard yet of the words that were heard last."""

    def add(self, text: str) -> None:
        """Remember words that are about to be spoken."""
        self._texts = [*self._texts, _plain(text)][-_KEPT:]

    def cover(self, heard: str) -> bool:
        """Whether words that were heard, perhaps cut off, are the rules' own and nothing else.

        They may come in pieces: one that goes on where the last one ended is theirs too.
        """
        words = _plain(heard).split()
        if not words:
            return False
        since = [" ".join(self._texts[at:]) for at in range(len(self._texts))]
        onward = (f"{left} {texts}" for left in self._left for texts in since)
        told = [way.split() for way in (*self._left, *since, *onward)]
        # No more than all of them can be on its way, however often the same is said.
        most = len(" ".join(self._texts).split())
        told = [way for way in told if len(way) <= most]
        # Where the same was to be said twice, either may have been heard.
        left = {" ".join(way[len(words) :]): None for way in told if way[: len(words)] == words}
        self._left = [*left] or self._left
        return bool(left)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
