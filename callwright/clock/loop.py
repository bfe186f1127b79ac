"""An event loop whose time jumps to the next timer as soon as nothing is left to do now.

1. Time moves only at quiescence: no ready callback and no readable descriptor.
2. Timers with equal deadlines fire in the order in which they were set.
3. Executor work runs inline and costs no time, unless a cost model says otherwise.
4. Nothing left to wait for is an error, and so is time that does not move.
5. Nothing gets out: connections lead into the simulated network or are errors, and so are
   subprocesses and other threads' callbacks.
"""

import asyncio
import heapq
import math
import selectors
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NoReturn

from callwright.clock.doors import DoorsToSimulation
from callwright.clock.errors import VirtualDeadlock, VirtualLeak, VirtualLivelock
from callwright.clock.network import Network
from callwright.clock.virtual import NANOSECOND, VirtualClock

# What a job costs in seconds of virtual time, given its function and its result.
CostModel = Callable[[Callable[..., Any], Any], float]

# Real descriptors are looked at now and then while callbacks keep coming (Ctrl-C lives there).
_POLL_EVERY = 4096
_OUTSIDE_WAIT = 0.05


class _Timer(asyncio.TimerHandle):
    """A timer that knows its place among those of the same deadline."""

    def __init__(self, when: float, order: int, *args: Any) -> None:
        super().__init__(when, *args)
        self._order = order

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, _Timer):
            return NotImplemented
        return (self.when(), self._order) < (other.when(), other._order)

    __hash__ = asyncio.TimerHandle.__hash__


class _JumpingSelector(selectors.DefaultSelector):
    """Where a real loop would block, this one moves the clock."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return self.loop.next_events(timeout, super().select)


class VirtualLoop(DoorsToSimulation):
    """The event loop of the virtual clock.

    Args:
        clock: The clock it drives.
        cost: What executor work costs; without one it is free.
        network: The world it sees; without one names do not exist and connections are leaks.
        livelock_limit: How many turns of the loop may pass at one instant; calls need hundreds.
    """

    def __init__(
        self,
        clock: VirtualClock,
        *,
        cost: CostModel | None = None,
        network: Network | None = None,
        livelock_limit: int = 50_000,
    ) -> None:
        self.clock = clock
        self.leaks: Counter[str] = Counter()
        self._cost = cost
        self._livelock_limit = livelock_limit
        self._turns_at_instant = 0
        self._turns = 0
        self._order = 0
        self._outside = 0
        self._home_thread = threading.get_ident()
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector, network)
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self.clock.now_ns / NANOSECOND

    @contextmanager
    def external(self) -> Generator[None]:
        """Freeze virtual time while something outside the loop works for us."""
        self._outside += 1
        try:
            yield
        finally:
            self._outside -= 1

    # --- timers -------------------------------------------------------------------------------

    @property
    def _timers(self) -> list[asyncio.TimerHandle]:
        # asyncio offers no public way to its heap, and equal deadlines need our own timers in it.
        return self._scheduled  # pyright: ignore[reportAttributeAccessIssue]

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        self._order += 1
        timer = _Timer(when, self._order, callback, args, self, context)
        heapq.heappush(self._timers, timer)
        timer._scheduled = True  # what BaseEventLoop.call_at does, with a timer of our own
        return timer

    def next_events(
        self, timeout: float | None, poll: Callable[[float], list[Any]]
    ) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now; when nothing is, move the clock to the next timer."""
        self._turns += 1
        self._turns_at_instant += 1
        if timeout is not None and timeout <= 0:
            if self._turns_at_instant > self._livelock_limit:
                self._give_up(VirtualLivelock, "time does not move")
            return poll(0) if self._turns % _POLL_EVERY == 0 else []
        if self._outside:
            return poll(_OUTSIDE_WAIT)
        events = poll(0)
        if events:
            return sorted(events, key=lambda event: event[0].fd)
        if timeout is None or not math.isfinite(self._timers[0].when()):
            self._give_up(VirtualDeadlock, "nothing is left to wait for")
        when = self._timers[0].when()
        if when > self.time():
            # Up to a nanosecond late, never early: who sleeps until a deadline has reached it.
            self.clock.advance_to(max(math.ceil(when * NANOSECOND - 1e-3), self.clock.now_ns + 1))
            self._turns_at_instant = 0
        return []

    def _give_up(self, kind: type[Exception], what: str) -> NoReturn:
        self._turns_at_instant = 0  # the clean-up that follows gets turns of its own
        tasks = sorted(asyncio.all_tasks(self), key=lambda task: task.get_name())
        waiting = "\n".join(f"  {task.get_name()}: {_where(task)}" for task in tasks)
        raise kind(f"{what} at {self.clock.elapsed():.6f} s; tasks:\n{waiting or '  none'}")

    # --- executors ----------------------------------------------------------------------------

    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        result, error = None, None
        self.clock.begin_job()
        try:
            result = func(*args)
        except StopIteration as raised:
            error = RuntimeError(f"executor work raised {raised!r}")  # futures refuse StopIteration
        except Exception as raised:
            error = raised
        finally:
            cost = self.clock.end_job()
        if self._cost and error is None:
            cost += self._cost(func, result)
        self.call_later(cost, _deliver, future, result, error)
        return future

    # --- nothing gets out ---------------------------------------------------------------------

    def call_soon_threadsafe(
        self, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        if threading.get_ident() != self._home_thread and not self._outside:
            self.leaks[getattr(callback, "__qualname__", repr(callback))] += 1
        return super().call_soon_threadsafe(callback, *args, context=context)

    def refuse_leaks(self) -> None:
        """Raise `VirtualLeak` when another thread called into this loop."""
        if self.leaks:
            calls = ", ".join(f"{name} ({count}×)" for name, count in sorted(self.leaks.items()))
            raise VirtualLeak(f"another thread called into the virtual loop: {calls}")


def _where(task: asyncio.Task[Any]) -> str:
    name = getattr(task.get_coro(), "__qualname__", repr(task.get_coro()))
    frames = task.get_stack(limit=1)
    at = f" at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    return f"{name}{at}"


def _deliver(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
