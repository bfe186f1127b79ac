"""A recorded call, called again: as fast as the machine allows, or in real time."""

import hashlib
import os
import wave
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from bot.session import CallResult, run_call
from bot.wiretap import secrets_of
from callwright.calls.digest import digest
from callwright.calls.folder import BOT_WAV, USER_WAV, make_folder, read_call
from callwright.calls.latency import response_spread
from callwright.calls.monitor import violations
from callwright.calls.timeline import Turn, turns
from callwright.calls.violation import Violation
from callwright.clock import Link, Network, run_real, run_virtual
from callwright.clock.real import real_seconds
from callwright.clock.virtual import DEFAULT_EPOCH
from callwright.declarations.errors import InputError
from callwright.declarations.load import Declared, load
from callwright.emulators.faults import Fault
from callwright.emulators.providers import stand_in_for
from callwright.emulators.standin import Scene
from callwright.lab.call_state import entity_states, step_states, tool_runs
from callwright.lab.caller import ReactiveCaller, TimelineCaller
from callwright.lab.cassette_player import Player
from callwright.lab.cassettes import began_at, cassette_of, played_as, refuse_another
from callwright.lab.leftovers import leftovers
from callwright.lab.recording import Recording, read_recording
from callwright.lab.sound import RATE
from callwright.lab.standins import (
    cloud_services,
    network,
    scenes_within,
    standing_in,
    without_keys,
)
from callwright.lab.variation import variation
from callwright.lines.recorded import recorded_line
from callwright.recorder.hash_key import named_key
from callwright.wire.cassette import Cassette
from callwright.wire.comparing import Difference
from callwright.wire.masking import Masks

# How many chunks of the caller's sound a lean call takes at once.
_LEAN_CHUNKS = 2


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How a recording calls.

    Args:
        agent: Name or path; the recording's own, else ``reception``, when None.
        stack: Name or path; the agent's own when None.
        seed: Decides everything random.
        clock: Virtual, or real time.
        caller: Waits for the bot, or keeps the recording's own time; None waits, but for a call of
            ours whose services are recorded, since they keep its time, too.
        services: Who answers for a cloud stack's services: stand-ins, or the call's cassette.
        out: Where call folders go.
        faults: What goes wrong, by role; ``llm.1`` is the first that takes over for the llm.
        link: The way to the providers; the seed's when None.
        lean: Whether to do less: no sound is kept, and the caller's comes 40 ms at a time.
        record_wire: Whether to keep what the services say and are told.
    """

    agent: str | None = None
    stack: str | None = None
    seed: int = 0
    clock: Literal["virtual", "real"] = "virtual"
    caller: Literal["reactive", "timeline"] | None = None
    services: Literal["emulated", "recorded"] = "emulated"
    out: Path = Path("calls")
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict[str, tuple[Fault, ...]])
    link: Link | None = None
    record_wire: bool = False
    lean: bool = False


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
        differences: What was sent otherwise than the cassette has it.
        violations: Promises that its record shows to be broken.
        scenes: What the stand-ins played and were sent, by role.
        leftovers: Tasks and connections of the call that outlived it.
        expectations: What came of a scenario's, as the plain data of its report.
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
    differences: tuple[Difference, ...] = ()
    expectations: dict[str, Any] = field(default_factory=lambda: dict(_NONE_EXPECTED))

    @property
    def kept(self) -> bool:
        """Whether the call broke no promise, did not fail, and did all that was expected."""
        broken = self.violations or self.expectations["failed"]
        return not broken and self.result.outcome != "failed"


_NONE_EXPECTED: dict[str, Any] = {"passed": 0, "failed": []}


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
    cassette = cassette_of(source) if options.services == "recorded" else None
    if cassette is not None:
        options = replace(options, **played_as(cassette, source, options))
    declared = load(options.agent or recording.agent, options.stack, need_keys=False)
    if cassette is not None:
        refuse_another(cassette, declared)
    declared = answered(declared)
    folder = make_folder(options.out, f"{recording.name}-{declared.stack.stack}-s{options.seed}")
    played = Played()
    player = None if cassette is None else Player(cassette, Masks(secrets_of(declared)))
    call = _call(recording, declared, options, folder, played, player)
    if cassette is None or player is None:
        result = run_on_clock(call, options)
    else:
        world = Network(options.seed, hosts=player.ways(declared))
        result = run_on_clock(call, options, world, began_at(cassette))
    replayed = looked_at(
        result, declared, options, played, began=began, notice=_notice(recording, cassette)
    )
    return replace(replayed, differences=tuple(player.finish()) if player else ())


def looked_at(
    result: CallResult,
    declared: Declared,
    options: ReplayOptions,
    played: "Played",
    *,
    began: float,
    notice: str = "",
) -> Replayed:
    """A call that is over, and what there is to say about it."""
    record = read_call(result.folder)
    sounds = [] if options.lean else [_pcm(result.folder / one) for one in (USER_WAV, BOT_WAV)]
    return Replayed(
        result=result,
        declared=declared,
        options=options,
        turns=turns(result.events),
        wall_seconds=result.wall_seconds,
        startup_seconds=result.real_began - began,
        digest=digest(result.events, sounds),
        notice=notice,
        violations=violations(record.meta, record.events, replay_key(options.seed)),
        scenes=played.scenes,
        leftovers=played.leftovers,
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
        "expectations": replayed.expectations,
        "differences": [str(one) for one in replayed.differences],
        "folder": str(result.folder),
        "digest": replayed.digest,
    }


def _notice(recording: Recording, cassette: Cassette | None) -> str:
    """What a user should know; empty when all is well."""
    if recording.notice or cassette is None or not cassette.lacks_values:
        return recording.notice
    return (
        f"{cassette.path}: sensitive values were taken out of it; "
        "what was said of them is not heard again, nor what followed"
    )


def run_on_clock(
    call: Coroutine[Any, Any, CallResult],
    options: ReplayOptions,
    world: Network | None = None,
    epoch: float = DEFAULT_EPOCH,
) -> CallResult:
    """Run a call on the clock, and in the network, that the options name.

    Args:
        call: The call.
        options: How it is run.
        world: The hosts that it can reach; stand-ins' own, at the seed's distance, when None.
        epoch: When it begins on the virtual clock, seconds since 1970 UTC.
    """
    world = world or network(options.seed, options.link or variation(options.seed).link)
    if options.clock == "real":
        return run_real(call, network=world)
    return run_virtual(call, network=world, epoch=epoch)


@dataclass(slots=True)
class Played:
    """What is to be seen of a call besides its result."""

    scenes: dict[str, Scene] = field(default_factory=dict[str, Scene])
    leftovers: tuple[str, ...] = ()

    async def look(
        self, scenes: dict[str, Scene], result: CallResult, options: ReplayOptions
    ) -> None:
        """Note it, a little after the call."""
        self.scenes = scenes | scenes_within(result.steps)
        if options.clock == "virtual":  # in real time it would be waited for
            self.leftovers = await leftovers(self.scenes)


def told_of(options: ReplayOptions, name: str) -> dict[str, Any]:
    """What ``call.yaml`` says of how a call was played."""
    return {
        "clock": options.clock,
        "seed": options.seed,
        "caller": options.caller or "reactive",
        "recording": name,
        # Executor work (VAD, turn detector) costs no virtual time.
        **({"lean": True} if options.lean else {}),
        **({"compute": "free"} if options.clock == "virtual" else {}),
    }


async def _call(
    recording: Recording,
    declared: Declared,
    options: ReplayOptions,
    folder: Path,
    played: Played,
    player: Player | None,
) -> CallResult:
    caller = TimelineCaller if options.caller == "timeline" else ReactiveCaller
    facts = told_of(options, recording.name)
    key = replay_key(options.seed)
    vary = variation(options.seed)
    line = recorded_line(
        caller(recording),
        rate=RATE,
        seed=options.seed,
        bad=vary.line,
        together=_LEAN_CHUNKS if options.lean else 1,
    )
    async with AsyncExitStack() as served:
        scenes: dict[str, Scene] = {}
        if player is not None:
            await served.enter_async_context(player.serving(declared))
        else:
            standing = standing_in(declared, recording, options.faults, vary=vary)
            scenes = await served.enter_async_context(standing)
        result = await run_call(
            declared,
            line,
            folder=folder,
            facts=facts,
            key=key,
            record_wire=options.record_wire,
            sound=not options.lean,
        )
        await played.look(scenes, result, options)
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
