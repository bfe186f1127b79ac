"""How a recording, or a scenario, calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from callwright.clock import Link
from callwright.emulators.faults import Fault

Services = Literal["emulated", "recorded", "live"]


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
        services: Who answers for a cloud stack's services: stand-ins, the call's cassette, or the
            providers themselves, in real time and for their price.
        out: Where call folders go.
        faults: What goes wrong, by role; ``llm.1`` is the first that takes over for the llm.
        link: The way to the providers; the seed's when None.
        lean: Whether to do less: no sound is kept, and the caller's comes 40 ms at a time.
        record_wire: Whether to keep what the services say and are told.
        keep_values: Whether to keep sensitive values in that, too.
    """

    agent: str | None = None
    stack: str | None = None
    seed: int = 0
    clock: Literal["virtual", "real"] = "virtual"
    caller: Literal["reactive", "timeline"] | None = None
    services: Services = "emulated"
    out: Path = Path("calls")
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict[str, tuple[Fault, ...]])
    link: Link | None = None
    record_wire: bool = False
    keep_values: bool = False
    lean: bool = False


def told_of(options: ReplayOptions, name: str) -> dict[str, Any]:
    """What ``call.yaml`` says of how a call was played."""
    return {
        "clock": options.clock,
        "seed": options.seed,
        "caller": options.caller or "reactive",
        "recording": name,
        **({"services": "live"} if options.services == "live" else {}),
        # Executor work (VAD, turn detector) costs no virtual time.
        **({"lean": True} if options.lean else {}),
        **({"compute": "free"} if options.clock == "virtual" else {}),
    }
