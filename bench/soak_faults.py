"""`python -m bench.soak_faults [SEEDS] [STACK …]`: calls on cloud stacks whose providers fail.

A seed decides which provider fails when and how, and what the way to it is like. Exit code 1 when a
call hung, had no outcome, or left a turn unanswered. On the stacks in `bench/spare/`, where every
part has another provider to fall back on, only the first ones fail: there every turn has to be
answered by the next provider and not by an apology, and the call to come to its end.
"""

import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bench.calls import RECORDINGS

SEEDS = 100
STACKS = ("cascaded", "half-cascade", "s2s-openai", "s2s-azure", "cascaded-flux")
SPARE = {path.stem: path for path in sorted((Path(__file__).parent / "spare").glob("*.yaml"))}
CALLER = "reception-plain"

# Nobody stays on the line longer with an agent that cannot be talked to, seconds.
LONGEST_CALL = 180.0

Call = dict[str, Any]


def main(seeds: int = SEEDS, stacks: tuple[str, ...] = (*STACKS, *map(str, SPARE.values()))) -> int:
    """Run, count, print; the exit code."""
    jobs = [(stack, seed) for stack in stacks for seed in range(seeds)]
    with tempfile.TemporaryDirectory() as out, ProcessPoolExecutor(2) as pool:
        calls = list(pool.map(partial(one, Path(out)), jobs, chunksize=4))
    broken = [call for call in calls if call["wrong"]]
    for stack in stacks:
        mine = [call for call in calls if call["stack"] == stack]
        outcomes = dict(Counter(call["outcome"] for call in mine))
        print(f"{len(mine)} calls on {stack} with providers that fail: {outcomes}")
    for call in broken:
        print(f"  {call['stack']} --seed {call['seed']} ({call['mishaps']}): {call['wrong']}")
    print(f"calls that broke a promise: {len(broken)}")
    return 1 if broken else 0


def one(out: Path, job: tuple[str, int], recording: Path = RECORDINGS / CALLER) -> Call:
    """Replay one call with the bad luck of its seed, and say what is wrong with it."""
    from callwright.clock import install

    install()
    from callwright.declarations.load import load
    from callwright.lab.faults.mishaps import mishaps
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replay import replay
    from callwright.lab.standins import USUAL_LINK, cloud_services

    stack, seed = job
    spare = Path(stack) in SPARE.values()
    roles = list(cloud_services(load("reception", stack, need_keys=False)))
    if spare:
        roles = [role for role in roles if "." not in role]
    bad_luck = mishaps(seed, roles, USUAL_LINK, links=not spare)
    options = ReplayOptions(
        stack=stack, seed=seed, out=out, faults=bad_luck.faults, link=bad_luck.link
    )
    call: Call = {"stack": stack, "seed": seed, "mishaps": str(bad_luck), "outcome": "none"}
    try:
        replayed = replay(recording, options)
    except Exception as error:
        return call | {"wrong": [f"{type(error).__name__}: {error}"]}
    result = replayed.result
    wrong = [violation.what for violation in replayed.violations]
    if result.seconds > LONGEST_CALL:
        wrong.append(f"it took {result.seconds:.0f} seconds")
    if spare:
        wrong += _not_answered_by_the_next(replayed)
    return call | {"outcome": result.outcome, "wrong": wrong}


def _not_answered_by_the_next(replayed: Any) -> list[str]:
    """Where somebody apologised, although the next provider could have answered."""
    from callwright.engines.phrases import ENGLISH

    wrong = [
        f"apologised for after {turn.user!r}"
        for turn in replayed.turns
        if turn.bot.startswith((ENGLISH.trouble[:20], ENGLISH.failed[:20]))
    ]
    if replayed.result.outcome == "failed":
        wrong.append("failed, though every part had another provider")
    return wrong


if __name__ == "__main__":
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    sys.exit(main(seeds, *([tuple(sys.argv[2:])] if len(sys.argv) > 2 else [])))
