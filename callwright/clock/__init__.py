"""The virtual clock: time functions, event loop, simulated network and a way to run on them."""

from callwright.clock.errors import VirtualDeadlock, VirtualLeak, VirtualLivelock, VirtualTimeError
from callwright.clock.link import Link
from callwright.clock.network import Network
from callwright.clock.run import run_real, run_virtual
from callwright.clock.trampoline import RealClockHeld, install

__all__ = [
    "Link",
    "Network",
    "RealClockHeld",
    "VirtualDeadlock",
    "VirtualLeak",
    "VirtualLivelock",
    "VirtualTimeError",
    "install",
    "run_real",
    "run_virtual",
]
