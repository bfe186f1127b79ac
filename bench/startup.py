"""How long a user waits before anything happens."""

import subprocess
import sys
import time

from bench.calls import median, replay

RUNS = 5


def measure() -> list[str]:
    """Wall time of `callwright check`, and from start to the first frame of a replay."""
    checks: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "callwright", "check"], capture_output=True, check=True
        )
        checks.append(time.perf_counter() - began)
    starts = [replay()["startup_seconds"] for _ in range(RUNS)]
    return [
        f"callwright check: {median(checks):.2f} s (median of {RUNS})",
        f"callwright replay, until the first frame: {median(starts):.2f} s (median of {RUNS})",
    ]
