"""One test a stack and seed, and what a command line chooses among them."""

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
    """A case a stack and seed, in that order."""
    numbers = list(seeds)
    return [
        Case(f"{Path(stack).stem if stack else 'own'}-s{seed}", stack, seed)
        for stack in stacks
        for seed in numbers
    ]
