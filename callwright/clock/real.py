"""Real time for whoever measures the machine while a virtual clock runs."""

from callwright.clock.trampoline import REAL


def real_seconds() -> float:
    """Seconds of a monotonic clock that no simulation moves."""
    return REAL["monotonic"]()
