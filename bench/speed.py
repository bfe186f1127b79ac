"""How fast calls are replayed: alone, lean, without a recorder, on two processes, and in memory."""

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.calls import RECORDINGS, figures, median

if TYPE_CHECKING:
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replayed import Replayed

RUNS = 3

# Seconds of call per second of CPU that each stack has to reach, and any of them lean.
GOALS = {"embedded": 10, "cascaded": 12, "half-cascade": 12, "s2s-openai": 12}
LEAN_GOAL = 20

# Calls one after the other in one process; `CALLWRIGHT_BENCH_CALLS=1000` for all of them.
CALLS = int(os.environ.get("CALLWRIGHT_BENCH_CALLS", "40"))


def measure() -> list[str]:
    """Speed on every kind of stack, lean and recorded on the wire; scaling; memory."""
    lines = [f"{longest().name}, median of {RUNS}; seconds of call per second of CPU"]
    for stack, goal in GOALS.items():
        for how, aim in (("usual", goal), ("lean", LEAN_GOAL), ("wire", goal)):
            found = figures("bench.speed", "one", stack, how)
            lines.append(
                f"{stack:<13}{how:<6}{found['factor']:5.1f} (goal: {aim}), "
                f"{found['wall_factor']:.1f} times real time, "
                f"{found['per_minute']:.1f} calls a minute and core"
            )
    one, two = (figures("bench.speed", "many", str(workers))["wall"] for workers in (1, 2))
    lines.append(
        f"8 calls on one process: {one:.1f} s, on two: {two:.1f} s ({one / two:.2f} times)"
    )
    memory = figures("bench.speed", "memory")
    lines.append(
        f"memory after {memory['first']} calls: {memory['before']:.0f} MB, "
        f"after {CALLS}: {memory['after']:.0f} MB ({memory['growth']:.3f} MB a call)"
    )
    return lines


def longest() -> Path:
    """The longest bundled caller."""
    return max(RECORDINGS.glob("*/user.wav"), key=lambda path: path.stat().st_size).parent


def _options(out: str, stack: str, how: str) -> "ReplayOptions":
    from callwright.lab.options import ReplayOptions

    usual = ReplayOptions(stack=stack, out=Path(out))
    return replace(usual, lean=how == "lean", record_wire=how == "wire")


def _replayed(recording: Path, stack: str, how: str = "usual") -> "Replayed":
    from callwright.lab.replay import replay

    with tempfile.TemporaryDirectory() as out:
        return replay(recording, _options(out, stack, how))


def _one(stack: str, how: str) -> dict[str, float]:
    _replayed(RECORDINGS / "reception-human", stack, how)  # imports and models
    runs = [_replayed(longest(), stack, how) for _ in range(RUNS)]
    cpu = median([run.result.cpu_seconds for run in runs])
    return {
        "factor": median([run.result.seconds / run.result.cpu_seconds for run in runs]),
        "wall_factor": median([run.result.seconds / run.wall_seconds for run in runs]),
        "per_minute": 60 / cpu,
    }


def _many(workers: int) -> dict[str, float]:
    from callwright.clock.real import real_seconds

    with ProcessPoolExecutor(workers, initializer=_install) as pool:
        list(pool.map(_short, range(workers)))  # every process has its models
        began = real_seconds()
        list(pool.map(_short, range(8)))
        return {"wall": real_seconds() - began}


def _memory() -> dict[str, float]:
    # What libraries keep for good they have by then.
    first = min(10, CALLS // 2)
    for _ in range(first):
        _short(0)
    before = _resident()
    for _ in range(CALLS - first):
        _short(0)
    after = _resident()
    growth = (after - before) / max(1, CALLS - first)
    return {"first": first, "before": before, "after": after, "growth": growth}


def _short(_: int) -> None:
    _replayed(RECORDINGS / "reception-human", "cascaded")


def _install() -> None:
    from callwright.clock import install

    install()


def _resident() -> float:
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


_TASKS: dict[str, Callable[..., Any]] = {
    "one": _one,
    "many": lambda workers: _many(int(workers)),
    "memory": _memory,
}


if __name__ == "__main__":
    _install()
    task, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps(_TASKS[task](*arguments)) + "\n")
