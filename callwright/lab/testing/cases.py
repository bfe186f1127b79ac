"""One test a stack and seed, and what a command line chooses among them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the command line of pytest chose; None where it left the choice to the source.

    Args:
        stacks: Stacks by name or path.
        seeds: Seeds.
    """

    stacks: Sequence[str] | None = None
    seeds: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a source.

    Args:
        name: Its name behind the file's.
        stack: The stack of its call; the agent's own when None.
        seed: The seed of its call.
        part: Which of the file's, where it holds several; from 0.
    """

    name: str
    stack: str | None
    seed: int
    part: int = 0


def every(stacks: Iterable[str | None], seeds: Iterable[int]) -> list[Case]:
    """A case a stack and seed, in that order; named after the stack's file where that is enough."""
    numbers, words = list(seeds), list(stacks)
    stems = Counter(Path(word).stem for word in set(words) if word)
    names = {
        word: Path(word).stem if stems[Path(word).stem] == 1 else word for word in words if word
    }
    return [
        Case(f"{names[word] if word else 'own'}-s{seed}", word, seed)
        for word in words
        for seed in numbers
    ]
