"""A replay as the plain data of one line of JSON."""

from dataclasses import asdict
from typing import Any

from callwright.calls.latency import response_spread
from callwright.calls.timeline import Turn
from callwright.calls.violation import Violation
from callwright.lab.call_state import entity_states, step_states, tool_runs
from callwright.lab.expectations.verdict import Verdict
from callwright.lab.replayed import Replayed


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
        "expectations": replayed.expectations or _expectations(replayed.verdict),
        "differences": [str(one) for one in replayed.differences],
        "folder": str(result.folder),
        "digest": replayed.digest,
    }


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
