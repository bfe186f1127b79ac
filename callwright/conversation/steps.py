"""The next step of a call from where it stands: read back, ask, call a tool, close.

Nothing here looks at words; it is what the bot would do if the caller left the lead to it.
"""

from dataclasses import replace

from . import checkpoints
from .decisions import Decision
from .entities import Text as TextEntity
from .facts import missing, settled
from .plan import Plan
from .spoken import clean
from .state import Outcome, Question, State

MOST_ASKED = 3
"""How often one question is put without an answer before something else is tried."""


def complete(state: State, plan: Plan) -> bool:
    """Whether every required entity counts, and every step has been taken."""
    return not missing(state, plan) and checkpoints.all_kept(state, plan)


def done(state: State, plan: Plan) -> bool:
    """Whether all facts and steps are there, and all tools have returned for what counts now."""
    returned = all(checkpoints.fresh(state, plan, name) for name in plan.tools)
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
    """Return what follows when tool `name` has failed: again, hand over, or go on without it."""
    verifies = any(step.verify == name for step in plan.checkpoints.values())
    if not verifies and plan.handoff is not None and "failed" in plan.handoff.when:
        return Decision("hand_off", reason, answered=name, ends=True, topic="failed")
    step = next_step(state, plan, reason)
    if step.kind in ("close", "hand_off"):
        return replace(step, answered=name, topic="failed", reason=reason)
    return Decision("answer", reason, answered=name, topic="failed", then=step)


def after_result(state: State, plan: Plan, name: str, refused: str | None) -> Decision:
    """Return what follows when tool `name` has returned.

    Args:
        state: Where the call stands.
        plan: The call's plan.
        name: The tool.
        refused: The step whose facts it has turned down.
    """
    if refused is None:
        step = next_step(state, plan, f"{name} returned")
        # Another tool may have failed, and the caller has been told so: this one has not.
        topic = "done" if step.topic == "failed" else step.topic
        return replace(step, topic=topic, answered=name)
    step = next_step(state, plan, state.checkpoints[refused].why)
    return replace(step, topic="not_verified", answered=name) if step.kind == "ask" else step


def next_step(state: State, plan: Plan, reason: str) -> Decision:
    """Return what comes next; questions asked too often are left out or handed over.

    Args:
        state: `given_up` and `offered` may change.
        plan: The call's plan.
        reason: What led here, for the record.
    """
    step = _to_confirm(state, plan, reason) or _checkpoint(state, plan, reason)
    if step is not None:
        return step
    own = plan.own
    for name in plan.entities:
        if name not in own and (step := _to_ask(state, plan, name, reason)) is not None:
            return step
    return _finish(state, plan, reason)


def _to_confirm(state: State, plan: Plan, reason: str) -> Decision | None:
    for name in plan.entities:
        if not state.entities[name].known or settled(state, plan, name):
            continue
        if name in state.given_up:
            continue
        value = state.entities[name].value
        ready = Decision("read_back", reason, entity=name, value=value)
        step = _unless_tired(state, plan, ready, f"back:{name}")
        if step is not None:
            return step
    return None


def _to_ask(state: State, plan: Plan, name: str, reason: str) -> Decision | None:
    if state.entities[name].known or name in state.given_up:
        return None
    needed = any(name in step.needs for step in plan.checkpoints.values())
    most = 1 if plan.entities[name].optional and not needed else MOST_ASKED
    return _unless_tired(state, plan, Decision("ask", reason, entity=name), f"ask:{name}", most)


def _checkpoint(state: State, plan: Plan, reason: str) -> Decision | None:
    """Return what the step in turn needs now; None when no step is left."""
    name = checkpoints.in_turn(state, plan)
    if name is None:
        return None
    known, step = state.checkpoints[name], plan.checkpoints[name]
    if known.status != "failed":
        taken = _before(state, plan, name, reason) or _taken(state, plan, name, reason)
        if taken is not None:
            return taken
        checkpoints.fail(state, name, "it could not be completed")
    if step.on_failure == "continue":
        return next_step(state, plan, reason)
    why = f"{name} failed: {state.checkpoints[name].why}"
    if step.on_failure == "handoff" and plan.handoff is not None:
        return Decision("hand_off", why, checkpoint=name, ends=True)
    return Decision("close", why, checkpoint=name, ends=True, topic="refused")


def _before(state: State, plan: Plan, name: str, reason: str) -> Decision | None:
    """Return what a tool that comes before a step needs, or its call."""
    for tool in plan.checkpoints[name].after:
        if tool not in plan.tools or checkpoints.fresh(state, plan, tool):
            continue
        for need in plan.tools[tool].needs:
            if (asked := _to_ask(state, plan, need, reason)) is not None:
                return asked
        return _call(state, plan, tool)
    return None


def _taken(state: State, plan: Plan, name: str, reason: str) -> Decision | None:
    """Return the next thing to do for a step itself: say, ask, or have it verified."""
    step = plan.checkpoints[name]
    wanted = next((n for n in step.needs if not settled(state, plan, n)), None)
    asked = _to_ask(state, plan, wanted, reason) if wanted is not None else None
    if checkpoints.unheard(state, plan, name):
        then = asked if wanted is not None else _asked_after(state, plan, name, reason)
        ready = Decision("state", reason, checkpoint=name, then=then)
        return _unless_tired(state, plan, ready, f"say:{name}")
    if wanted is not None:
        return asked
    return _call(state, plan, step.verify) if step.verify is not None else None


def _asked_after(state: State, plan: Plan, name: str, reason: str) -> Decision | None:
    """Return the question that follows a statement in the same breath; it may do nothing else."""
    if checkpoints.statement(state, plan, name).endswith("?"):
        return None
    ahead = state.copy()
    checkpoints.bot_said(ahead, plan, checkpoints.statement(state, plan, name))
    checkpoints.advance(ahead, plan)
    step = next_step(ahead, plan, reason)
    return step if step.kind in ("ask", "read_back") else None


def _call(state: State, plan: Plan, tool: str) -> Decision | None:
    """Return the call of a tool; None when it may not run, or has failed too often."""
    tries = max([1, *(s.attempts for s in plan.checkpoints.values() if s.verify == tool)])
    if state.failures.get(tool, 0) >= tries or checkpoints.why_not(state, plan, tool):
        return None
    return Decision(
        "call_tool",
        f"everything {tool} needs is there",
        tool=tool,
        arguments=checkpoints.arguments(state, plan, tool),
    )


def key(decision: Decision) -> str | None:
    """Return under which name a question is counted; None for what is no question."""
    if decision.kind == "state":
        return f"say:{decision.checkpoint}"
    prefix = {"ask": "ask", "read_back": "back", "clarify": "ask"}.get(decision.kind)
    return f"{prefix}:{decision.entity}" if prefix and decision.entity else None


def _unless_tired(
    state: State, plan: Plan, ready: Decision, counted: str, most: int = MOST_ASKED
) -> Decision | None:
    """Return the question, or what replaces it; None when it is silently left out."""
    times = state.asked.get(counted, 0)
    if times < most:
        return replace(ready, attempt=times + 1)
    name = ready.entity
    if name is None:
        return None
    if not plan.entities[name].optional:
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
    if lacking := missing(state, plan):
        why = f"{reason}; given up on {', '.join(lacking)}"
        return Decision("close", why, ends=True, topic="incomplete")
    for name in plan.tools:
        # What it was called with may have changed since it returned.
        if not checkpoints.fresh(state, plan, name) and (call := _call(state, plan, name)):
            return call
    failed = "failed" in state.tools.values()
    kept = checkpoints.all_kept(state, plan)
    topic = "failed" if failed else "done" if kept else "incomplete"
    return Decision("close", f"{reason}; nothing is left to do", ends=True, topic=topic)


def question_of(decision: Decision, plan: Plan) -> Question | None:
    """Return the question a decision puts in the air; None when it asks nothing."""
    asked = chain(decision)[-1]
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


def chain(decision: Decision) -> list[Decision]:
    """Return a decision and what is said right after it, in order."""
    links = [decision]
    while (then := links[-1].then) is not None:
        links.append(then)
    return links


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
