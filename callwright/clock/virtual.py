"""Virtual time: integer nanoseconds that move only when the event loop says so."""

from datetime import UTC, datetime

NANOSECOND = 1_000_000_000

# Monday morning; a fixed date, so that a replayed call knows the same "tomorrow" every time.
DEFAULT_EPOCH = datetime(2026, 1, 5, 10, 0, tzinfo=UTC).timestamp()

# Small on purpose: a loop time the size of an epoch loses the nanoseconds in a float.
_START_NS = 1000 * NANOSECOND


class VirtualClock:
    """A clock that is set, not read: `advance_to` moves it, everything else looks at it.

    Args:
        epoch: What `time.time()` answers at the start, seconds since 1970 UTC.
    """

    def __init__(self, epoch: float = DEFAULT_EPOCH) -> None:
        self.now_ns = _START_NS
        self._epoch_ns = int(epoch * NANOSECOND)
        self._job_sleep_ns: int | None = None

    def advance_to(self, now_ns: int) -> None:
        """Move forward to `now_ns`; moving back is an error."""
        if now_ns < self.now_ns:
            raise ValueError(f"virtual time cannot go back from {self.now_ns} to {now_ns}")
        self.now_ns = now_ns

    def elapsed(self) -> float:
        """Seconds since the clock was made."""
        return (self.now_ns - _START_NS) / NANOSECOND

    def monotonic_ns(self) -> int:
        return self.now_ns

    def monotonic(self) -> float:
        return self.now_ns / NANOSECOND

    def time_ns(self) -> int:
        return self.now_ns - _START_NS + self._epoch_ns

    def time(self) -> float:
        return self.time_ns() / NANOSECOND

    def begin_job(self) -> None:
        """Executor work starts: its sleeps are added up instead of blocking."""
        self._job_sleep_ns = 0

    def end_job(self) -> float:
        """Executor work ends; how many seconds it slept."""
        slept, self._job_sleep_ns = self._job_sleep_ns or 0, None
        return slept / NANOSECOND

    def sleep_in_job(self, seconds: float) -> None:
        """`time.sleep` on the loop's thread: fine inside executor work, a bug outside it."""
        if self._job_sleep_ns is None:
            raise RuntimeError("time.sleep() would block the event loop; use asyncio.sleep()")
        self._job_sleep_ns += max(0, int(seconds * NANOSECOND))
