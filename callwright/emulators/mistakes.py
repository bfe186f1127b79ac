"""Recognition errors on purpose: the same words are misheard the same way, every time. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

# How sure a recogniser claims to be of a word that it got wrong, and of one it nearly lost.
_WRONG = (0.35, 0.75)
_UNSURE = (0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """How badly a stand-in hears.

    Args:
        rate: Share of words that are misheard, 0 to 1.
        seed: Which ones, and as what.
        names: Words that are taken for one another, in lower case; digits always are.
    """

    rate: float = 0.0
    seed: int = 0
    names: Sequence[str] = ()

    def heard(self, text: str, number: int, confidence: float) -> tuple[str, float]:
        """A word as it is heard, and how sure of it; an empty text is a word that was lost.

        Args:
            text: The word that was said.
            number: Which word of the recording it is.
            confidence: How well its sound was heard.
        """
        dice = random.Random(f"{self.seed}/{number}/{text}")
        if dice.random() >= self.rate:
            return text, confidence
        bare = text.lower().strip(".,;:?!")
        for alike in (_DIGITS, tuple(name.lower() for name in self.names)):
            if bare in alike and len(alike) > 1:
                other = dice.choice([word for word in alike if word != bare])
                return other, round(min(confidence, dice.uniform(*_WRONG)), 3)
        if dice.random() < 0.5:
            return "", 0.0
        return text, round(min(confidence, dice.uniform(*_UNSURE)), 3)
