"""`python -m bench.soak [SEEDS]`: every bundled caller under many seeds; prints its counts.

A seed decides how late each packet of the caller's sound arrives. Exit code 1 when a promise broke,
when a call failed, or when the same seed gave two different calls.
"""

import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bench.calls import RECORDINGS

SEEDS = 20


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
    return 1 if broken or unstable else 0


def _one(out: str, job: tuple[str, int]) -> dict[str, Any]:
    from callwright.clock import install

    install()
    from callwright.lab.replay import ReplayOptions, replay, report

    name, seed = job
    call = report(replay(RECORDINGS / name, ReplayOptions(out=Path(out), seed=seed)))
    story = json.dumps([[turn["user"], turn["bot"]] for turn in call["turns"]])
    return {"name": name, "seed": seed, "story": story} | {
        key: call[key] for key in ("digest", "outcome", "violations")
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
