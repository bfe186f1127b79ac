"""A call as expectations see it: everything that can be expected of it, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from callwright.calls import events as ev
from callwright.calls.decisions import decisions, tool_failures
from callwright.calls.timeline import Turn


@dataclass(frozen=True, slots=True)
class SeenTurn:
    """One turn, with what was decided in it, and why tools failed that it started."""

    user: str | None
    bot: str
    start: float
    interrupted: bool
    ended_by: str
    response_ms: int | None
    decided: list[str]
    failures: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Seen:
    """A call that is over.

    Args:
        outcome: How it ended.
        turns: What was heard, decided and said; `user` is None where the bot spoke unasked.
        entities: Value and status by name; sensitive values masked.
        checkpoints: Status by name.
        tools: Every call of a tool: `name`, `allowed`, `failed`, `arguments`, and the `reason`.
        events: Every kind of event that was recorded, in the order of the journey.
        latency: `p50`, `p95` and `max`, milliseconds.
        made_of: As in `call.yaml`, with Pipecat's version; what no model is told is empty.
    """

    outcome: str
    turns: list[SeenTurn] = field(default_factory=list[SeenTurn])
    entities: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    checkpoints: dict[str, str] = field(default_factory=dict[str, str])
    tools: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    events: list[str] = field(default_factory=list[str])
    latency: dict[str, int | None] = field(default_factory=dict[str, int | None])
    made_of: dict[str, Any] = field(default_factory=dict[str, Any])


def seen_turns(turns: Sequence[Turn], events: Sequence[ev.Event]) -> list[SeenTurn]:
    """The turns of a call with their decisions."""
    return [
        SeenTurn(
            user=turn.user if turn.user_spoke else None,
            bot=turn.bot,
            start=turn.start,
            interrupted=turn.interrupted,
            ended_by=turn.ended_by,
            response_ms=turn.response_ms,
            decided=decided,
            failures=failures,
        )
        for turn, decided, failures in zip(
            turns, decisions(events, turns), tool_failures(events, turns), strict=True
        )
    ]


def kinds(events: Sequence[ev.Event]) -> list[str]:
    """The kinds of event that occur, in the order in which sound travels."""
    occurring = {event.name for event in events}
    return [name for name in ev.KINDS if name in occurring]
