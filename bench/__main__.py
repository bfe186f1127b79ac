"""`python -m bench [NAME…]`: measure, and print each figure with the machine it is of."""

import platform
import sys
from collections.abc import Callable

from bench import (
    blocking,
    guard_hold,
    hearing,
    latency,
    live_cpu,
    memory,
    recognition,
    replay_speed,
    speed,
    startup,
)

BENCHES: dict[str, Callable[[], list[str]]] = {
    "latency": latency.measure,
    "replay_speed": replay_speed.measure,
    "speed": speed.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "blocking": blocking.measure,
    "live_cpu": live_cpu.measure,
    "recognition": recognition.measure,
    "hearing": hearing.measure,
    "guard_hold": guard_hold.measure,
}


def machine() -> str:
    """The machine in one line."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            name = next(line for line in file if line.startswith("model name")).partition(":")[2]
    except (OSError, StopIteration):
        pass
    return f"{name.strip()}, Python {platform.python_version()}, {platform.system()}"


def main(names: list[str]) -> int:
    """Run the named benches, or all of them."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench is called {unknown[0]!r}; there are: {', '.join(BENCHES)}")
        return 2
    print(machine())
    for name in names or BENCHES:
        print(f"\n{name}")
        for line in BENCHES[name]():
            print(f"  {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
