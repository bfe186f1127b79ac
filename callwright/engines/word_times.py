"""The words of a text as it is written, timed by the pieces that a voice reports. Pure.

A voice reports "don" and "t", or one number several times; a transcript wants "don't" and the
number once, each with its punctuation.
"""


class WordTimes:
    """Walks through a text as its pieces are spoken.

    Args:
        text: What is spoken, in full.
    """

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self._next = 0

    def take(self, piece: str) -> str | None:
        """The written words up to the one that this piece begins; None within a word.

        A piece that stands nowhere in the rest of the text begins nothing.
        """
        if self._next and piece in self._words[self._next - 1]:
            return None
        for index in range(self._next, len(self._words)):
            if piece in self._words[index]:
                words = self._words[self._next : index + 1]
                self._next = index + 1
                return " ".join(words)
        return None

    def rest(self) -> str:
        """The written words that no piece began."""
        words, self._next = self._words[self._next :], len(self._words)
        return " ".join(words)
