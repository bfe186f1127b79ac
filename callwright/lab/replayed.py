"""A replayed call that is over, and what there is to see of it."""

import hashlib
import os
import wave
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.endings import END_CALL, HAND_OFF
from bot.session import CallResult
from callwright.calls.digest import digest
from callwright.calls.folder import BOT_WAV, USER_WAV, CallRecord, read_call
from callwright.calls.latency import response_spread
from callwright.calls.monitor import violations
from callwright.calls.timeline import Turn, turns
from callwright.calls.violation import Violation
from callwright.declarations.errors import shown
from callwright.declarations.load import Declared
from callwright.emulators.standin import Scene
from callwright.lab.call_state import entity_states, step_states, tool_runs
from callwright.lab.expectations.judging import judge
from callwright.lab.expectations.reading import ExpectationFile, slow_patterns_placed
from callwright.lab.expectations.seen import Seen, kinds, seen_turns
from callwright.lab.expectations.verdict import Verdict
from callwright.lab.leftovers import leftovers
from callwright.lab.options import ReplayOptions
from callwright.lab.standins import (
    scenes_within,
)
from callwright.lab.whom import stack_words
from callwright.recorder.hash_key import named_key
from callwright.wire.comparing import Difference

# Where the rules word the replies no model is told anything. That is worth comparing, too: a file
# that asks for these parts on such a stack asks for them on the others.
_TOLD_NOTHING: dict[str, Any] = {"prompt": "", "tools": {}, "told": {}}


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
    differences: tuple[Difference, ...] = ()
    seen: Seen = field(default_factory=lambda: Seen("failed"))
    expected: ExpectationFile | None = None
    verdict: Verdict | None = None
    expectations: dict[str, Any] | None = None

    @property
    def kept(self) -> bool:
        """Whether the call kept its promises and was what it was expected to be."""
        unmet = self.verdict.failed if self.verdict else []
        if self.violations or unmet or (self.expectations or {}).get("failed"):
            return False
        return self.result.outcome != "failed" or self._was_to_fail

    @property
    def _was_to_fail(self) -> bool:
        if self.expected is None or self.verdict is None:
            return False
        here = self.expected.on(*stack_words(self.expected, self.declared))
        return here is not None and here.outcome == "failed"


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
            self.leftovers = await leftovers()


def looked_at(
    result: CallResult,
    declared: Declared,
    options: ReplayOptions,
    played: "Played",
    *,
    began: float,
    notice: str = "",
    expected: ExpectationFile | None = None,
) -> Replayed:
    """A call that is over, and what there is to say about it."""
    record = read_call(result.folder)
    sounds = [] if options.lean else [_pcm(result.folder / one) for one in (USER_WAV, BOT_WAV)]
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
        notice="\n".join(filter(None, (notice, result.notice, unexpected))),
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


def _seen(result: CallResult, record: CallRecord) -> Seen:
    entities = entity_states(result.conversation)
    steps = step_states(result.conversation, record.events)
    told = turns(record.events)
    made: dict[str, Any] = record.meta["made_of"]
    told_model = {name: made.get(name, nothing) for name, nothing in _TOLD_NOTHING.items()}
    return Seen(
        outcome=result.outcome,
        turns=seen_turns(told, record.events),
        entities={n: {key: one[key] for key in ("value", "status")} for n, one in entities.items()},
        checkpoints={name: step["status"] for name, step in steps.items()},
        tools=[
            {key: run[key] for key in ("name", "allowed", "reason", "arguments")}
            | {"failed": run["allowed"] and bool(run["reason"])}
            for run in tool_runs(record.events)
            # How a model ends a call is told by the outcome; the rules need no tool for it.
            if run["name"] not in (END_CALL, HAND_OFF)
        ],
        events=kinds(record.events),
        latency=asdict(response_spread(told)),
        made_of={"pipecat": record.meta["versions"]["pipecat-ai"]} | made | told_model,
    )


def _judged(
    expected: ExpectationFile | None, seen: Seen, declared: Declared, options: ReplayOptions
) -> tuple[Verdict | None, str]:
    """What came of the expectations, or why nothing is expected of this run.

    Raises:
        DeclarationError: A pattern takes too long to be judged.
    """
    if expected is None:
        return None, ""
    here = expected.on(*stack_words(expected, declared))
    if here is None:
        what = f"nothing is expected on the stack {declared.stack.stack!r}"
        return None, f"{shown(expected.path)}: {what}"
    if options.caller == "timeline":
        return None, f"{shown(expected.path)}: nothing is expected of --caller timeline"
    if options.services == "live":
        return None, f"{shown(expected.path)}: nothing is expected of --services live"
    with slow_patterns_placed(expected):
        return judge(here, seen), ""


def _pcm(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())
