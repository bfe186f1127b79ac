"""The steps that a call must take, whatever a model does: facts in, decisions out.

A step rests on things that may change: the values it needs, the words of its statement, what the
tools before it were called with. They are its basis; when that changes, what was passed on it has
expired, and what the caller agreed to has to be agreed to again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from . import facts
from .plan import CheckpointPlan, Plan
from .state import CheckpointState, EntityState, State
from .wording import contains, ends_in, filled


def in_turn(state: State, plan: Plan) -> str | None:
    """Return the step that has to be taken now; None when none is left."""
    for name in plan.checkpoints:
        status = state.checkpoints[name].status
        if status == "passed" or (status == "failed" and gone_on(state, plan, name)):
            continue
        return name
    return None


def all_kept(state: State, plan: Plan) -> bool:
    """Whether every step is passed; those that a model is trusted with are only on record."""
    return all(
        state.checkpoints[name].status == "passed"
        for name, step in plan.checkpoints.items()
        if step.keep != "guide"
    )


def gone_on(state: State, plan: Plan, name: str) -> bool:
    """Whether a failed step lets the call go on without it."""
    return (
        state.checkpoints[name].status == "failed"
        and plan.checkpoints[name].on_failure == "continue"
    )


def statement(state: State, plan: Plan, name: str) -> str:
    """Return the words that a step's statement has now; empty without one."""
    return filled(plan.checkpoints[name].say, state, plan)


def unheard(state: State, plan: Plan, name: str) -> bool:
    """Whether a step's statement still has to be heard in full."""
    words = statement(state, plan, name)
    return bool(words) and state.checkpoints[name].heard != words


def to_verify(state: State, plan: Plan, name: str) -> dict[str, str] | None:
    """Return the arguments that the verifying tool has not accepted yet; None when it has."""
    tool = plan.checkpoints[name].verify
    if tool is None:
        return None
    wanted = arguments(state, plan, tool)
    return None if state.checkpoints[name].accepted == wanted else wanted


def arguments(state: State, plan: Plan, tool: str) -> dict[str, str]:
    """Return what a tool is called with now: the settled values of what it needs."""
    needs = tuple(n for n in plan.tools[tool].needs if facts.settled(state, plan, n))
    return facts.values(state, needs)


def fresh(state: State, plan: Plan, tool: str) -> bool:
    """Whether a tool has returned, for the values that count now."""
    returned = state.tools.get(tool) == "returned"
    return returned and state.called.get(tool, {}) == arguments(state, plan, tool)


def reached(state: State, plan: Plan, name: str) -> bool:
    """Whether a checkpoint is passed, or a tool has returned for the values that count now."""
    if name in plan.checkpoints:
        return state.checkpoints[name].status == "passed"
    return fresh(state, plan, name)


def why_not(state: State, plan: Plan, tool: str, *, ordered: bool = False) -> str | None:
    """Return why a tool may not run now, in words for a model and the record; None if it may.

    Args:
        state: Where the call stands.
        plan: The call's plan.
        tool: The tool; one that nobody knows is none of the rules' business.
        ordered: Whether the rules have decided on it themselves and it is about to run.
    """
    if tool not in plan.tools:
        return None
    if state.closed and not ordered:
        return "the call is over"
    wanted = plan.tools[tool]
    for name in wanted.after:
        if not reached(state, plan, name):
            status = state.checkpoints[name].status if name in plan.checkpoints else "not done"
            return f"{name} has to come first, and it is {status}"
    needs = {*wanted.needs, *_verified_by(plan, tool)}
    for need in (name for name in plan.entities if name in needs):
        known = state.entities[need]
        left_out = plan.entities[need].optional and not known.known
        if not left_out and not facts.settled(state, plan, need):
            lacks = "has not been confirmed by the caller" if known.known else "is missing"
            return f"{need} {lacks}"
    if state.tools.get(tool) == "running" and not ordered:
        return "it is running already"
    if fresh(state, plan, tool) and not _turned_down(state, plan, tool):
        return f"it has run already, and returned {json.dumps(state.results.get(tool))}"
    return None


def advance(state: State, plan: Plan) -> None:
    """Pass what can be passed, and take back what rests on something that has changed."""
    for name, step in plan.checkpoints.items():
        _keep_own(state, plan, name, step)
        known = state.checkpoints[name]
        basis = _basis(state, plan, name)
        if known.status == "passed" and known.basis != basis:
            _forget_own(state, step)
            state.checkpoints[name] = replace(
                known, status="expired", why="what it rested on has changed", basis=None
            )
        if state.checkpoints[name].status in ("pending", "expired") and not _lacks(
            state, plan, name
        ):
            state.checkpoints[name] = replace(
                state.checkpoints[name], status="passed", why=_passed(step), basis=basis
            )


def bot_said(state: State, plan: Plan, words: str) -> None:
    """Note which statements and questions of steps were heard in full, word for word."""
    for name, step in plan.checkpoints.items():
        wanted = statement(state, plan, name)
        if wanted and contains(words, wanted):
            state.checkpoints[name] = replace(state.checkpoints[name], heard=wanted)
        if step.wanted and words.strip():
            # A yes answers what was heard last, not what was asked some time before.
            asked = any(ends_in(words, plan.entities[own].ask) for own in step.wanted)
            basis = _basis(state, plan, name, own=False) if asked else None
            state.checkpoints[name] = replace(state.checkpoints[name], asked_on=basis)


def judged(state: State, plan: Plan, tool: str, result: object) -> str | None:
    """Note what a verifying tool made of the facts; returns the step it turned down, if any."""
    refused = None
    for name, step in plan.checkpoints.items():
        if step.verify != tool or state.checkpoints[name].status in ("passed", "failed"):
            continue
        called = state.called.get(tool, {})
        if accepts(result):
            state.checkpoints[name] = replace(state.checkpoints[name], accepted=called)
        elif called == arguments(state, plan, tool):
            refused = name
            _miss(state, plan, name, f"{tool} did not accept {', '.join(step.needs)}")
            if state.checkpoints[name].status != "failed":
                _ask_again(state, step.needs)
    return refused


def broke(state: State, plan: Plan, tool: str, why: str) -> str | None:
    """Note that a verifying tool failed: a failed attempt; returns the step it was for, if any."""
    for name, step in plan.checkpoints.items():
        if step.verify == tool and state.checkpoints[name].status in ("pending", "expired"):
            _miss(state, plan, name, f"{tool} failed: {why}")
            return name
    return None


def fail(state: State, name: str, why: str) -> None:
    """Give a step up."""
    state.checkpoints[name] = replace(state.checkpoints[name], status="failed", why=why)


def accepts(result: object) -> bool:
    """Whether a verifying tool's result is a yes: not nothing, and no ``ok`` that is false."""
    refused = isinstance(result, Mapping) and not result.get("ok", True)  # pyright: ignore[reportUnknownMemberType]
    return bool(result) and not refused  # pyright: ignore[reportUnknownArgumentType]


def _verified_by(plan: Plan, tool: str) -> Iterable[str]:
    """The needs of the steps that a tool verifies."""
    return (
        need for step in plan.checkpoints.values() if step.verify == tool for need in step.needs
    )


def _turned_down(state: State, plan: Plan, tool: str) -> bool:
    """Whether a verifying tool said no: the same facts, given again, are another attempt."""
    verifies = any(step.verify == tool for step in plan.checkpoints.values())
    return verifies and not accepts(state.results.get(tool))


def _basis(state: State, plan: Plan, name: str, *, own: bool = True) -> str:
    step = plan.checkpoints[name]
    needs = tuple(n for n in step.needs if own or n not in step.wanted)
    tools = [n for n in (*step.after, step.verify or "") if n in plan.tools]
    rests_on = [
        statement(state, plan, name),
        facts.values(state, needs),
        {tool: arguments(state, plan, tool) for tool in tools},
    ]
    return json.dumps(rests_on, sort_keys=True)


def _lacks(state: State, plan: Plan, name: str) -> bool:
    """Whether anything that a step needs is not there."""
    step = plan.checkpoints[name]
    return (
        not all(reached(state, plan, other) for other in step.after)
        or unheard(state, plan, name)
        or not all(facts.settled(state, plan, need) for need in step.needs)
        or to_verify(state, plan, name) is not None
    )


def _passed(step: CheckpointPlan) -> str:
    parts = ["the statement was heard in full"] if step.say else []
    parts += [f"{', '.join(step.needs)} settled"] if step.needs else []
    parts += [f"{step.verify} accepted it"] if step.verify else []
    return "; ".join(parts)


def _keep_own(state: State, plan: Plan, name: str, step: CheckpointPlan) -> None:
    """An answer to a step's own question counts only for what the caller had heard then."""
    for own, wanted in step.wanted.items():
        known = state.entities[own]
        if not known.known or state.checkpoints[name].status in ("passed", "failed"):
            continue  # What was answered then stays on record.
        asked_on = state.checkpoints[name].asked_on
        if asked_on != _basis(state, plan, name, own=False) or unheard(state, plan, name):
            state.know(own, EntityState(None, "missing", known.heard))
        elif wanted and known.value != wanted and facts.settled(state, plan, own):
            _miss(state, plan, name, f"the caller answered {known.value}")
            if state.checkpoints[name].status != "failed":
                state.know(own, EntityState(None, "rejected", known.heard))


def _forget_own(state: State, step: CheckpointPlan) -> None:
    for own in step.wanted:
        state.know(own, EntityState(None, "missing", state.entities[own].heard))


def _miss(state: State, plan: Plan, name: str, why: str) -> None:
    """Count a failed attempt."""
    known = state.checkpoints[name]
    if known.status == "failed":
        return
    attempts = known.attempts + 1
    failed = attempts >= plan.checkpoints[name].attempts
    status = "failed" if failed else known.status
    state.checkpoints[name] = replace(known, attempts=attempts, status=status, why=why)


def _ask_again(state: State, needs: Iterable[str]) -> None:
    for need in needs:
        heard = state.entities[need].heard
        state.know(need, EntityState(None, "rejected", heard))
        for prefix in ("ask", "back"):
            state.asked.pop(f"{prefix}:{need}", None)


def started(name_states: Mapping[str, CheckpointPlan]) -> dict[str, CheckpointState]:
    """Return the steps as they stand at the beginning of a call."""
    return {name: CheckpointState() for name in name_states}
