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

    def add(self, text: str) -> None:
        """Remember words that are about to be spoken."""
        self._texts = [*self._texts, _plain(text)][-_KEPT:]

    def cover(self, heard: str) -> bool:
        """Whether words that were heard, perhaps cut off, are the rules' own and nothing else."""
        left = _plain(heard)
        if not left:
            return False
        starts = range(len(self._texts))
        return any(self._told_from(at, left) for at in starts)

    def _told_from(self, at: int, left: str) -> bool:
        for text in self._texts[at:]:
            if text.startswith(left):
                return True
            if not left.startswith(text):
                return False
            left = left[len(text) :].strip()
        return not left


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
