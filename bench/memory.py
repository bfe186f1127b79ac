"""What one more call costs in memory, in a process that has already made one."""

import gc
import json
import os
import sys
import tempfile
from pathlib import Path

from bench.calls import PLAIN, figures

CALLS = 6


def measure() -> list[str]:
    """Resident memory of a process before, with one call, and after several."""
    found = figures("bench.memory")
    return [
        f"program and models loaded, before the first call: {found['before']:.0f} MB",
        f"after one call: {found['one']:.0f} MB",
        f"after {CALLS} calls one after the other: {found['many']:.0f} MB",
    ]


def _resident() -> float:
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _main() -> None:
    from callwright.clock import install

    install()
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replay import replay

    before = _resident()
    with tempfile.TemporaryDirectory() as out:
        options = ReplayOptions(out=Path(out))
        replay(PLAIN, options)
        one = _resident()
        for _ in range(CALLS - 1):
            replay(PLAIN, options)
    sys.stdout.write(json.dumps({"before": before, "one": one, "many": _resident()}) + "\n")


if __name__ == "__main__":
    _main()
