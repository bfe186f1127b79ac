"""The next step of a call from where it stands: read back, ask, call a tool, close.

Nothing here looks at words; it is what the bot would do if the caller left the lead to it.
"""

from dataclasses import replace

from .decisions import Decision
from .entities import Text as TextEntity
from .plan import Plan
from .spoken import clean
from .state import Outcome, Question, State

MOST_ASKED = 3
"""How often one question is put without an answer before something else is tried."""


def needs_confirmation(state: State, plan: Plan, name: str) -> bool:
    """Whether a value has to be read back before it counts."""
    return plan.entities[name].confirm != "none" or name in state.doubtful


def settled(state: State, plan: Plan, name: str) -> bool:
    """Whether nothing more has to be asked about an entity."""
    known = state.entities[name]
    if known.status == "confirmed":
        return True
    return known.status == "captured" and not needs_confirmation(state, plan, name)


def complete(state: State, plan: Plan) -> bool:
    """Whether every required entity is there, and confirmed where that is asked for."""
    return all(
        settled(state, plan, name) for name, entity in plan.entities.items() if not entity.optional
    )


def done(state: State, plan: Plan) -> bool:
    """Whether the call has reached its goal: every fact is there, every tool has returned."""
    returned = all(state.tools.get(name) == "returned" for name in plan.tools)
    return returned and complete(state, plan)


def ending(state: State, plan: Plan, decision: Decision) -> Outcome:
    """Return how a call ends whose last words are `decision`."""
    if decision.kind == "hand_off":
        return "handed_off"
    if decision.topic == "failed" or "failed" in state.tools.values():
        return "failed"
    if done(state, plan):
        return "completed"
    return "abandoned" if decision.topic == "away" else "incomplete"


def after_failure(state: State, plan: Plan, name: str, reason: str) -> Decision:
    """Return what follows when tool `name` has failed: hand over, or go on without it."""
    if plan.handoff is not None and "failed" in plan.handoff.when:
        return Decision("hand_off", reason, answered=name, ends=True, topic="failed")
    step = next_step(state, plan, reason)
    if step.kind == "close":
        return replace(step, answered=name, topic="failed", reason=reason)
    return Decision("answer", reason, answered=name, topic="failed", then=step)


def next_step(state: State, plan: Plan, reason: str) -> Decision:
    """Return what comes next; questions asked too often are left out or handed over.

    Args:
        state: `given_up` and `offered` may change.
        plan: The call's plan.
        reason: What led here, for the record.
    """
    for name in plan.entities:
        if state.entities[name].known and not settled(state, plan, name):
            if name in state.given_up:
                continue
            value = state.entities[name].value
            ready = Decision("read_back", reason, entity=name, value=value)
            step = _unless_tired(state, plan, ready, f"back:{name}")
            if step is not None:
                return step
    for name, entity in plan.entities.items():
        if state.entities[name].known or name in state.given_up:
            continue
        most = 1 if entity.optional else MOST_ASKED
        ready = Decision("ask", reason, entity=name)
        step = _unless_tired(state, plan, ready, f"ask:{name}", most)
        if step is not None:
            return step
    return _finish(state, plan, reason)


def key(decision: Decision) -> str | None:
    """Return under which name a question is counted; None for what is no question."""
    prefix = {"ask": "ask", "read_back": "back", "clarify": "ask"}.get(decision.kind)
    return f"{prefix}:{decision.entity}" if prefix and decision.entity else None


def _unless_tired(
    state: State, plan: Plan, ready: Decision, counted: str, most: int = MOST_ASKED
) -> Decision | None:
    """Return the question, or what replaces it; None when it is silently left out."""
    times = state.asked.get(counted, 0)
    if times < most:
        return replace(ready, attempt=times + 1)
    name = ready.entity or ""
    optional = plan.entities[name].optional
    if not optional:
        instead = escalate(state, plan, f"{name} was asked for {times} times without success")
        if instead is not None:
            return instead
    state.given_up.add(name)
    return None


def escalate(state: State, plan: Plan, reason: str) -> Decision | None:
    """Hand over, or offer a human once, where the plan has one; else None."""
    if plan.handoff is None:
        return None
    if "failed" in plan.handoff.when:
        return Decision("hand_off", reason, ends=True)
    if not state.offered:
        return Decision("offer", reason)
    return None


def _finish(state: State, plan: Plan, reason: str) -> Decision:
    if not complete(state, plan):
        missing = [n for n, e in plan.entities.items()
                   if not e.optional and not settled(state, plan, n)]  # fmt: skip
        why = f"{reason}; given up on {', '.join(missing)}"
        return Decision("close", why, ends=True, topic="incomplete")
    answered = _last_tool(state)
    for name, tool in plan.tools.items():
        if name in state.tools:
            continue
        arguments = {
            need: value
            for need in tool.needs
            if (value := state.entities[need].value) is not None and settled(state, plan, need)
        }
        return Decision(
            "call_tool",
            f"everything {name} needs is there",
            tool=name,
            answered=answered,
            arguments=arguments,
        )
    failed = "failed" in state.tools.values()
    topic = "failed" if failed else "done"
    return Decision(
        "close", f"{reason}; nothing is left to do", answered=answered, ends=True, topic=topic
    )


def _last_tool(state: State) -> str | None:
    last = next(reversed(state.tools.items()), None)
    return last[0] if last is not None and last[1] == "returned" else None


def question_of(decision: Decision, plan: Plan) -> Question | None:
    """Return the question a decision puts in the air; None when it asks nothing."""
    asked = decision.then if decision.then is not None else decision
    if asked.kind == "read_back" and asked.value is not None:
        return Question("read_back", asked.entity, (asked.value,))
    if asked.kind == "clarify" and asked.choices:
        return Question("choose", asked.entity, asked.choices)
    if asked.kind == "clarify" and asked.topic == "stop":
        return Question("stop")
    if asked.kind == "offer":
        return Question("offer")
    if asked.kind == "ask" or (asked.kind == "greet" and asked.entity is not None):
        return Question("ask", asked.entity)
    return Question("open") if asked.kind == "greet" else None


def greeted(plan: Plan) -> tuple[Decision, Question]:
    """Return the first words and the question they leave in the air."""
    greeting = clean(plan.greeting)
    first = next((n for n, e in plan.entities.items() if not e.optional), None)
    asks = next((n for n, e in plan.entities.items() if _asks(greeting, e.ask)), None)
    if asks is not None:
        return Decision("greet", "the call begins"), Question("ask", asks)
    if greeting.endswith("?") or first is None:
        return Decision("greet", "the call begins"), Question("open")
    return Decision("greet", "the call begins", entity=first), Question("ask", first)


def _asks(greeting: str, ask: str) -> bool:
    return bool(ask.strip()) and ask.lower().strip() in greeting.lower()


def reason_wanted(plan: Plan) -> str | None:
    """Return the entity an open question is taken to ask for: the first free text."""
    return next((n for n, e in plan.entities.items() if isinstance(e, TextEntity)), None)
