"""How long the guard of a speech-to-speech stack holds the sound of a reply."""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from bench.calls import figures

STACK = "s2s-openai"
CALLS = 12
"""Every second one has a hostile model."""


def measure() -> list[str]:
    """What the records of calls say in which a model words the steps."""
    found = figures("bench.guard_hold")
    if not found["let_go"]:
        return [f"{STACK}: no reply was held in {CALLS} calls"]
    return [
        f"{STACK}, {CALLS} calls, steps worded by the model: "
        f"{found['let_go']:.0f} replies were held and let go, {found['replaced']:.0f} replaced",
        f"let go: {found['p50'] * 1000:.0f} ms of held sound at P50, "
        f"{found['p95'] * 1000:.0f} ms at P95",
    ]


def _main() -> None:
    from callwright.clock import install

    install()
    from bench.guarded import guarded
    from callwright.calls import events as ev
    from callwright.lab.simulate import SimulateOptions, simulate

    happened: list[ev.Event] = []
    with tempfile.TemporaryDirectory() as out:
        agent = guarded("kiosk", Path(out), "override")
        for seed in range(CALLS):
            options = SimulateOptions(
                agent=str(agent),
                stack=STACK,
                caller="cooperative",
                model="hostile" if seed % 2 else "scripted",
                out=Path(out),
            )
            simulate(seed, options, happened.append)
    held = sorted(event.held for event in happened if isinstance(event, ev.ReplyHeld))
    replaced = sum(isinstance(event, ev.ReplyReplaced) for event in happened)
    told = {"let_go": len(held), "replaced": replaced, "p50": 0.0, "p95": 0.0}
    if held:
        told["p50"] = statistics.median(held)
        told["p95"] = held[min(len(held) - 1, int(len(held) * 0.95))]
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _main()
