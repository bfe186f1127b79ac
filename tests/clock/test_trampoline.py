"""The clock has to come first; late comers are found."""

import subprocess
import sys
import time
import types
import unittest.mock

import pytest

from callwright.clock import run_virtual
from callwright.clock.trampoline import REAL, real_clock_holders
from callwright.clock.virtual import VirtualClock

LATE = """
import types, sys, time
held = types.ModuleType("some_client")
held.now = time.monotonic
sys.modules["some_client"] = held
from callwright import clock
clock.install()
async def main(): pass
try:
    clock.run_virtual(main())
except clock.RealClockHeld as refusal:
    print(refusal)
"""


def test_outside_a_run_time_is_real() -> None:
    assert abs(time.time() - REAL["time"]()) < 5
    assert not real_clock_holders()


def test_a_module_that_captured_the_real_clock_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE], capture_output=True, text=True, check=True, timeout=60
    )
    assert "some_client.now" in done.stdout
    assert "install()" in done.stdout


def test_a_module_that_gets_a_real_clock_later_is_named() -> None:
    client = types.ModuleType("some_client")
    with unittest.mock.patch.dict(sys.modules, {"some_client": client}):
        assert not real_clock_holders()
        client.__dict__["now"] = REAL["monotonic"]
        assert real_clock_holders() == ["some_client.now"]
    assert not real_clock_holders()


def test_importing_pipecat_after_the_clock_leaves_no_real_clock_behind() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from callwright import clock; clock.install()\n"
            "import bot.session, callwright.lab.replay\n"
            "from callwright.clock.trampoline import refuse_real_clocks; refuse_real_clocks()",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_time_cannot_go_back() -> None:
    clock = VirtualClock()
    clock.advance_to(clock.now_ns + 5)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(clock.now_ns - 1)


def test_a_failed_run_leaves_real_time_behind() -> None:
    async def fail() -> None:
        raise KeyError("planned")

    with pytest.raises(KeyError):
        run_virtual(fail())
    assert abs(time.time() - REAL["time"]()) < 5
