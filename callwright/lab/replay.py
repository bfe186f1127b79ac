"""A recorded call, called again: as fast as the machine allows, or in real time."""

import asyncio
import wave
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.session import CallResult, run_call
from callwright.calls.digest import digest
from callwright.calls.events import Event, ToolCalled, ToolReturned
from callwright.calls.folder import BOT_WAV, USER_WAV, make_folder
from callwright.calls.latency import response_spread, unanswered
from callwright.calls.timeline import Turn, turns
from callwright.clock import Link, run_virtual
from callwright.clock.real import real_seconds
from callwright.declarations.errors import InputError
from callwright.declarations.load import Declared, load
from callwright.emulators.faults import Fault
from callwright.emulators.providers import stand_in_for
from callwright.lab.caller import ReactiveCaller, TimelineCaller
from callwright.lab.recording import Recording, read_recording
from callwright.lab.sound import RATE
from callwright.lab.standins import (
    USUAL_LINK,
    cloud_services,
    network,
    standing_in,
    without_keys,
)
from callwright.lines.recorded import recorded_line


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
    """

    result: CallResult
    declared: Declared
    options: ReplayOptions
    turns: list[Turn]
    wall_seconds: float
    startup_seconds: float
    digest: str
    notice: str = ""

    @property
    def violations(self) -> list[dict[str, Any]]:
        """Promises that this call did not keep."""
        return [
            {"invariant": 6, "at": round(turn.end, 3), "what": f"unanswered: {turn.user!r}"}
            for turn in unanswered(self.turns, self.result.seconds)
        ]


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
    declared = load(options.agent or recording.agent, options.stack, need_keys=False)
    declared = answered(declared, options.clock)
    folder = make_folder(options.out, f"{recording.name}-{declared.stack.stack}-s{options.seed}")
    clocked = _Clocked(_call(recording, declared, options, folder))
    result = _run(clocked, options)
    sounds = [_pcm(result.folder / name) for name in (USER_WAV, BOT_WAV)]
    return Replayed(
        result=result,
        declared=declared,
        options=options,
        turns=turns(result.events),
        wall_seconds=clocked.seconds,
        startup_seconds=clocked.began - began,
        digest=digest(result.events, sounds),
        notice=recording.notice,
    )


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
        "entities": {name: asdict(state) for name, state in result.conversation.entities.items()},
        # No declaration has checkpoints or expectations in this version, and a replay pays nobody.
        "checkpoints": {},
        "tools": tool_runs(result.events),
        "violations": replayed.violations,
        "latency": {"response_ms": asdict(response_spread(replayed.turns))},
        "cost": {"usd": 0.0, "per_minute": 0.0, "parts": []},
        "expectations": {"passed": 0, "failed": []},
        "folder": str(result.folder),
        "digest": replayed.digest,
    }


def tool_runs(events: list[Event]) -> list[dict[str, Any]]:
    """Every tool that was called, when, and what came of it."""
    runs: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, ToolCalled):
            runs.append(
                {
                    "name": event.tool,
                    "allowed": True,
                    "at": round(event.at, 3),
                    "reason": "",
                    "arguments": event.arguments,
                }
            )
        elif isinstance(event, ToolReturned) and runs:
            runs[-1] |= {"result": event.result, "reason": event.error or ""}
    return runs


def _run(clocked: "_Clocked", options: ReplayOptions) -> CallResult:
    if options.clock == "real":
        return asyncio.run(clocked.run())
    return run_virtual(clocked.run(), network=network(options.seed, options.link))


class _Clocked:
    """Measures the real time that a call takes, whatever clock it runs on."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, CallResult]]) -> None:
        self._call = call
        self.began = 0.0
        self.seconds = 0.0

    async def run(self) -> CallResult:
        self.began = real_seconds()
        try:
            return await self._call()
        finally:
            self.seconds = real_seconds() - self.began


def _call(
    recording: Recording, declared: Declared, options: ReplayOptions, folder: Path
) -> Callable[[], Coroutine[Any, Any, CallResult]]:
    caller = ReactiveCaller if options.caller == "reactive" else TimelineCaller
    facts = {
        "clock": options.clock,
        "seed": options.seed,
        "caller": options.caller,
        "recording": recording.name,
        # Executor work (VAD, turn detector) costs no virtual time.
        **({"compute": "free"} if options.clock == "virtual" else {}),
    }

    async def call() -> CallResult:
        line = recorded_line(caller(recording), rate=RATE, seed=options.seed)
        async with standing_in(declared, recording, options.faults):
            return await run_call(declared, line, folder=folder, facts=facts)

    return call


def answered(declared: Declared, clock: str = "virtual") -> Declared:
    """The declarations as they can be replayed: without keys, every cloud service a stand-in's.

    Raises:
        InputError: A service has no stand-in, or the stand-ins do not live on this clock.
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
    if clock == "real":
        raise InputError(
            f"{declared.stack_path}: the stand-ins of cloud services live on the virtual clock",
            "leave out --clock real, or replay with --stack embedded",
        )
    return without_keys(declared)


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
