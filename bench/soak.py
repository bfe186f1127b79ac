"""`python -m bench.soak [SEEDS]`: every bundled caller under many seeds; prints its counts.

A seed decides how late each packet of the caller's sound arrives. Then every caller calls on every
stack. Exit code 1 when a promise broke, when a call failed, when one seed gave two different calls,
or when a stack came to other values. What else is soaked follows, real time beside virtual first.
"""

import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bench import real_time, soak_faults, soak_hostile, soak_simulate
from bench.calls import RECORDINGS
from bench.real_time import SPANISH, SPANISH_STACK, STACKS

SEEDS = 20

# Its model goes against every rule, and may end the call in another way on each stack.
HOSTILE = "guard-plain"

Call = dict[str, Any]


def main(seeds: int) -> int:
    """Run, count, print; the exit code."""
    names = sorted(path.parent.name for path in RECORDINGS.glob("*/caller.yaml"))
    jobs = [(name, seed) for name in names for seed in [*range(seeds), 0]]
    with tempfile.TemporaryDirectory() as out, ProcessPoolExecutor(2) as pool:
        calls = list(pool.map(partial(_one, out), jobs, chunksize=4))
    broken = [call for call in calls if call["violations"] or call["outcome"] == "failed"]
    unstable = [
        name
        for name in names
        if len({call["digest"] for call in calls if (call["name"], call["seed"]) == (name, 0)}) > 1
    ]
    print(f"{len(calls)} calls of {len(names)} callers under {seeds} seeds")
    print(f"outcomes: {dict(Counter(call['outcome'] for call in calls))}")
    for name in names:
        stories = Counter(call["story"] for call in calls if call["name"] == name)
        print(f"  {name}: {len(stories)} different stories in {sum(stories.values())} calls")
    print(f"violations: {sum(len(call['violations']) for call in calls)}")
    for call in broken:
        print(f"  {call['name']} --seed {call['seed']}: {call['outcome']} {call['violations']}")
    print(f"callers whose digest differs between two runs of seed 0: {unstable or 'none'}")
    apart = _otherwise_on_other_stacks(names, calls)
    print(f"calls that come to other values than on the embedded stack: {apart or 'none'}")
    return 1 if broken or unstable or apart else 0


def _otherwise_on_other_stacks(names: list[str], calls: list[Call]) -> list[str]:
    """The calls that end in other values, or differently, than on the embedded stack."""
    jobs = [(name, 0) for name in names if name not in (SPANISH, HOSTILE)]
    apart: list[str] = []
    expected = {call["name"]: call["values"] for call in calls if call["seed"] == 0}
    with tempfile.TemporaryDirectory() as out, ProcessPoolExecutor(2) as pool:
        for stack in STACKS:
            for call in pool.map(partial(_one, out, stack=stack), jobs):
                if call["values"] != expected[call["name"]] or call["violations"]:
                    apart.append(f"{call['name']} on {stack}")
    return apart


def _one(
    out: str,
    job: tuple[str, int],
    stack: str | None = None,
) -> Call:
    from callwright.clock import install

    install()
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replay import replay
    from callwright.lab.report import report

    name, seed = job
    stack = stack or (SPANISH_STACK if name == SPANISH else "embedded")
    call = report(replay(RECORDINGS / name, ReplayOptions(stack=stack, out=Path(out), seed=seed)))
    story = json.dumps([[turn["user"], turn["bot"]] for turn in call["turns"]])
    entities = {name: (one["value"], one["status"]) for name, one in call["entities"].items()}
    values = json.dumps([call["outcome"], entities])
    return {"name": name, "seed": seed, "story": story, "values": values} | {
        key: call[key] for key in ("digest", "outcome", "violations")
    }


if __name__ == "__main__":
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    others = (
        real_time.main,
        soak_faults.main,
        soak_hostile.main,
        partial(soak_simulate.main, workers=2),
    )
    sys.exit(max(main(seeds), *(soak() for soak in others)))
