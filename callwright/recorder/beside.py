"""Words that a caller hears beside the conversation: of no model, and in no context."""

# How fast a voice speaks, in letters a second; where the caller breaks in, nobody tells its words.
_LETTERS = 12.0

# No voice is slower than this, and none needs longer before and behind its words, in seconds.
_SLOWEST_LETTERS = 8.0
_AROUND = 1.0


class Beside:
    """Follows such words on their way to the caller, one text at a time.

    Attributes:
        unsaid_before: Whether there was sound before them whose words were not on record.
    """

    def __init__(self) -> None:
        self.unsaid_before = False
        self._text = ""
        self._began: float | None = None
        self._left: dict[str | None, float] = {}

    def expect(self, text: str) -> None:
        """These words are about to be spoken; without any, the last ones are not any more."""
        self._text, self._began = text, None

    @property
    def begun(self) -> bool:
        """Whether anything of them was heard."""
        return self._began is not None

    def audible(self, at: float, unsaid: bool) -> None:
        """The bot has become audible, at so many seconds of the call.

        Args:
            at: The seconds.
            unsaid: Whether there was sound before whose words are not on record.
        """
        if self._text and self._began is None:
            self._began, self.unsaid_before = at, unsaid

    def heard(self, cut: float | None = None) -> str:
        """The words that were heard, once: all of them, or those begun by a second of the call."""
        if self._began is None:
            return ""
        text, began = self._text, self._began
        self.expect("")
        if cut is None:
            return text
        letters = (cut - began) * _LETTERS
        words, before = list[str](), 0
        for word in text.split():
            if before >= letters:
                break
            words.append(word)
            before += len(word)
        return " ".join(words)

    def opens(self, context: str | None) -> None:
        """The voice is about to speak them, and calls their sound by this name."""
        if self._text:
            letters = len(self._text.replace(" ", ""))
            self._left[context] = letters / _SLOWEST_LETTERS + _AROUND

    def sounds(self, context: str | None, seconds: float) -> bool:
        """Whether so much more sound of this name is theirs.

        Some voices call all sound by the name of what is being played, an answer's behind it, too.
        """
        left = self._left.get(context)
        if left is None:
            return False
        self._left[context] = left - seconds
        if left <= 0:
            del self._left[context]
        return left > 0
