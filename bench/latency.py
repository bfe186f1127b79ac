"""How long the caller waits for an answer, as heard, when every provider is exactly so fast.

The same recorded callers call our `cascaded` stack and a stock Pipecat scaffold of the same
services on the virtual clock; the same stand-ins answer both, so the figures are exact and come out
the same every time. What is measured is in the recorded sound: from the last sound of the caller's
turn to the first audible sample of the bot. No tool is offered to either.
"""

import json
import math
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
        ended_early: Turns that were taken to be over before they were.
        talked_over: Turns into which the bot was heard to speak.
    """

    latencies: list[float] = field(default_factory=list[float])
    milestones: list[tuple[float, ...]] = field(default_factory=list[tuple[float, ...]])
    turns: int = 0
    ended_early: int = 0
    talked_over: int = 0


def measure() -> list[str]:
    """Latency and false cut-offs of each system, and where ours went."""
    given = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in PROVIDERS.items())
    lines = [
        f"{len(CALLERS)} callers, {SEEDS} seeds each; milliseconds the providers take: {given}; "
        f"the way to them {WAY * 1000:.0f} each way"
    ]
    for system in SYSTEMS:
        lines += _told(system, Tally(**figures("bench.latency", system)))
    return lines


def _told(system: str, tally: Tally) -> list[str]:
    from callwright.calls.answers import Answer, typical

    p50, p95 = (_rank(tally.latencies, share) * 1000 for share in (0.5, 0.95))
    lines = [
        f"{system}: P50 {p50:.0f} ms, P95 {p95:.0f} ms over {len(tally.latencies)} answers; "
        f"false cut-offs: {tally.ended_early} of {tally.turns} turns ended early, "
        f"{tally.talked_over} talked over"
    ]
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

    install()
    tally = Tally()
    with tempfile.TemporaryDirectory() as out:
        for caller in CALLERS:
            for seed in range(SEEDS):
                folder = Path(out) / f"{caller}-{seed}"
                folder.mkdir()
                _count(tally, folder, _call(system, caller, seed, folder))
    sys.stdout.write(json.dumps(tally.__dict__) + "\n")


def _count(tally: Tally, folder: Path, events: list[Any]) -> None:
    from bench.heard import heard_call
    from callwright.calls.answers import answers, cut_off

    heard = heard_call(folder / "user.wav", folder / "bot.wav")
    tally.latencies += heard.latencies
    tally.milestones += [answer.milestones for answer in answers(events, heard.spoken)]
    tally.turns += len(heard.spoken)
    tally.ended_early += len(cut_off(events, heard.spoken))
    tally.talked_over += heard.talked_over


def _call(system: str, caller: str, seed: int, folder: Path) -> list[Any]:
    from bench.stock import stock_call
    from bot.prompt import system_prompt
    from bot.session import run_call
    from callwright.clock import Link, run_virtual
    from callwright.declarations.load import load
    from callwright.lab.caller import ReactiveCaller
    from callwright.lab.recording import read_recording
    from callwright.lab.standins import network, standing_in, without_keys
    from callwright.lines.recorded import recorded_line

    recording = read_recording(RECORDINGS / caller)
    declared = without_keys(load("reception", "cascaded", need_keys=False))
    model = declared.stack.services["llm"].settings["model"]

    async def call() -> list[Any]:
        line = recorded_line(ReactiveCaller(recording), seed=seed)
        async with standing_in(declared, recording) as scenes:
            for scene in scenes.values():
                scene.mind = Toolless(scene.mind)
                scene.final_after = PROVIDERS["recognition"]
                scene.first_token = PROVIDERS["model"]
                scene.first_byte = PROVIDERS["voice"]
            if system == "stock":
                return await stock_call(line, folder, model, system_prompt(declared.agent))
            return (await run_call(declared, line, folder=folder)).events

    return run_virtual(call(), network=network(seed, Link(latency=WAY)))


class Toolless:
    """A mind that is never offered a tool."""

    def __init__(self, mind: Any) -> None:
        self._mind = mind

    async def answer(self, messages: Any, tools: Any) -> Any:
        return await self._mind.answer(messages, ())


if __name__ == "__main__":
    _main(sys.argv[1])
