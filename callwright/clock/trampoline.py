"""Clock functions that are virtual on the thread that runs a virtual clock, and real elsewhere.

`install()` has to come before Pipecat and the providers' clients are imported: dataclass defaults
and `from time import monotonic` capture whatever stands in the `time` module at that moment, and a
late replacement breaks turn detection without a word. Installing is harmless when no virtual clock
runs: every function then answers with real time.
"""

import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Protocol

_READERS = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")

REAL: dict[str, Callable[..., Any]] = {name: getattr(time, name) for name in (*_READERS, "sleep")}

_ALLOWED_HOLDERS = (
    # The test runner measures its own duration in real time, as it should.
    "_pytest",
    "pytest",
    "pytest_timeout",
    "xdist",
    "execnet",
    "hypothesis",
    "coverage",
    "blockbuster",
    # The terminal refreshes in real time and takes no part in a call.
    "rich",
    "callwright.clock",
)


class Clock(Protocol):
    """What a thread can be made to read."""

    def time(self) -> float: ...
    def time_ns(self) -> int: ...
    def monotonic(self) -> float: ...
    def monotonic_ns(self) -> int: ...
    def sleep_in_job(self, seconds: float, /) -> None: ...


class _Active(threading.local):
    clock: Clock | None = None


_active = _Active()
_installed = False

# Modules that hold no real clock, with how many names they had. Once `install()` has run, there is
# none to be had any more, so the thousands of a process are not searched again before every call.
_without: dict[str, tuple[int, int]] = {}


class RealClockHeld(RuntimeError):
    """A module captured a real clock before the virtual one was in place."""


def _reader(name: str) -> Callable[[], Any]:
    real = REAL[name]
    virtual = name.replace("perf_counter", "monotonic")

    def read() -> Any:
        clock = _active.clock
        return real() if clock is None else getattr(clock, virtual)()

    read.__name__ = read.__qualname__ = name
    read.__doc__ = real.__doc__
    return read


def _sleep(seconds: float) -> None:
    clock = _active.clock
    if clock is None:
        REAL["sleep"](seconds)
    else:
        clock.sleep_in_job(seconds)


def install() -> None:
    """Put the switching clock functions into the `time` module. Idempotent."""
    global _installed
    if _installed:
        return
    for name in _READERS:
        setattr(time, name, _reader(name))
    time.sleep = _sleep
    _installed = True


@contextmanager
def on_this_thread(clock: Clock) -> Generator[None]:
    """Let this thread read `clock` while the block runs."""
    previous, _active.clock = _active.clock, clock
    try:
        yield
    finally:
        _active.clock = previous


def real_clock_holders() -> list[str]:
    """Names such as ``module.attribute`` that still hold a real clock function.

    The standard library is not looked at: `threading`, `queue` and `subprocess` wait for real
    things and have to keep real time.
    """
    real_ids = {id(REAL[name]) for name in _READERS}
    held: list[str] = []
    for module_name, module in list(sys.modules.items()):
        namespace: dict[str, Any] = getattr(module, "__dict__", {})
        seen = (id(module), len(namespace))
        if _without.get(module_name) == seen or _may_hold(module_name):
            continue
        found = [name for name, value in list(namespace.items()) if id(value) in real_ids]
        if not found and _installed:
            _without[module_name] = seen
        held.extend(f"{module_name}.{name}" for name in found)
    return sorted(held)


def _may_hold(module_name: str) -> bool:
    root = module_name.partition(".")[0]
    return root in sys.stdlib_module_names or module_name.startswith(_ALLOWED_HOLDERS)


def came_first() -> bool:
    """Whether no module holds a real clock, so that all of them read whatever a thread reads."""
    return _installed and not real_clock_holders()


def refuse_real_clocks() -> None:
    """Raise `RealClockHeld` when the virtual clock came too late for some module."""
    if not _installed:
        raise RealClockHeld("callwright.clock.install() has not run; call it before other imports")
    held = real_clock_holders()
    if held:
        raise RealClockHeld(
            f"these hold a real clock: {', '.join(held[:8])}; "
            "import callwright.clock and call install() before them"
        )
