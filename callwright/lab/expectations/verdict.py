"""What came of comparing a call with its expectations."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold.

    Args:
        what: Of what: ``turn 4, heard``, ``entity date_of_birth``, ``made_of.steps``.
        expected: What was expected, in words.
        got: What was found instead, in words.
        turn: The turn, from 1, where it belongs to one.
    """

    what: str
    expected: str
    got: str
    turn: int | None = None

    def line(self) -> dict[str, Any]:
        """The failure as plain data."""
        return {
            "what": self.what,
            "turn": self.turn,
            "expected": self.expected,
            "got": self.got,
        }


@dataclass(frozen=True, slots=True)
class Lane:
    """One side of a turn: what was expected there, and what was found."""

    name: str
    expected: str | None
    got: str
    differs: bool


@dataclass(slots=True)
class Parted:
    """The turn in which a call left its expectations, lane by lane.

    Args:
        turn: Which, from 1.
        at: When it began, seconds; None where the call had no such turn.
        lanes: What was heard, decided and said.
        later: Further turns that differ.
        said_next: What was said in the first of them, where that differs: a sentence that came too
            late for its turn stands there.
    """

    turn: int
    at: float | None
    lanes: list[Lane]
    later: list[int] = field(default_factory=list[int])
    said_next: Lane | None = None


@dataclass(slots=True)
class Verdict:
    """Everything that held, counted, and everything that did not."""

    passed: int = 0
    failed: list[Failure] = field(default_factory=list[Failure])
    parted: Parted | None = None

    def expect(self, ok: bool, failure: Failure) -> None:
        """Count an expectation."""
        if ok:
            self.passed += 1
        else:
            self.failed.append(failure)
