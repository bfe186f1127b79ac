"""Running a coroutine on the virtual clock, or the same coroutine in real time."""

import asyncio
import random
from collections.abc import Coroutine, Generator
from contextlib import ExitStack, contextmanager
from selectors import DefaultSelector
from typing import Any, TypeVar

from callwright.clock.dated import DatedClock, DatedLoop
from callwright.clock.loop import CostModel, VirtualLoop
from callwright.clock.network import Network
from callwright.clock.tls import left_out_of_anyio
from callwright.clock.trampoline import REAL, came_first, on_this_thread, refuse_real_clocks
from callwright.clock.virtual import DEFAULT_EPOCH, VirtualClock

T = TypeVar("T")


def run_virtual(
    main: Coroutine[Any, Any, T],
    *,
    epoch: float = DEFAULT_EPOCH,
    cost: CostModel | None = None,
    network: Network | None = None,
) -> T:
    """`asyncio.run` on a virtual clock; what `random` answers follows from the network's seed.

    Args:
        main: What to run.
        epoch: What `time.time()` answers at the start, seconds since 1970 UTC.
        cost: What executor work costs in virtual seconds; free without one.
        network: The hosts that it can reach, for this run only; none without one.

    Raises:
        RealClockHeld: A module was imported before `install()`.
        VirtualTimeError: Deadlock, livelock or a leak out of the simulation.
    """
    try:
        refuse_real_clocks()
        clock = VirtualClock(epoch)
        loop = VirtualLoop(clock, cost=cost, network=network)
    except BaseException:
        main.close()
        raise
    with ExitStack() as undone:
        undone.enter_context(on_this_thread(clock))
        if network is not None:
            undone.enter_context(left_out_of_anyio())
            undone.enter_context(_drawing_from(network.seed))
        runner = undone.enter_context(asyncio.Runner(loop_factory=lambda: loop))
        try:
            result = runner.run(main)
        except Exception as error:
            if loop.leaks:
                error.add_note(f"another thread had called into the loop: {dict(loop.leaks)}")
            raise
        loop.refuse_leaks()
        return result


@contextmanager
def _drawing_from(seed: int) -> Generator[None]:
    """Python's own source of chance as it follows from a seed: tools and libraries draw from it."""
    before = random.getstate()
    random.seed(f"run {seed}")
    try:
        yield
    finally:
        random.setstate(before)


def run_real(main: Coroutine[Any, Any, T], *, network: Network, epoch: float = DEFAULT_EPOCH) -> T:
    """`asyncio.run` in real time, with the simulated network for the world outside.

    The date is the one of the virtual clock, so that "tomorrow" is the same day on both; it is
    today's where some module holds a clock of its own, since two dates in one call would break it.

    Args:
        main: What to run.
        network: The hosts that it can reach, for this run only.
        epoch: What `time.time()` answers at the start, seconds since 1970 UTC.
    """
    clock = DatedClock(epoch if came_first() else REAL["time"]())
    try:
        loop = DatedLoop(DefaultSelector(), network, clock)
    except BaseException:
        main.close()
        raise
    with (
        on_this_thread(clock),
        left_out_of_anyio(),
        asyncio.Runner(loop_factory=lambda: loop) as runner,
    ):
        return runner.run(main)
