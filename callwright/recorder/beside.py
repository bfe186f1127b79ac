"""Words that a caller hears beside the conversation: of no model, and in no context."""

# How fast a voice speaks, in letters a second; where the caller breaks in, nobody tells its words.
_LETTERS = 12.0

# No voice is slower than this, and none needs longer before and behind its words, in seconds.
_SLOWEST_LETTERS = 8.0
_AROUND = 1.0


class Beside:
    """Words on their way to the caller.

    Args:
        text: All of them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._began: float | None = None

    @property
    def longest(self) -> float:
        """Seconds of sound that they take at the most."""
        return len(self._text.replace(" ", "")) / _SLOWEST_LETTERS + _AROUND

    @property
    def begun(self) -> bool:
        """Whether anything of them was heard."""
        return self._began is not None

    def audible(self, at: float) -> None:
        """The bot has become audible, at so many seconds of the call."""
        if self._began is None:
            self._began = at

    def heard(self, cut: float | None = None) -> str:
        """The words that were heard: all of them, or those begun by a second of the call."""
        if self._began is None:
            return ""
        if cut is None:
            return self._text
        letters = (cut - self._began) * _LETTERS
        words, before = list[str](), 0
        for word in self._text.split():
            if before >= letters:
                break
            words.append(word)
            before += len(word)
        return " ".join(words)
