"""The longest time for which one call keeps the event loop from everybody else, in real time.

A step is measured by the CPU time of the loop's thread, so that other programs on the machine do
not count; beside it stands what a clock on the wall saw.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.calls import PLAIN, figures

GOAL_MS = 20


def measure() -> list[str]:
    """The longest steps of a live call's event loop, and whose they were."""
    found = figures("bench.blocking")
    return [
        f"longest step {found['steps'][0][0]:.1f} ms of CPU "
        f"in {found['seconds']:.0f} s of live call "
        f"(goal: {GOAL_MS} ms)",
        f"steps over {GOAL_MS} ms: {found['over']} of {found['count']}",
        *(f"{took:.1f} ms ({wall:.1f} on the wall) {name}" for took, wall, name in found["steps"]),
    ]


class _Watch:
    """Times every callback that a loop runs."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, float, str]] = []
        self.count = 0

    def install(self) -> None:
        run: Any = asyncio.Handle._run

        def timed(handle: Any) -> None:
            began, cpu = time.perf_counter(), time.thread_time()
            run(handle)
            took = (time.thread_time() - cpu) * 1000
            self.count += 1
            if took > 5:
                wall = (time.perf_counter() - began) * 1000
                self.steps.append((took, wall, _name(handle)))

        asyncio.Handle._run = timed  # type: ignore[method-assign]


def _name(handle: Any) -> str:
    task = getattr(handle._callback, "__self__", None)
    return task.get_name() if isinstance(task, asyncio.Task) else repr(handle._callback)[:80]


def _main() -> None:
    from callwright.clock import install

    install()
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replay import replay

    watch = _Watch()
    with tempfile.TemporaryDirectory() as out:
        options = ReplayOptions(out=Path(out), clock="real")
        watch.install()
        replayed = replay(PLAIN, options)
    steps = sorted(watch.steps, reverse=True)
    over = sum(took > GOAL_MS for took, _, _ in steps)
    found = {
        "steps": steps[:5] or [(0.0, 0.0, "none above 5 ms")],
        "over": over,
        "count": watch.count,
        "seconds": replayed.result.seconds,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _main()
