"""The same simulated network in real time: names, latency, and nothing that gets out."""

import asyncio
import socket
import time
from datetime import UTC, datetime

import pytest
from small_world import HOST, listening, roundtrip

from callwright.clock import Link, Network, VirtualLeak, run_real

WAY = 0.03


def test_a_host_is_as_far_away_as_its_link_says_in_real_seconds() -> None:
    async def main() -> float:
        async with listening():
            began = time.monotonic()
            assert await roundtrip() == b"hello"
            return time.monotonic() - began

    # Never sooner than two round trips; how much later is the machine's business.
    assert run_real(main(), network=Network(hosts={HOST: Link(latency=WAY)})) >= 4 * WAY


def test_nothing_gets_out() -> None:
    async def main() -> None:
        with pytest.raises(socket.gaierror):
            await asyncio.open_connection("api.unknown.example", 443)
        with pytest.raises(VirtualLeak):
            await asyncio.create_subprocess_exec("true")

    run_real(main(), network=Network())


def test_a_network_serves_one_run_in_real_time_too() -> None:
    async def main() -> None: ...

    network = Network()
    run_real(main(), network=network)
    with pytest.raises(RuntimeError, match="serves one run"):
        run_real(main(), network=network)


def test_the_calendar_shows_the_day_of_the_virtual_clock_on_every_thread() -> None:
    def today() -> str:
        return datetime.fromtimestamp(time.time(), UTC).date().isoformat()

    async def main() -> tuple[str, str]:
        return today(), await asyncio.to_thread(today)

    there = run_real(
        main(), network=Network(), epoch=datetime(2031, 5, 4, 12, tzinfo=UTC).timestamp()
    )
    assert there == ("2031-05-04", "2031-05-04")
    assert run_real(main(), network=Network()) == ("2026-01-05", "2026-01-05")
    assert today() not in ("2031-05-04", "2026-01-05")
