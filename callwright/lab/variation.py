"""What differs from seed to seed beside the few milliseconds by which packets are always late.

Seed 0 is a good day: a usual way to the providers, every packet, every word. Any other seed draws a
way, a line that loses and reorders packets as far as a jitter buffer mends it, a recogniser that
errs, and a model that takes its time.
"""

import random
from dataclasses import dataclass, field

from callwright.clock import Link
from callwright.emulators.mistakes import Mistakes
from callwright.lines.recorded import BadLine

# A usual way to a provider's data centre, seconds each way; jitter comes from the seed.
USUAL_LINK = Link(latency=0.015, jitter=0.005)

# Seconds each way, from the same city to another continent.
_LATENCY = (0.005, 0.08)
_JITTER = (0.001, 0.015)

# Shares of packets; more is a line on which people say "you are breaking up".
_LOST = (0.0, 0.01)
_REORDERED = (0.0, 0.03)

# Share of words; recognisers on the telephone are rarely better than one in fifty.
_MISHEARD = (0.0, 0.02)


@dataclass(frozen=True, slots=True)
class Variation:
    """What one seed makes of a call.

    Args:
        link: The way to the providers.
        line: The caller's line; None is a good one.
        mistakes: How badly stand-ins hear; None hear everything.
        pace: The seed of a model's pace; None keeps the usual one.
    """

    link: Link = USUAL_LINK
    line: BadLine | None = None
    mistakes: Mistakes | None = field(default=None)
    pace: int | None = None


def variation(seed: int) -> Variation:
    """What a seed makes of a call; the same every time."""
    if seed == 0:
        return Variation()
    draw = random.Random(f"variation {seed}")
    return Variation(
        link=Link(latency=draw.uniform(*_LATENCY), jitter=draw.uniform(*_JITTER)),
        line=BadLine(seed, lost=draw.uniform(*_LOST), reordered=draw.uniform(*_REORDERED)),
        mistakes=Mistakes(rate=draw.uniform(*_MISHEARD), seed=seed),
        pace=seed,
    )
