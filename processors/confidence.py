"""How sure a recogniser was, where it says so in a way that can be used."""

import math
from numbers import Real

from pipecat.frames.frames import TranscriptionFrame


def confidence_of(frame: TranscriptionFrame) -> float | None:
    """The service's confidence, 0 to 1; None when it reports none, or something else."""
    value = getattr(frame.result, "confidence", None)
    if not isinstance(value, Real):
        return None
    number = float(value)
    return number if math.isfinite(number) and 0 <= number <= 1 else None
