"""What came of a call's facts, steps and tools, as plain data; sensitive values masked."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from callwright.calls import events as ev
from callwright.calls.masks import MASK, shown
from callwright.conversation.machine import Conversation


def entity_states(conversation: Conversation) -> dict[str, dict[str, Any]]:
    """Every entity's value, status and the words it was heard in."""
    entities = conversation.plan.entities
    return {
        name: _masked(asdict(state)) if entities[name].sensitive else asdict(state)
        for name, state in conversation.entities.items()
    }


def step_states(
    conversation: Conversation, events: Iterable[ev.Event]
) -> dict[str, dict[str, Any]]:
    """Every step's status, and when it changed last; null for one that never did."""
    changed = {e.checkpoint: e.at for e in events if isinstance(e, ev.CheckpointChanged)}
    return {
        name: {
            "status": state.status,
            "at": round(changed[name], 3) if name in changed else None,
        }
        for name, state in conversation.checkpoints.items()
    }


def tool_runs(events: Iterable[ev.Event]) -> list[dict[str, Any]]:
    """Every tool that was called, when, whether it was let run, and what came of it."""
    runs: list[dict[str, Any]] = []
    by_call: dict[str, dict[str, Any]] = {}
    for event in events:
        match event:
            case ev.ToolCalled():
                run = _run(event.tool, event.at, event.arguments)
                runs.append(run)
                by_call[event.call] = run
            case ev.ToolStarted():
                if run := _last(runs, event.tool):
                    run["arguments"] = shown(event.arguments)
            case ev.ToolRefused() if event.call in by_call:
                by_call[event.call] |= {"allowed": False, "reason": event.reason}
            case ev.ToolReturned():
                # One that the caller spoke over comes back without a call.
                run = by_call.get(event.call) if event.call else _last(runs, event.tool)
                if run and run["allowed"]:
                    run |= {"result": shown(event.result), "reason": event.failure}
            case _:
                pass
    return runs


def _last(runs: list[dict[str, Any]], tool: str) -> dict[str, Any] | None:
    """The latest call of a tool that was let run."""
    return next((r for r in reversed(runs) if r["name"] == tool and r["allowed"]), None)


def _run(tool: str, at: float, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": tool,
        "allowed": True,
        "at": round(at, 3),
        "reason": "",
        "arguments": shown(arguments),
    }


def _masked(state: dict[str, Any]) -> dict[str, Any]:
    return {
        key: MASK if key in ("value", "heard") and value is not None else value
        for key, value in state.items()
    }
