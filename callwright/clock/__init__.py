"""The virtual clock: time functions, event loop and a way to run on them."""

from callwright.clock.errors import VirtualDeadlock, VirtualLeak, VirtualLivelock, VirtualTimeError
from callwright.clock.run import run_virtual
from callwright.clock.trampoline import RealClockHeld, install

__all__ = [
    "RealClockHeld",
    "VirtualDeadlock",
    "VirtualLeak",
    "VirtualLivelock",
    "VirtualTimeError",
    "install",
    "run_virtual",
]
