"""`python -m bench.soak [SEEDS]`: every bundled caller under many seeds; prints its counts.

A seed decides how late each packet of the caller's sound arrives. At the end every caller calls
once in real time. Exit code 1 when a promise broke, when a call failed, when the same seed gave two
different calls, or when real time told another story than the virtual clock.
"""

import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Literal

from bench import soak_faults
from bench.calls import RECORDINGS

SEEDS = 20

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
    other = _otherwise_in_real_time(names, calls)
    print(f"callers whose story differs in real time: {other or 'none'}")
    return 1 if broken or unstable or other else 0


def _otherwise_in_real_time(names: list[str], calls: list[Call]) -> list[str]:
    """The callers whom real time tells another story than seed 0 on the virtual clock."""
    with tempfile.TemporaryDirectory() as out, ProcessPoolExecutor(2) as pool:
        real = pool.map(partial(_one, out, clock="real"), [(name, 0) for name in names])
        told = {call["name"]: call["story"] for call in real}
    virtual = {call["name"]: call["story"] for call in calls if call["seed"] == 0}
    return [name for name in names if told[name] != virtual[name]]


def _one(out: str, job: tuple[str, int], clock: Literal["virtual", "real"] = "virtual") -> Call:
    from callwright.clock import install

    if clock == "virtual":
        install()
    from callwright.lab.replay import ReplayOptions, replay, report

    name, seed = job
    call = report(replay(RECORDINGS / name, ReplayOptions(out=Path(out), seed=seed, clock=clock)))
    story = json.dumps([[turn["user"], turn["bot"]] for turn in call["turns"]])
    return {"name": name, "seed": seed, "story": story} | {
        key: call[key] for key in ("digest", "outcome", "violations")
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS) or soak_faults.main())
