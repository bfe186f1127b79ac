"""Real time on another day: seconds pass as ever, and the calendar shows the day of a recording."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from callwright.clock.doors import DoorsToSimulation
from callwright.clock.trampoline import REAL, on_this_thread
from callwright.clock.virtual import NANOSECOND


class DatedClock:
    """Answers as the machine's clock does, but for the date.

    Args:
        epoch: What `time.time()` answers at the start, seconds since 1970 UTC.
    """

    def __init__(self, epoch: float) -> None:
        self._shift_ns = int(epoch * NANOSECOND) - REAL["time_ns"]()

    def time_ns(self) -> int:
        return REAL["time_ns"]() + self._shift_ns

    def time(self) -> float:
        return self.time_ns() / NANOSECOND

    def monotonic_ns(self) -> int:
        return REAL["monotonic_ns"]()

    def monotonic(self) -> float:
        return REAL["monotonic"]()

    def sleep_in_job(self, seconds: float) -> None:
        """`time.sleep`, as ever."""
        REAL["sleep"](seconds)


class DatedLoop(DoorsToSimulation):
    """A loop in real time whose threads know the date of its clock, too.

    Args:
        selector: What the loop waits with.
        network: The world it sees.
        clock: Read by executor work; the loop's own thread is the caller's affair.
    """

    def __init__(self, selector: Any, network: Any, clock: DatedClock) -> None:
        super().__init__(selector, network)
        self._dated = clock

    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run it on a thread, on the clock's day."""
        return super().run_in_executor(executor, partial(_on, self._dated, func), *args)


def _on(clock: DatedClock, func: Callable[..., Any], *args: Any) -> Any:
    with on_this_thread(clock):
        return func(*args)
