"""`python -m bench.soak_hostile [CALLS]`: hostile models and all kinds of callers, without sound.

Every call has a seed of its own: it decides who calls, how the steps are kept, what the model does,
what is heard and which tools break. Exit code 1 when a promise broke.
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bench.agents.desk import tools
from bench.guarded import KEEPS, guarded, guarded_plan
from bench.promises import broken
from bench.text_call import TextCall
from callwright.conversation import Conversation, Plan
from callwright.conversation.plan import Keep
from callwright.emulators.hostile_mind import HostileMind
from callwright.lab.personas import PERSONAS
from callwright.lab.simulated_caller import SimulatedCaller

CALLS = 1000
_TODAY = date(2026, 11, 20)
_TOOLS = {name: getattr(tools, name) for name in ("find_guest", "price_of", "book")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call."""

    seed: int
    keep: Keep
    persona: str
    outcome: str
    turns: int
    wrong: tuple[str, ...]


def main(calls: int = CALLS) -> int:
    """Run, count, print; the exit code."""
    told = [one(seed) for seed in range(calls)]
    print(f"{calls} calls of a hostile model without sound, {sum(t.turns for t in told)} turns")
    print(f"outcomes: {dict(Counter(call.outcome for call in told))}")
    wrong = [call for call in told if call.wrong]
    for call in wrong[:20]:
        print(f"  --seed {call.seed} ({call.keep}, {call.persona}): {'; '.join(call.wrong)}")
    print(f"calls that broke a promise: {len(wrong)}")
    return 1 if wrong else 0


def one(seed: int) -> Outcome:
    """Make one call."""
    draw = random.Random(f"hostile {seed}")
    keep: Keep = draw.choice(KEEPS)
    plan = _plan(keep)
    persona = PERSONAS[draw.choice(sorted(PERSONAS))]
    caller = SimulatedCaller(plan, _TODAY, persona, seed)
    mind = HostileMind(plan, _TODAY, seed)
    call = TextCall(Conversation(plan, _TODAY), mind, caller, _TOOLS, draw)
    outcome = asyncio.run(call.run())
    return Outcome(seed, keep, persona.name, outcome, caller.turns, tuple(broken(plan, call.book)))


@cache
def _plan(keep: Keep) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        return guarded_plan(guarded("desk", Path(folder), keep))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
