"""A promise that a call did not keep."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that a call did not keep.

    Args:
        invariant: Which, 1 to 7; see `callwright.calls.monitor`.
        at: When, seconds.
        what: What happened, in words.
    """

    invariant: int
    at: float
    what: str
