"""`python -m bench.soak_hostile [CALLS] [PIPELINES] [STACK …]`: models and callers of bad faith.

First without sound, then through whole pipelines on each stack. Every call has a seed of its own:
it decides who calls, how the steps are kept, what the model does, and, without sound, what is heard
and which tools break. Exit code 1 when a promise broke.
"""

# ruff: noqa: E402

from callwright.clock import install

# Before anything that looks at a clock: whole pipelines run on the virtual one.
install()

import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from bench import ledger
from bench.agents.desk import tools
from bench.guarded import KEEPS, guarded, guarded_plan
from bench.promises import broken
from bench.text_call import TextCall
from callwright.conversation import Conversation, Plan
from callwright.conversation.plan import Keep
from callwright.emulators.hostile_mind import HostileMind
from callwright.lab.personas import bundled
from callwright.lab.simulated_caller import SimulatedCaller

CALLS = 1000
PIPELINES = 200
STACKS = ("cascaded", "s2s-openai")

_TODAY = date(2026, 11, 20)
_TOOLS = {"find_guest": tools.find_guest, "price_of": tools.price_of, "book": tools.book}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call."""

    seed: int
    keep: Keep
    persona: str
    outcome: str
    turns: int
    wrong: tuple[str, ...]


def main(calls: int = CALLS, pipelines: int = PIPELINES, stacks: Sequence[str] = STACKS) -> int:
    """Run, count, print; the exit code."""
    told = [without_sound(seed) for seed in range(calls)]
    bad = _print(f"{len(told)} calls of a hostile model without sound", told)
    for stack in stacks:
        with tempfile.TemporaryDirectory() as out, ProcessPoolExecutor(2) as pool:
            jobs = [(stack, seed) for seed in range(pipelines)]
            told = list(pool.map(partial(on_the_line, Path(out)), jobs, chunksize=4))
        bad += _print(f"{len(told)} calls of a hostile model on {stack}", told)
    return 1 if bad else 0


def without_sound(seed: int) -> Outcome:
    """Make one call of rules, model and caller alone."""
    draw = random.Random(f"hostile {seed}")
    keep: Keep = draw.choice(KEEPS)
    plan = _plan(keep)
    persona = bundled()[draw.choice(sorted(bundled()))]
    caller = SimulatedCaller(plan, _TODAY, persona, seed)
    mind = HostileMind(plan, _TODAY, seed)
    call = TextCall(Conversation(plan, _TODAY), mind, caller, _TOOLS, draw)
    outcome = asyncio.run(call.run())
    return Outcome(seed, keep, persona.name, outcome, caller.turns, tuple(broken(plan, call.book)))


def on_the_line(out: Path, job: tuple[str, int]) -> Outcome:
    """Make one call of a whole pipeline, on a stack, from a seed."""
    from callwright.lab.simulate import SimulateOptions, simulate

    stack, seed = job
    keep = KEEPS[seed % len(KEEPS)]
    agent = guarded("kiosk", out, keep)
    options = SimulateOptions(agent=str(agent), stack=stack, model="hostile", out=out / "calls")
    book = ledger.new_book()
    call = simulate(seed, options, keep=book.append)
    wrong = [f"{one['invariant']}: {one['what']}" for one in call.violations]
    wrong += broken(guarded_plan(agent), book)
    return Outcome(seed, keep, call.persona, call.outcome, call.turns, tuple(wrong))


def _print(title: str, told: Sequence[Outcome]) -> int:
    """Print what became of calls; how many broke a promise."""
    print(f"{title}, {sum(call.turns for call in told)} turns")
    print(f"  outcomes: {dict(Counter(call.outcome for call in told))}")
    bad = [call for call in told if call.wrong]
    for call in bad[:20]:
        print(f"  --seed {call.seed} ({call.keep}, {call.persona}): {'; '.join(call.wrong)}")
    print(f"  calls that broke a promise: {len(bad)}")
    return len(bad)


@cache
def _plan(keep: Keep) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        return guarded_plan(guarded("desk", Path(folder), keep))


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:3]]
    sys.exit(main(*counts, *([tuple(sys.argv[3:])] if len(sys.argv) > 3 else [])))
