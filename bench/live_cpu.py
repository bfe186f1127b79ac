"""What a live call costs over a bare Pipecat pipeline of the same services, at the same time.

Three processes hold the same call in real time, side by side: ours as it is; ours without its
recorder; and a bare Pipecat pipeline of the same VAD, turn detector, ear and voice, whose model
says the same words by script. The differences are named: recording, and everything else of ours
(rules, entities, our stop strategy, the host; less what our worker saves by queueing nothing for
observers).
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.calls import PLAIN, median

VARIANTS = ("ours", "unrecorded", "bare")
ROUNDS = 3


def measure() -> list[str]:
    """CPU of each variant as a share of a core, and the differences."""
    rounds = [_side_by_side() for _ in range(ROUNDS)]
    ours, unrecorded, bare = (
        # Each takes its own time to find a turn over, so the calls differ by a few seconds.
        median([each[name]["cpu"] / each[name]["seconds"] for each in rounds])
        for name in VARIANTS
    )
    lengths = ", ".join(f"{name} {rounds[0][name]['seconds']:.0f} s" for name in VARIANTS)
    return [
        f"the same live call ({lengths}), {ROUNDS} rounds, three processes side by side",
        f"bare Pipecat pipeline: {bare:.1%} of a core",
        f"ours: {ours:.1%} of a core, {ours / bare - 1:+.1%} (goal: at most +20 %)",
        f"of it the recorder: {(ours - unrecorded) / bare:+.1%}",
        f"of it rules, entities, turn strategy, host and worker: {(unrecorded - bare) / bare:+.1%}",
    ]


def _side_by_side() -> dict[str, dict[str, float]]:
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "bench.live_cpu", name],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for name in VARIANTS
    }
    found: dict[str, dict[str, float]] = {}
    for name, process in running.items():
        output, _ = process.communicate(timeout=300)
        found[name] = json.loads(output.splitlines()[-1])
    return found


def _recorded_line() -> Any:
    from callwright.lab.caller import ReactiveCaller
    from callwright.lab.recording import read_recording
    from callwright.lines.recorded import recorded_line

    return recorded_line(ReactiveCaller(read_recording(PLAIN)))


async def _ours() -> dict[str, float]:
    from bot.session import run_call
    from callwright.declarations.load import load

    with tempfile.TemporaryDirectory() as folder:
        result = await run_call(load(), _recorded_line(), folder=Path(folder))
    return {"cpu": result.cpu_seconds, "seconds": result.wall_seconds}


async def _unrecorded() -> dict[str, float]:
    from bot.watchdog import SilenceWatch
    from callwright.recorder.observer import CallRecorder

    async def ignore(_recorder: Any, _data: Any) -> None:
        pass

    CallRecorder.on_push_frame = ignore  # type: ignore[method-assign]
    # It watches the record; without one it would take every turn for unanswered.
    SilenceWatch.notice = lambda _watch, _event: None  # type: ignore[method-assign]
    return await _ours()


async def _bare() -> dict[str, float]:
    from bench.bare import bare_call

    return await bare_call(_recorded_line())


def _main(name: str) -> None:
    from callwright.clock import install

    install()
    variants: dict[str, Callable[[], Any]] = {
        "ours": _ours,
        "unrecorded": _unrecorded,
        "bare": _bare,
    }
    sys.stdout.write(json.dumps(asyncio.run(variants[name]())) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1])
