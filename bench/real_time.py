"""`python -m bench.real_time [NAME…]`: the same callers in real time and on the virtual clock.

Every bundled caller on the stack it was made for, and one caller on every stack. Turns, words,
interruptions, steps and values have to be the same; what differs in time is told. Exit code 1
when a call tells another story in real time.
"""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from bench.calls import RECORDINGS, median

# The embedded ear knows English only.
SPANISH, SPANISH_STACK = "clinic-es", "cascaded"
ONE = "reception-plain"
STACKS = ("embedded-s2s", "cascaded", "cascaded-flux", "half-cascade", "s2s-azure", "s2s-openai")

Clock = Literal["virtual", "real"]


@dataclass(frozen=True, slots=True)
class Call:
    """What a call was, in what has to be the same and in what may differ.

    Args:
        story: Turns with their words and interruptions, steps, values and outcome.
        starts: When each turn began, seconds.
        responses: How long the caller waited for each answer, milliseconds.
    """

    story: dict[str, Any]
    starts: list[float]
    responses: list[float]


def main(names: Sequence[str] = ()) -> int:
    """Run, compare, print; the exit code."""
    names = names or sorted(path.parent.name for path in RECORDINGS.glob("*/caller.yaml"))
    own = [(name, SPANISH_STACK if name == SPANISH else "embedded") for name in names]
    jobs = own + [(ONE, stack) for stack in STACKS if ONE in names]
    # The clock has to come before everything else in a process.
    clean = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with tempfile.TemporaryDirectory() as out, clean as pool:
        both = [pool.submit(_called, out, *job, c) for job, c in product(jobs, ("virtual", "real"))]
        calls = [one.result() for one in both]
    differ = 0
    for (name, stack), virtual, real in zip(jobs, calls[::2], calls[1::2], strict=True):
        parts = [part for part in virtual.story if virtual.story[part] != real.story[part]]
        differ += bool(parts)
        print(f"{name} on {stack}: {_told(virtual, real, parts)}")
        for part in parts:
            print(f"  virtual {part}: {virtual.story[part]}")
            print(f"  real    {part}: {real.story[part]}")
    print(f"{len(jobs)} calls; another story in real time: {differ}")
    return 1 if differ else 0


def _told(virtual: Call, real: Call, parts: list[str]) -> str:
    if parts:
        return f"other {', '.join(parts)}"
    later = [1000 * (b - a) for a, b in zip(virtual.starts, real.starts, strict=True)]
    waits = [b - a for a, b in zip(virtual.responses, real.responses, strict=True)]
    return (
        f"the same in {len(later)} turns; in real time they begin {min(later):.0f} to "
        f"{max(later):.0f} ms later, and answers come {median(waits):+.0f} ms "
        f"(at most {max(waits):+.0f}) later"
    )


def _called(out: str, name: str, stack: str, clock: Clock) -> Call:
    from callwright.clock import install

    install()
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replay import replay
    from callwright.lab.report import report

    folder = Path(out) / clock
    told = report(replay(RECORDINGS / name, ReplayOptions(stack=stack, out=folder, clock=clock)))
    turns = told["turns"]
    heard = partial(map, lambda turn: (turn["user"], turn["bot"], turn["interrupted"]))
    story = {
        "turns": list(heard(turns)),
        "steps": {name: one["status"] for name, one in told["checkpoints"].items()},
        "values": {name: (one["value"], one["status"]) for name, one in told["entities"].items()},
        "tools": [(tool["name"], tool["allowed"]) for tool in told["tools"]],
        "outcome": told["outcome"],
    }
    responses = [turn["response_ms"] for turn in turns if turn["response_ms"] is not None]
    return Call(story, [turn["start"] for turn in turns], responses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
