"""How long the caller waits for an answer, as heard, when every provider is exactly so fast.

The same recorded callers call our `cascaded` stack and a stock Pipecat scaffold of the same
services on the virtual clock; the same stand-ins answer both, so the figures are exact and come out
the same every time. What is measured is in the recorded sound: from the last sound of the caller's
turn to the first audible sample of the bot. No tool is offered to anybody.

With LIVEKIT_PYTHON set to the interpreter of an environment that holds `livekit-agents[anthropic,
cartesia,deepgram,silero]`, a LiveKit agent with its defaults is called too, in real time.
"""

import asyncio
import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.calls import RECORDINGS, figures

CALLERS = (
    "reception-plain",
    "reception-pause",
    "reception-repeat",
    "reception-at-once",
    "reception-correction",
    "reception-human",
)
SEEDS = 3
SYSTEMS = ("ours", "stock")
# In real time a call takes as long as it lasts; so many of each caller, two at a time.
LIVE_ROUNDS = 2

# Seconds that the providers take, and the way to them, one way.
PROVIDERS = {"recognition": 0.200, "model": 0.250, "voice": 0.150}
WAY = 0.015


@dataclass
class Tally:
    """What came of all calls of one system; seconds.

    Args:
        latencies: Of every answer that was waited for.
        milestones: Of every answer, as `callwright.calls.answers` has them.
        turns: How often the caller spoke.
        ended_early: Turns that were taken to be over before they were; None where nobody tells.
        talked_over: Turns into which the bot was heard to speak.
    """

    latencies: list[float] = field(default_factory=list[float])
    milestones: list[tuple[float, ...]] = field(default_factory=list[tuple[float, ...]])
    turns: int = 0
    ended_early: int | None = 0
    talked_over: int = 0


def measure() -> list[str]:
    """Latency and false cut-offs of each system, and where ours went."""
    given = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in PROVIDERS.items())
    lines = [
        f"{len(CALLERS)} callers, {SEEDS} seeds each; milliseconds the providers take: {given}; "
        f"the way to them {WAY * 1000:.0f} each way"
    ]
    systems = (*SYSTEMS, "livekit") if "LIVEKIT_PYTHON" in os.environ else SYSTEMS
    for system in systems:
        lines += _told(system, Tally(**figures("bench.latency", system)))
    return lines


def _told(system: str, tally: Tally) -> list[str]:
    from callwright.calls.answers import Answer, typical

    p50, p95 = (_rank(tally.latencies, share) * 1000 for share in (0.5, 0.95))
    early = "" if tally.ended_early is None else f"{tally.ended_early} ended early, "
    lines = [
        f"{system}: P50 {p50:.0f} ms, P95 {p95:.0f} ms over {len(tally.latencies)} answers; "
        f"false cut-offs in {tally.turns} turns: {early}{tally.talked_over} talked over"
    ]
    if not tally.milestones:
        return lines
    found = [Answer(0.0, tuple(each), False) for each in tally.milestones]
    for part, seconds in typical(found).parts.items():
        provider = PROVIDERS.get(part, 0.0)
        network = f" (provider {provider * 1000:.0f})" if provider else ""
        lines.append(f"  {part:<16}{seconds * 1000:5.0f} ms{network}")
    lines.append(f"  {'together':<16}{typical(found).seconds * 1000:5.0f} ms")
    return lines


def _rank(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _main(system: str) -> None:
    from callwright.clock import install

    tally = Tally()
    with tempfile.TemporaryDirectory() as out:
        if system == "livekit":
            asyncio.run(_all_live(tally, Path(out)))
        else:
            install()
            for caller in CALLERS:
                for seed in range(SEEDS):
                    folder = Path(out) / f"{caller}-{seed}"
                    folder.mkdir()
                    _count(tally, folder, _call(system, caller, seed, folder))
    sys.stdout.write(json.dumps(tally.__dict__) + "\n")


def _count(tally: Tally, folder: Path, events: list[Any] | None) -> None:
    from bench.heard import heard_call
    from callwright.calls.answers import answers, cut_off

    heard = heard_call(folder / "user.wav", folder / "bot.wav")
    tally.latencies += heard.latencies
    tally.turns += len(heard.spoken)
    tally.talked_over += heard.talked_over
    if events is None:
        tally.ended_early = None
        return
    tally.milestones += [answer.milestones for answer in answers(events, heard.spoken)]
    tally.ended_early = (tally.ended_early or 0) + len(cut_off(events, heard.spoken))


def _call(system: str, caller: str, seed: int, folder: Path) -> list[Any]:
    from bench.stock import stock_call
    from bot.prompt import system_prompt
    from bot.session import run_call
    from callwright.clock import Link, run_virtual
    from callwright.lab.caller import ReactiveCaller
    from callwright.lab.standins import network, standing_in
    from callwright.lines.recorded import recorded_line

    recording, declared = _declared(caller)
    model = declared.stack.services["llm"].settings["model"]

    async def call() -> list[Any]:
        line = recorded_line(ReactiveCaller(recording), seed=seed)
        async with standing_in(declared, recording) as scenes:
            _pace(scenes, 0.0)
            if system == "stock":
                return await stock_call(line, folder, model, system_prompt(declared.agent))
            return (await run_call(declared, line, folder=folder)).events

    return run_virtual(call(), network=network(seed, Link(latency=WAY)))


async def _all_live(tally: Tally, out: Path) -> None:
    both = asyncio.Semaphore(2)

    async def one(caller: str, number: int) -> None:
        async with both:
            folder = out / f"{caller}-{number}"
            folder.mkdir()
            await _live(caller, folder)
            _count(tally, folder, None)

    calls = [(caller, number) for number in range(LIVE_ROUNDS) for caller in CALLERS]
    await asyncio.gather(*(one(*call) for call in calls))


async def _live(caller: str, folder: Path) -> None:
    from bench.livekit_line import livekit_call
    from bot.prompt import system_prompt
    from callwright.lab.caller import ReactiveCaller
    from callwright.lab.standins import scenes_of

    recording, declared = _declared(caller)
    scenes = scenes_of(declared, recording)
    _pace(scenes, 2 * WAY)
    said = system_prompt(declared.agent), declared.agent.greeting
    python = os.environ["LIVEKIT_PYTHON"]
    await livekit_call(python, ReactiveCaller(recording), scenes, said, folder)


def _declared(caller: str) -> Any:
    from callwright.declarations.load import load
    from callwright.lab.recording import read_recording
    from callwright.lab.standins import without_keys

    declared = without_keys(load("reception", "cascaded", need_keys=False))
    return read_recording(RECORDINGS / caller), declared


def _pace(scenes: dict[str, Any], way: float) -> None:
    """Make every provider exactly so fast; `way` seconds more where no network is simulated."""
    for scene in scenes.values():
        scene.mind = Toolless(scene.mind)
        scene.final_after = PROVIDERS["recognition"] + way
        scene.first_token = PROVIDERS["model"] + way
        scene.first_byte = PROVIDERS["voice"] + way


class Toolless:
    """A mind that is never offered a tool."""

    def __init__(self, mind: Any) -> None:
        self._mind = mind

    async def answer(self, messages: Any, tools: Any) -> Any:
        return await self._mind.answer(messages, ())


if __name__ == "__main__":
    _main(sys.argv[1])
