"""`python -m bench.soak_simulate [CALLS] [WORKERS] [SEED]`: simulated calls where things break.

A seed decides everything: which agent is called on which stack, who calls, how the model behaves,
and what breaks: providers, hosts, tools, the disk. Every call needs an outcome, keeps every promise
and leaves nothing behind; every twentieth is made twice, and is the same. Exit code 1 otherwise.
"""

# ruff: noqa: E402

from callwright.clock import install

# Before anything that looks at a clock.
install()

import hashlib
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.soak_faults import SPARE
from callwright.clock.real import real_seconds

CALLS = 2000
AGENTS = ("reception", "clinic", "dispatch")
STACKS = ("cascaded", "cascaded-flux", "half-cascade", "s2s-openai", "s2s-azure", "embedded",
          "embedded-s2s")  # fmt: skip
# The clinic looks callers up: most of those who call it are in its files.
PATIENTS = sorted((Path(__file__).parent / "patients").glob("*.yaml"))
# The same with other services to fall back on, for some of the calls.
SPARE_OF = {"cascaded": "cascaded", "half-cascade": "half-cascade", "s2s-openai": "s2s"}
SPARE_SHARE = 0.4
AGAIN = 20
_TELL_EVERY = 50

# A process warms up: models, tables, caches, and the memory that the largest call needed. In the
# second half of its calls, and after so many at the least, it is to stay as it is. One large call
# among a few dozen says nothing, so a process with less than four times as many is not judged.
_WARM = 30
_MEGABYTES_A_CALL = 0.5

_PAGE_MB = 4096 / 1_000_000


@dataclass(frozen=True, slots=True)
class Soaked:
    """What became of a call.

    Args:
        seed: What it follows from.
        command: Makes it again.
        persona: Who called.
        stack: On what.
        outcome: How it ended.
        trouble: What broke.
        wrong: What should not be.
        digest: The same for the same call.
        process: Who made it, as the how manieth, and how large it was afterwards, megabytes.
    """

    seed: int
    command: str
    persona: str
    stack: str
    outcome: str
    trouble: str
    wrong: tuple[str, ...]
    digest: str
    process: tuple[int, int, float]


def main(calls: int = CALLS, workers: int = 1, first: int = 0) -> int:
    """Run, count, print; the exit code."""
    began = real_seconds()
    seeds = range(first, first + calls)
    with tempfile.TemporaryDirectory() as out:
        made = list(_told(_made(Path(out), [*seeds, *seeds[::AGAIN]], workers)))
    once, again = made[:calls], made[calls:]
    digests = {call.seed: call.digest for call in once}
    unstable = [call for call in again if call.digest != digests[call.seed]]
    bad = [call for call in once if call.wrong]
    print(f"{calls} simulated calls in {real_seconds() - began:.0f} s, {workers} at a time")
    print(f"outcomes: {dict(Counter(call.outcome for call in once))}")
    _print_by("caller", once, [call.persona for call in once])
    _print_by("stack", once, [call.stack for call in once])
    print(f"with something broken: {sum(1 for call in once if call.trouble)}")
    for call in bad:
        print(f"  {call.command}")
        print(f"    {'; '.join(call.wrong)}; with {call.trouble or 'nothing broken'}")
    print(f"calls with something wrong: {len(bad)}")
    for call in unstable:
        print(f"  not the same twice: {call.command}; with {call.trouble or 'nothing broken'}")
    print(f"made twice: {len(again)}, of which not the same: {len(unstable)}")
    growing = list(_growing(made))
    print(f"processes that grow: {growing or 'none'}")
    whole = hashlib.sha256("".join(call.digest for call in once).encode()).hexdigest()[:16]
    print(f"digest {whole}")
    return 1 if bad or unstable or growing else 0


def one(out: Path, seed: int) -> Soaked:
    """Make one call."""
    from callwright.declarations.load import load
    from callwright.lab.simulate import SimulateOptions, simulate
    from callwright.lab.standins import cloud_services

    draw = random.Random(f"soak {seed}")
    agent, stack = draw.choice(AGENTS), draw.choice(STACKS)
    if random.Random(f"soak, with spare services {seed}").random() < SPARE_SHARE:
        stack = str(SPARE[SPARE_OF[stack]]) if stack in SPARE_OF else stack
    has_model = cloud_services(load(agent, stack, need_keys=False)).keys() & {"llm", "s2s"}
    model = "any" if has_model else "scripted"
    faults = draw.choice(("none", "any", "any"))
    caller = _caller(agent, seed)
    options = SimulateOptions(agent, stack, caller, model, faults, out)
    command = (
        f"callwright simulate --calls 1 --seed {seed} --agent {agent} --stack {stack} "
        f"--caller {caller} --model {model} --faults {faults}"
    )
    try:
        call = simulate(seed, options)
    except Exception as error:
        wrong = (f"{type(error).__name__}: {error}",)
        return Soaked(seed, command, "?", stack, "none", "", wrong, "", _this_process())
    wrong = [f"invariant {one['invariant']}: {one['what']}" for one in call.violations]
    wrong += [f"left behind: {name}" for name in call.leftovers]
    wrong += [] if call.outcome and call.digest else ["it has no outcome"]
    return Soaked(
        seed, command, call.persona, stack, call.outcome, call.trouble, tuple(wrong), call.digest,
        _this_process(),
    )  # fmt: skip


def _caller(agent: str, seed: int) -> str:
    """Who calls: anybody, or somebody whom the agent can find."""
    draw = random.Random(f"soak, the caller {seed}")
    if agent != "clinic" or draw.random() < 0.25:
        return "any"
    return str(draw.choice(PATIENTS))


def _told(made: Iterable[Soaked]) -> Iterable[Soaked]:
    """Tell whoever waits how far it is, and what was wrong so far."""
    for number, call in enumerate(made, 1):
        if call.wrong:
            print(f"{call.command}: {'; '.join(call.wrong)}", file=sys.stderr, flush=True)
        if number % _TELL_EVERY == 0:
            print(f"{number} calls", file=sys.stderr, flush=True)
        yield call


def _made(out: Path, seeds: Sequence[int], workers: int) -> Iterable[Soaked]:
    if workers == 1:
        yield from map(partial(one, out), seeds)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(one, out), seeds, chunksize=4)


def _print_by(what: str, calls: Sequence[Soaked], names: Sequence[str]) -> None:
    print(f"by {what}:")
    for name in sorted(set(names)):
        own = [call for call, its in zip(calls, names, strict=True) if its == name]
        bad = sum(1 for call in own if call.wrong)
        print(f"  {name}: {dict(Counter(call.outcome for call in own))}, {bad} wrong")


_calls_here = 0


def _this_process() -> tuple[int, int, float]:
    """Its number, how many calls it has made, and how large it is, megabytes."""
    global _calls_here
    _calls_here += 1
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return os.getpid(), _calls_here, pages * _PAGE_MB


def _growing(calls: Sequence[Soaked]) -> Iterable[str]:
    """Processes whose size still grew with every call in the second half of them."""
    for pid in sorted({call.process[0] for call in calls}):
        sizes = {call.process[1]: call.process[2] for call in calls if call.process[0] == pid}
        last = max(sizes)
        if last < 4 * _WARM:
            continue
        warm = max(_WARM, last // 2)
        growth = (sizes[last] - sizes[warm]) / (last - warm)
        print(
            f"process of {last} calls: {sizes[_WARM]:.0f} MB after {_WARM}, "
            f"{sizes[warm]:.0f} MB after {warm}, in the end {sizes[last]:.0f} MB"
        )
        if growth > _MEGABYTES_A_CALL:
            yield f"{growth:.2f} MB a call"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
