"""What a decision leaves in the state of a call, and the counts that keep it from going round."""

from dataclasses import replace

from . import steps
from .decisions import Decision
from .facts import settled
from .plan import Plan
from .settling import Turn
from .state import State

PATIENCE = 10
"""Turns in a row that bring nothing new before the call is ended politely."""


def count_turn(state: State, plan: Plan, turn: Turn) -> None:
    """Keep count of turns that bring nothing, so that no call goes round for ever."""
    for name in turn.captured:
        state.asked = {k: n for k, n in state.asked.items() if not k.startswith("ask:")}
        state.asked.pop(f"ask:{name}", None)
    reached = sum(settled(state, plan, name) for name in plan.entities)
    reached += sum(one.status == "passed" for one in state.checkpoints.values())
    if reached > state.settled:
        state.settled, state.stalled = reached, 0
    else:
        state.stalled += 1
    if turn.helped:
        state.unclear = 0


def written_down(state: State, plan: Plan, decision: Decision) -> Decision:
    """Write down what a decision changes; return the one that is carried out.

    It is another one where the call has gone round too often, and says on its outside what one
    that is wrapped in it (a statement before a tool, say) does.
    """
    if state.stalled > PATIENCE and not decision.ends and decision.kind != "call_tool":
        why = f"{state.stalled} turns brought nothing new"
        decision = steps.escalate(state, plan, why) or Decision(
            "close", why, ends=True, topic="incomplete"
        )
    _count_questions(state, decision)
    inner = steps.chain(decision)[-1]
    if inner is not decision:
        # Whoever carries out a decision looks at its outside only.
        ends = decision.ends or (inner.ends and decision.kind != "repeat")
        if inner.kind == "call_tool":
            decision = replace(decision, tool=inner.tool, arguments=inner.arguments)
        decision = replace(decision, ends=ends)
    if decision.tool is not None:
        state.tools[decision.tool] = "running"
        state.called[decision.tool] = dict(decision.arguments)
        state.ordered = decision.tool
    if decision.kind not in ("repeat", "wait"):
        state.question = steps.question_of(decision, plan)
        state.last, state.onward = decision, False
    if decision.ends:
        state.closed, state.due = True, None
        state.outcome = steps.ending(state, plan, decision)
    return decision


def _count_questions(state: State, decision: Decision) -> None:
    """Keep count of what was put; only what the caller could answer counts as tried."""
    first, *rest = steps.chain(decision)
    in_full = first.kind == "state" or not rest
    for link in (first, *rest):
        counted = steps.key(link)
        if counted is not None:
            times = state.asked.get(counted, 0)
            state.asked[counted] = times + 1 if in_full else max(times, 1)
        if link.kind == "offer":
            state.offered = True
