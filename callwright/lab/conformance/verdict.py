"""What comes of looking at a feature."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["kept", "limited", "absent", "broken"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a stack has a feature.

    Args:
        outcome: ``kept``; ``limited``: as well as the provider's protocol allows; ``absent``: there
            is nothing that could have it; ``broken``: it should, and has not.
        why: What is limited, absent or broken.
    """

    outcome: Outcome
    why: str = ""


KEPT = Verdict("kept")


def limited(why: str) -> Verdict:
    """Kept as well as a protocol allows."""
    return Verdict("limited", why)


def absent(why: str) -> Verdict:
    """Nothing that could have it."""
    return Verdict("absent", why)


def verdict(problems: list[str]) -> Verdict:
    """Kept when nothing is wrong, otherwise broken."""
    return Verdict("broken", "; ".join(problems)) if problems else KEPT
