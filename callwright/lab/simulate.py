"""Simulated calls: made-up callers and models that may mean no good, all from a seed."""

import hashlib
import random
import time
import wave
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.plan import plan_of
from bot.session import CallResult, run_call
from callwright.calls.digest import digest
from callwright.calls.events import Event
from callwright.calls.folder import (
    BOT_WAV,
    CALL_YAML,
    EVENTS,
    USER_WAV,
    read_call,
)
from callwright.calls.latency import unanswered
from callwright.calls.monitor import violations as broken_promises
from callwright.calls.timeline import turns
from callwright.calls.violation import Violation
from callwright.clock import Network, VirtualTimeError, run_virtual
from callwright.clock.virtual import DEFAULT_EPOCH
from callwright.declarations.errors import InputError, listed, nearest_word
from callwright.declarations.load import Declared, load
from callwright.emulators.reference import Reference
from callwright.lab.faults.breaking import breaking, surroundings
from callwright.lab.faults.mishaps import inside, mishaps
from callwright.lab.faults.plan import NOTHING, FaultPlan, hosts_of, read_plan
from callwright.lab.folders import new_folder
from callwright.lab.knowing import refuse_what_nobody_asks
from callwright.lab.leftovers import leftovers
from callwright.lab.memory import give_back
from callwright.lab.models import MODELS, mind_of
from callwright.lab.personas import ANY, Persona, bundled, persona_called
from callwright.lab.printing import printing_aside
from callwright.lab.replay import answered
from callwright.lab.replayed import replay_key
from callwright.lab.simulated_caller import SimulatedCaller
from callwright.lab.sound import RATE
from callwright.lab.speaking_caller import SpeakingCaller
from callwright.lab.standins import USUAL_LINK, cloud_services, network, standing_in
from callwright.lines.recorded import recorded_line

NONE = "none"
FAULTS = (NONE, ANY)


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """How calls are simulated.

    Args:
        agent: Name or path; ``reception`` when None.
        stack: Name or path; the agent's own when None.
        caller: A persona, one of a YAML file, or ``any``: one drawn from each call's seed.
        model: ``scripted`` answers by the dialogue rules, ``hostile`` against them; or ``any``.
        faults: ``none``; ``any``: drawn from each call's seed; or a YAML file with a plan.
        out: Where call folders go.
    """

    agent: str | None = None
    stack: str | None = None
    caller: str = ANY
    model: str = "scripted"
    faults: str = "none"
    out: Path = Path("calls")


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated call.

    Args:
        seed: What it follows from.
        persona: Who called.
        model: How the model behaved.
        outcome: How it ended.
        seconds: How long it lasted.
        turns: How often the caller spoke.
        silent_turns: How many of the caller's turns nothing was heard after.
        violations: Promises that it did not keep.
        trouble: What went wrong with the providers, on the way to them and inside, in words.
        lost: What the disk did not take of the record, by file.
        leftovers: Tasks and connections that outlived the call.
        folder: Its record.
        digest: The same for the same call on the same machine.
    """

    seed: int
    persona: str
    model: str
    outcome: str
    seconds: float
    turns: int
    silent_turns: int
    violations: list[dict[str, Any]]
    trouble: str
    folder: str
    digest: str
    lost: dict[str, str] = field(default_factory=dict[str, str])
    leftovers: tuple[str, ...] = ()


def check(options: SimulateOptions) -> Declared:
    """Look at everything that may be wrong before the first call.

    Raises:
        InputError: An unknown persona, model or fault; declarations that cannot be simulated.
    """
    persona = None if options.caller == ANY else persona_called(options.caller)
    _known("model", options.model, (*MODELS, ANY))
    declared = answered(load(options.agent, options.stack, need_keys=False))
    if persona is not None and persona.knows:
        plan, today = plan_of(declared.agent), datetime.fromtimestamp(DEFAULT_EPOCH, UTC).date()
        refuse_what_nobody_asks(Path(options.caller), persona, declared.agent.agent, plan, today)
    if _is_file(options.faults):
        read_plan(Path(options.faults), declared)
    else:
        _known("faults", options.faults, FAULTS)
    if options.model != "scripted" and not cloud_services(declared).keys() & {"llm", "s2s"}:
        what = f"--model {options.model}: on {declared.stack.stack} no model words the replies"
        raise InputError(what, "use --model scripted, or another --stack")
    return declared


@printing_aside()
def simulate(
    seed: int, options: SimulateOptions, keep: Callable[[Event], None] | None = None
) -> Simulated:
    """Make one call.

    Args:
        seed: Decides everything that is open.
        options: How.
        keep: Called with every event as it happens.

    Raises:
        InputError: See `check`.
    """
    give_back()
    declared = check(options)
    draw = random.Random(f"simulate {seed}")
    persona = persona_called(_drawn(draw, options.caller, bundled()))
    model = _drawn(draw, options.model, MODELS)
    bad_luck = _bad_luck(seed, options, declared)
    name = f"{declared.agent.agent}-{declared.stack.stack}-{persona.name}-s{seed}"
    folder = new_folder(options.out, name)
    ways = network(seed, bad_luck.link)
    call = _Call(declared, persona, model, seed, bad_luck, keep, ways)
    told: dict[str, Any] = {"seed": seed, "persona": persona.name, "model": model}
    told |= {"trouble": str(bad_luck), "folder": str(folder)}
    try:
        result = run_virtual(call.run(folder), network=ways)
    except VirtualTimeError as error:
        hung = {"invariant": 0, "at": 0.0, "what": f"the call could not go on: {error}"}
        return Simulated(
            **told, outcome="failed", seconds=0.0, turns=0, silent_turns=0, violations=[hung],
            digest="",
        )  # fmt: skip
    told["leftovers"] = call.leftovers
    # A model that means no good may talk for as long as anybody listens; hanging up ends it.
    return _looked_at(told, result, too_long=call.too_long and model != "hostile")


def _bad_luck(seed: int, options: SimulateOptions, declared: Declared) -> FaultPlan:
    if options.faults == NONE:
        return NOTHING
    if _is_file(options.faults):
        return read_plan(Path(options.faults), declared)
    plan = mishaps(seed, list(cloud_services(declared)), USUAL_LINK)
    return inside(seed, plan, list(declared.agent.tools), hosts_of(declared))


def _is_file(faults: str) -> bool:
    return Path(faults).suffix.lower() in (".yaml", ".yml")


def _looked_at(told: dict[str, Any], result: CallResult, *, too_long: bool) -> Simulated:
    """A call that is over, and the promises that it did not keep."""
    spoken = turns(result.events)
    violations = [
        {"invariant": one.invariant, "at": round(one.at, 3), "what": one.what}
        for one in _broken(result, replay_key(int(told["seed"])))
    ]
    if too_long:
        what = "the caller gave up: the call would not end"
        violations.append({"invariant": 0, "at": round(result.seconds, 3), "what": what})
    # How much a full disk took of a file says nothing about the call.
    sounds = [_pcm(result.folder / side) for side in (USER_WAV, BOT_WAV) if side not in result.lost]
    return Simulated(
        **told,
        outcome=result.outcome,
        seconds=round(result.seconds, 3),
        turns=sum(turn.user_spoke for turn in spoken),
        silent_turns=len(unanswered(spoken, result.seconds)),
        violations=violations,
        digest=digest(result.events, sounds),
        lost=result.lost,
    )


def _broken(result: CallResult, key: bytes) -> list[Violation]:
    """The promises that a call's record shows to be broken; where it is incomplete, its events."""
    if CALL_YAML in result.lost:
        return []
    record = read_call(result.folder)
    events = result.events if EVENTS in result.lost else record.events
    return broken_promises(record.meta, events, key)


def report(call: Simulated) -> dict[str, Any]:
    """A call as the plain data of one line of JSON."""
    return asdict(call)


def summary(calls: Sequence[Simulated], wall_seconds: float) -> dict[str, Any]:
    """All calls as the plain data of the last line."""
    by_persona = {
        name: dict(sorted(Counter(c.outcome for c in calls if c.persona == name).items()))
        for name in sorted({call.persona for call in calls})
    }
    whole = hashlib.sha256("".join(call.digest for call in calls).encode()).hexdigest()[:16]
    return {
        "calls": len(calls),
        "violations": sum(len(call.violations) for call in calls),
        "silent_turns": sum(call.silent_turns for call in calls),
        "outcomes": dict(sorted(Counter(call.outcome for call in calls).items())),
        "by_persona": by_persona,
        "seeds_broken": [call.seed for call in calls if call.violations],
        "digest": whole,
        "wall_seconds": round(wall_seconds, 3),
    }


class _Call:
    """One call and who takes part in it."""

    def __init__(
        self,
        declared: Declared,
        persona: Persona,
        model: str,
        seed: int,
        bad_luck: FaultPlan,
        keep: Callable[[Event], None] | None,
        ways: Network,
    ) -> None:
        self._declared, self._persona, self._model = declared, persona, model
        self._seed, self._bad_luck, self._keep = seed, bad_luck, keep
        self._ways = ways
        self.too_long = False
        self.leftovers: tuple[str, ...] = ()

    async def run(self, folder: Path) -> CallResult:
        plan = plan_of(self._declared.agent)
        today = datetime.fromtimestamp(time.time(), UTC).date()
        reference = Reference(np.zeros(RATE, np.int16), RATE, [])
        mind = SimulatedCaller(plan, today, self._persona, self._seed)
        caller = SpeakingCaller(mind, reference, self._seed)
        line = recorded_line(caller, rate=RATE, seed=self._seed)
        facts = {
            "clock": "virtual", "compute": "free", "seed": self._seed,
            "caller": self._persona.name, "model": self._model,
        }  # fmt: skip

        model, key = mind_of(self._model, plan, today, self._seed), replay_key(self._seed)
        declared, plan = self._declared, self._bad_luck
        async with standing_in(declared, reference, plan.faults, model):
            async with breaking(self._ways, plan, declared):
                result = await run_call(
                    declared,
                    line,
                    folder=folder,
                    facts=facts,
                    keep=self._keep,
                    overhear=caller.notice,
                    key=key,
                    around=surroundings(plan),
                )
            self.leftovers = await leftovers()
        self.too_long = caller.too_long
        return result


def _known(option: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        nearest = nearest_word(word, known)
        remedy = f"did you mean {nearest!r}?" if nearest else f"known: {listed(known)}"
        raise InputError(f"--{option} {word!r} is unknown", remedy)


def _drawn(draw: random.Random, wanted: str, known: "Sequence[str] | Mapping[str, Persona]") -> str:
    # Drawn in any case, so that a call of one seed differs in what was asked for alone.
    drawn = draw.choice(sorted(known))
    return drawn if wanted == ANY else wanted


def _pcm(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())
