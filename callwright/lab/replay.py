"""A recorded call, called again: as fast as the machine allows, or in real time."""

import hashlib
import os
import wave
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.endings import END_CALL, HAND_OFF
from bot.session import CallResult, run_call
from callwright.calls.digest import digest
from callwright.calls.folder import BOT_WAV, USER_WAV, CallRecord, make_folder, read_call
from callwright.calls.latency import response_spread
from callwright.calls.monitor import violations
from callwright.calls.timeline import Turn, turns
from callwright.calls.violation import Violation
from callwright.clock import Link, run_real, run_virtual
from callwright.clock.real import real_seconds
from callwright.declarations.errors import InputError, shown
from callwright.declarations.load import Declared, load
from callwright.emulators.faults import Fault
from callwright.emulators.providers import stand_in_for
from callwright.emulators.standin import Scene
from callwright.lab.call_state import entity_states, step_states, tool_runs
from callwright.lab.caller import ReactiveCaller, TimelineCaller
from callwright.lab.expectations.judging import judge
from callwright.lab.expectations.reading import ExpectationFile, read_expectations
from callwright.lab.expectations.seen import Seen, kinds, seen_turns
from callwright.lab.expectations.verdict import Verdict
from callwright.lab.leftovers import leftovers
from callwright.lab.recording import Recording, read_recording
from callwright.lab.sound import RATE
from callwright.lab.standins import (
    USUAL_LINK,
    cloud_services,
    network,
    scenes_within,
    standing_in,
    without_keys,
)
from callwright.lines.recorded import recorded_line
from callwright.recorder.hash_key import named_key


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How a recording calls.

    Args:
        agent: Name or path; the recording's own, else ``reception``, when None.
        stack: Name or path; the agent's own when None.
        seed: Decides everything random.
        clock: Virtual, or real time.
        caller: Waits for the bot, or keeps the recording's own time.
        out: Where call folders go.
        faults: What goes wrong, by role; ``llm.1`` is the first that takes over for the llm.
        link: The way to the providers.
    """

    agent: str | None = None
    stack: str | None = None
    seed: int = 0
    clock: Literal["virtual", "real"] = "virtual"
    caller: Literal["reactive", "timeline"] = "reactive"
    out: Path = Path("calls")
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict[str, tuple[Fault, ...]])
    link: Link = USUAL_LINK


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replayed call and what it took.

    Args:
        result: The call.
        declared: Agent and stack it ran with.
        options: How it was replayed.
        turns: Who said what.
        wall_seconds: Real time from the first frame to the last.
        startup_seconds: Real time before the first frame: imports, models.
        digest: The same for the same call on the same machine.
        notice: What there is to know about the recording; empty when all is well.
        violations: Promises that its record shows to be broken.
        scenes: What the stand-ins played and were sent, by role.
        leftovers: Tasks and connections of the call that outlived it.
        seen: The call as expectations see it.
        expected: The expectations beside the recording; None where there are none.
        verdict: What came of them; None where nothing is expected of such a run.
    """

    result: CallResult
    declared: Declared
    options: ReplayOptions
    turns: list[Turn]
    wall_seconds: float
    startup_seconds: float
    digest: str
    notice: str = ""
    violations: list[Violation] = field(default_factory=list[Violation])
    scenes: dict[str, Scene] = field(default_factory=dict[str, Scene])
    leftovers: tuple[str, ...] = ()
    seen: Seen = field(default_factory=lambda: Seen("failed"))
    expected: ExpectationFile | None = None
    verdict: Verdict | None = None

    @property
    def kept(self) -> bool:
        """Whether the call kept its promises and was what it was expected to be."""
        if self.violations or (self.verdict is not None and self.verdict.failed):
            return False
        return self.result.outcome != "failed" or self._was_to_fail

    @property
    def _was_to_fail(self) -> bool:
        own, stack = self.declared.agent.stack, self.declared.stack.stack
        here = self.expected.on(stack, own) if self.expected and self.verdict else None
        return here is not None and here.outcome == "failed"


def replay(source: Path, options: ReplayOptions, *, began: float | None = None) -> Replayed:
    """Replay one recording.

    Args:
        source: A call folder or a WAV file.
        options: How.
        began: When the program began, by `real_seconds`.

    Raises:
        InputError: The recording or the declarations cannot be used.
        VirtualTimeError: The call hung, or reached out of the simulation.
    """
    began = real_seconds() if began is None else began
    recording = read_recording(source)
    expected = read_expectations(source)
    declared = load(options.agent or recording.agent, options.stack, need_keys=False)
    declared = answered(declared)
    folder = make_folder(options.out, f"{recording.name}-{declared.stack.stack}-s{options.seed}")
    played = _Played()
    result = _run(_call(recording, declared, options, folder, played), options)
    record = read_call(result.folder)
    sounds = [_pcm(result.folder / name) for name in (USER_WAV, BOT_WAV)]
    seen = _seen(result, record)
    verdict, unexpected = _judged(expected, seen, declared, options)
    return Replayed(
        result=result,
        declared=declared,
        options=options,
        turns=turns(result.events),
        wall_seconds=result.wall_seconds,
        startup_seconds=result.real_began - began,
        digest=digest(result.events, sounds),
        notice="\n".join(filter(None, (recording.notice, unexpected))),
        violations=violations(record.meta, record.events, replay_key(options.seed)),
        scenes=played.scenes,
        leftovers=played.leftovers,
        seen=seen,
        expected=expected,
        verdict=verdict,
    )


def replay_key(seed: int) -> bytes:
    """The key of a replay's hashes: the same in every process, unless the environment names one."""
    derived = hashlib.sha256(f"callwright replay {seed}".encode()).digest()
    return named_key(os.environ) or derived


def report(replayed: Replayed) -> dict[str, Any]:
    """The replay as the plain data of one line of JSON."""
    result, options = replayed.result, replayed.options
    return {
        "call_id": result.call_id,
        "agent": replayed.declared.agent.agent,
        "stack": replayed.declared.stack.stack,
        "kind": replayed.declared.stack.kind,
        "clock": options.clock,
        "seed": options.seed,
        "outcome": result.outcome,
        "call_seconds": round(result.seconds, 3),
        "wall_seconds": round(replayed.wall_seconds, 3),
        "cpu_seconds": round(result.cpu_seconds, 3),
        "startup_seconds": round(replayed.startup_seconds, 3),
        "turns": [_turn(turn) for turn in replayed.turns],
        "entities": entity_states(result.conversation),
        "checkpoints": step_states(result.conversation, result.events),
        "tools": tool_runs(result.events),
        "violations": [_violation(one) for one in replayed.violations],
        "latency": {"response_ms": asdict(response_spread(replayed.turns))},
        # A replay pays nobody.
        "cost": {"usd": 0.0, "per_minute": 0.0, "parts": []},
        "expectations": _expectations(replayed.verdict),
        "folder": str(result.folder),
        "digest": replayed.digest,
    }


def _run(call: Coroutine[Any, Any, CallResult], options: ReplayOptions) -> CallResult:
    run = run_real if options.clock == "real" else run_virtual
    return run(call, network=network(options.seed, options.link))


@dataclass(slots=True)
class _Played:
    """What is to be seen of a call besides its result."""

    scenes: dict[str, Scene] = field(default_factory=dict[str, Scene])
    leftovers: tuple[str, ...] = ()


async def _call(
    recording: Recording, declared: Declared, options: ReplayOptions, folder: Path, played: _Played
) -> CallResult:
    caller = ReactiveCaller if options.caller == "reactive" else TimelineCaller
    facts = {
        "clock": options.clock,
        "seed": options.seed,
        "caller": options.caller,
        "recording": recording.name,
        # Executor work (VAD, turn detector) costs no virtual time.
        **({"compute": "free"} if options.clock == "virtual" else {}),
    }
    key = replay_key(options.seed)
    line = recorded_line(caller(recording), rate=RATE, seed=options.seed)
    async with standing_in(declared, recording, options.faults) as scenes:
        result = await run_call(declared, line, folder=folder, facts=facts, key=key)
        played.scenes = scenes | scenes_within(result.steps)
        if options.clock == "virtual":  # in real time it would be waited for
            played.leftovers = await leftovers(played.scenes)
        return result


def answered(declared: Declared) -> Declared:
    """The declarations as they can be replayed: without keys, every cloud service a stand-in's.

    Raises:
        InputError: A service has no stand-in.
    """
    cloud = cloud_services(declared)
    if not cloud:
        return declared
    alone = [f"{role} {one.use!r}" for role, one in cloud.items() if stand_in_for(one.use) is None]
    if alone:
        raise InputError(
            f"{declared.stack_path}: a replay calls no paid service, and this version has no "
            f"stand-in for {', '.join(alone)}",
            "replay with --stack embedded",
        )
    return without_keys(declared)


def _seen(result: CallResult, record: CallRecord) -> Seen:
    entities = entity_states(result.conversation)
    steps = step_states(result.conversation, record.events)
    told = turns(record.events)
    made: dict[str, Any] = record.meta["made_of"]
    return Seen(
        outcome=result.outcome,
        turns=seen_turns(told, record.events),
        entities={n: {key: one[key] for key in ("value", "status")} for n, one in entities.items()},
        checkpoints={name: step["status"] for name, step in steps.items()},
        tools=[
            {key: run[key] for key in ("name", "allowed", "arguments")}
            for run in tool_runs(record.events)
            # How a model ends a call is told by the outcome; the rules need no tool for it.
            if run["name"] not in (END_CALL, HAND_OFF)
        ],
        events=kinds(record.events),
        latency=asdict(response_spread(told)),
        made_of={"pipecat": record.meta["versions"]["pipecat-ai"]} | made,
    )


def _judged(
    expected: ExpectationFile | None, seen: Seen, declared: Declared, options: ReplayOptions
) -> tuple[Verdict | None, str]:
    """What came of the expectations, or why nothing is expected of this run."""
    if expected is None:
        return None, ""
    stack = declared.stack.stack
    here = expected.on(stack, declared.agent.stack)
    if here is None:
        return None, f"{shown(expected.path)}: nothing is expected on the stack {stack!r}"
    if options.caller == "timeline":
        return None, f"{shown(expected.path)}: nothing is expected of --caller timeline"
    return judge(here, seen), ""


def _expectations(verdict: Verdict | None) -> dict[str, Any]:
    failed = [one.line() for one in verdict.failed] if verdict else []
    return {"passed": verdict.passed if verdict else 0, "failed": failed}


def _violation(one: Violation) -> dict[str, Any]:
    return {"invariant": one.invariant, "at": round(one.at, 3), "what": one.what}


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "user": turn.user,
        "bot": turn.bot,
        "start": round(turn.start, 3),
        "end": round(turn.end, 3),
        "response_ms": turn.response_ms,
        "interrupted": turn.interrupted,
        "ended_by": turn.ended_by,
    }


def _pcm(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())
