"""The virtual loop: time, order, executors, and the errors that keep a run from hanging."""

import asyncio
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.clock import (
    VirtualDeadlock,
    VirtualLeak,
    VirtualLivelock,
    run_virtual,
)
from callwright.clock.loop import VirtualLoop
from callwright.clock.virtual import DEFAULT_EPOCH, VirtualClock


def test_an_hour_of_sleep_takes_no_time_and_both_clocks_agree() -> None:
    async def main() -> tuple[float, float, float]:
        mono, wall = time.monotonic(), time.time()
        await asyncio.sleep(3600)
        return time.monotonic() - mono, time.time() - wall, wall

    monotonic, wall, epoch = run_virtual(main())
    assert (monotonic, wall, epoch) == (3600, 3600, DEFAULT_EPOCH)


@given(st.lists(st.sampled_from([0.0, 0.02, 0.1, 0.3]), min_size=1, max_size=60))
def test_timers_fire_by_deadline_and_equal_ones_in_order_of_setting(delays: list[float]) -> None:
    fired: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for number, delay in enumerate(delays):
            loop.call_at(now + delay, fired.append, number)
        await asyncio.sleep(1)

    run_virtual(main())
    assert fired == sorted(range(len(delays)), key=lambda number: delays[number])


def test_executor_work_is_inline_and_its_sleeps_take_virtual_time() -> None:
    async def main() -> tuple[int, float]:
        before = time.monotonic()
        thread = await asyncio.to_thread(threading.get_ident)
        await asyncio.to_thread(time.sleep, 2.5)
        return thread, time.monotonic() - before

    thread, took = run_virtual(main())
    assert thread == threading.get_ident()
    assert took == 2.5


def test_executor_errors_arrive_where_they_are_awaited() -> None:
    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)

    run_virtual(main())


def test_a_cost_model_charges_virtual_time() -> None:
    async def main() -> float:
        before = time.monotonic()
        await asyncio.to_thread(lambda: "work")
        return time.monotonic() - before

    took = run_virtual(main(), cost=lambda _job, result: 0.05 if result == "work" else 0)
    assert took == pytest.approx(0.05)


def test_timeouts_work() -> None:
    async def main() -> float:
        before = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 5)
        return time.monotonic() - before

    assert run_virtual(main()) == 5


def test_nothing_left_to_wait_for_is_an_error_with_a_dump() -> None:
    async def forgotten() -> None:
        await asyncio.Event().wait()

    with pytest.raises(VirtualDeadlock, match="forgotten"):
        run_virtual(forgotten())


def test_time_that_does_not_move_is_an_error() -> None:
    async def spin() -> None:
        while True:  # noqa: ASYNC110 - the mistake under test
            await asyncio.sleep(0)

    loop = VirtualLoop(VirtualClock(), livelock_limit=1000)
    try:
        with pytest.raises(VirtualLivelock, match="spin"):
            loop.run_until_complete(spin())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))
    finally:
        loop.close()


def test_blocking_the_loop_with_sleep_is_an_error() -> None:
    async def main() -> None:
        time.sleep(0.1)  # noqa: ASYNC251 - the mistake under test

    with pytest.raises(RuntimeError, match="block the event loop"):
        run_virtual(main())


def test_a_foreign_thread_that_calls_in_is_a_leak() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        done = asyncio.Event()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(done.set))
        thread.start()
        thread.join()
        await done.wait()

    with pytest.raises(VirtualLeak, match="another thread"):
        run_virtual(main())


def test_external_work_freezes_the_clock() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        before = time.monotonic()
        done = asyncio.Event()
        with loop.external():
            thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(done.set))
            thread.start()
            await done.wait()
        thread.join()
        return time.monotonic() - before

    assert run_virtual(main()) == 0


@pytest.mark.parametrize("host", ["api.deepgram.com", "localhost", "127.0.0.1"])
def test_nothing_gets_out(host: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        with pytest.raises(OSError, match="does not exist"):
            await loop.getaddrinfo(host, 443)
        with pytest.raises(VirtualLeak):
            await asyncio.open_connection(host, 443)
        with pytest.raises(VirtualLeak):
            await asyncio.create_subprocess_exec("true")

    run_virtual(main())


@given(st.floats(0.001, 50))
def test_who_sleeps_until_a_deadline_has_reached_it(seconds: float) -> None:
    async def main() -> int:
        loop = asyncio.get_running_loop()
        deadline, sleeps = loop.time() + seconds, 0
        while loop.time() < deadline:
            await asyncio.sleep(deadline - loop.time())
            sleeps += 1
        return sleeps

    assert run_virtual(main()) <= 3


def test_sleeping_for_ever_is_a_deadlock() -> None:
    async def main() -> None:
        await asyncio.sleep(float("inf"))

    with pytest.raises(VirtualDeadlock):
        run_virtual(main())


def test_a_job_that_stops_iterating_fails_like_any_other() -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.to_thread(next, iter(()))

    run_virtual(main())
