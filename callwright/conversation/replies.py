"""What to answer to one turn of the caller; the first rule that applies decides.

Also what to say when a turn had no words, or did not come.
"""

from collections.abc import Callable
from dataclasses import replace

from . import checkpoints, steps
from .decisions import Decision, Topic
from .plan import Plan
from .settling import Turn
from .state import Question, State

_Rule = Callable[[State, Plan, Turn], Decision | None]


def reply(state: State, plan: Plan, turn: Turn) -> Decision:
    """Return the answer to a turn; `state` already holds what the turn captured."""
    for rule in _RULES:
        decision = rule(state, plan, turn)
        if decision is not None:
            return decision
    return _onward(state, plan, turn)


def same_question(state: State, plan: Plan, reason: str) -> Decision:
    """Return the question in the air once more, or the next step when there is none."""
    question = state.question
    if question is None or question.kind in ("open", "offer", "stop"):
        return _first_question(state, plan, reason)
    name = question.entity or ""
    step = plan.own.get(name)
    if step is not None and checkpoints.unheard(state, plan, step):
        return _first_question(state, plan, reason)  # the statement comes before its question
    kind = "back" if question.kind == "read_back" else "ask"
    times = state.asked.get(f"{kind}:{name}", 0) + 1
    if question.kind == "read_back":
        return Decision("read_back", reason, entity=name, value=question.values[0], attempt=times)
    if question.kind == "choose":
        return Decision("clarify", reason, entity=name, choices=question.values, attempt=times)
    return Decision("ask", reason, entity=name, attempt=times)


def spoken_question(state: State, plan: Plan, reason: str) -> Decision:
    """Return the question in the air once more; a tool is never called out of silence."""
    if state.due is not None:
        return Decision("clarify", reason, topic="go_on")
    again = same_question(state, plan, reason)
    return Decision("clarify", reason, topic="go_on") if again.kind == "call_tool" else again


def prompt(state: State, plan: Plan) -> Decision:
    """Return what to say into silence; `state` counts it."""
    state.silences += 1
    times = state.silences
    if times >= plan.silences:
        why = f"the caller was silent {times} times"
        return Decision("close", why, ends=True, topic="away")
    if times == 2 and plan.handoff is not None and not state.offered:
        offer = Decision("offer", "the caller is silent again")
        return Decision("silence", offer.reason, attempt=times, then=offer)
    again = spoken_question(state, plan, "the caller is silent")
    return Decision("silence", "the caller is silent", attempt=times, then=again)


def misheard(state: State, plan: Plan) -> Decision:
    """Return what to say to speech without a word in it; `state` counts it."""
    state.misses += 1
    state.unclear += 1
    times = state.misses
    tired = too_unclear(state, plan)
    if tired is not None:
        return tired
    why = f"{times} turns without a word understood"
    instead = steps.escalate(state, plan, why) if times == 3 else None
    if instead is not None:
        return instead
    if times > 4:
        return Decision("close", why, ends=True, topic="incomplete")
    why = "no words were recognised"
    again = spoken_question(state, plan, why)
    return Decision("clarify", why, topic="misheard", attempt=times, then=again)


def too_unclear(state: State, plan: Plan) -> Decision | None:
    """Hand over when so many turns could not be understood that the plan says so."""
    most = plan.handoff.uncertain if plan.handoff is not None else None
    if most is None or state.unclear < most:
        return None
    return Decision("hand_off", f"{state.unclear} turns in a row were not understood", ends=True)


def _first_question(state: State, plan: Plan, reason: str) -> Decision:
    step = steps.next_step(state, plan, reason)
    if plan.entities or step.kind != "close":
        return step
    return Decision("clarify", reason, topic="go_on")


def _working(state: State, plan: Plan, turn: Turn) -> Decision | None:
    """A tool is running: nothing can be decided before it has answered."""
    if "running" not in state.tools.values():
        return None
    return Decision("wait", "a tool is still running", topic="working")


def _human(state: State, plan: Plan, turn: Turn) -> Decision | None:
    wanted = turn.heard.wants("human")
    offered = state.question is not None and state.question.kind == "offer"
    accepted = offered and turn.heard.yes and not turn.heard.no
    if not wanted and not accepted:
        return None
    if plan.handoff is not None and (accepted or "asked" in plan.handoff.when):
        why = "the caller accepted a human" if accepted else "the caller asked for a human"
        return Decision("hand_off", why, ends=True, acknowledge=turn.captured)
    return _answer(state, plan, turn, "no_human", "the caller asked for a human; there is none")


def _robot(state: State, plan: Plan, turn: Turn) -> Decision | None:
    if not turn.heard.wants("robot"):
        return None
    return _answer(state, plan, turn, "robot", "the caller asked whether this is a machine")


def _answer(state: State, plan: Plan, turn: Turn, topic: Topic, reason: str) -> Decision:
    """Reply about the conversation itself, then put the question that comes now."""
    if turn.helped:
        then = _onward(state, plan, turn)
    else:
        then = replace(same_question(state, plan, reason), attempt=1)
    return Decision("answer", reason, topic=topic, then=then, ends=then.ends)


def _offer_refused(state: State, plan: Plan, turn: Turn) -> Decision | None:
    """Nobody wanted: leave the question that led to the offer, and go on with the rest."""
    if state.question is None or state.question.kind != "offer" or turn.helped:
        return None
    if turn.heard.wants("repeat", "slower"):
        return None
    return steps.next_step(state, plan, "the caller did not want a human")


def _stop_answered(state: State, plan: Plan, turn: Turn) -> Decision | None:
    if state.question is None or state.question.kind != "stop":
        return None
    if turn.heard.yes and not turn.heard.no and not turn.helped:
        return Decision("close", "the caller wants to end the call", ends=True, topic="goodbye")
    return None


def _leave(state: State, plan: Plan, turn: Turn) -> Decision | None:
    """Goodbye ends the call, unless everything is there and only the last step is left."""
    goodbye = turn.heard.wants("goodbye")
    done = turn.heard.wants("done") and not turn.helped and not _yes_awaited(state)
    if not goodbye and not done:
        return None
    if steps.complete(state, plan):
        return None
    if done and _optional_asked(state, plan):
        return None
    return Decision("close", "the caller said goodbye", ends=True, topic="goodbye",
                    acknowledge=turn.captured)  # fmt: skip


def _yes_awaited(state: State) -> bool:
    return state.question is not None and state.question.kind in ("read_back", "offer", "stop")


def _optional_asked(state: State, plan: Plan) -> bool:
    question = state.question
    if question is None or question.kind != "ask" or question.entity is None:
        return False
    return plan.entities[question.entity].optional


def _never_mind(state: State, plan: Plan, turn: Turn) -> Decision | None:
    if not turn.heard.wants("never_mind") or turn.helped:
        return None
    return Decision("clarify", "the caller takes something back", topic="stop")


def _again(state: State, plan: Plan, turn: Turn) -> Decision | None:
    if turn.helped or (_yes_awaited(state) and (turn.heard.yes or turn.heard.no)):
        return None
    if not turn.heard.wants("repeat", "slower") or state.last is None:
        return None
    slower = turn.heard.wants("slower")
    why = "the caller wants it slower" if slower else "the caller did not hear it"
    return Decision("repeat", why, then=state.last, topic="slower" if slower else "")


def _small_talk(state: State, plan: Plan, turn: Turn) -> Decision | None:
    if turn.helped or turn.problem is not None or turn.wordy is not None:
        return None
    if turn.heard.wants("wait"):
        return Decision("wait", "the caller wants a moment")
    if _yes_awaited(state) and (turn.heard.yes or turn.heard.no):
        return None
    topics: tuple[Topic, ...] = ("who", "hello", "thanks")
    for topic in topics:
        if turn.heard.wants(topic):  # pyright: ignore[reportArgumentType]
            return _answer(state, plan, turn, topic, f"the caller said: {topic}")
    return None


_RULES: tuple[_Rule, ...] = (
    _working, _human, _robot, _stop_answered, _leave, _again, _never_mind, _small_talk,
    _offer_refused,
)  # fmt: skip


def _onward(state: State, plan: Plan, turn: Turn) -> Decision:
    """Return the step that follows from what the turn brought."""
    if turn.ambiguous is not None:
        name, values = turn.ambiguous
        return _counted(state, plan, turn, Decision(
            "clarify", f"two readings of {name} are equally good", entity=name, choices=values,
            acknowledge=turn.captured))  # fmt: skip
    if turn.problem is not None:
        name, what = turn.problem
        if name not in turn.captured:
            state.unclear += 1
            tired = too_unclear(state, plan)
            if tired is not None:
                return tired
            state.know(name, replace(state.entities[name], value=None, status="rejected"))
            return _counted(state, plan, turn, Decision(
                "ask", f"the answer is not valid: {what}", entity=name, problem=what,
                acknowledge=turn.captured))  # fmt: skip
    if turn.wordy is not None and turn.confirmed is None:
        state.unclear += 1
        return too_unclear(state, plan) or _counted(state, plan, turn, Decision(
            "ask", f"{turn.wordy} was long and badly heard", entity=turn.wordy,
            topic="in_short", acknowledge=turn.captured))  # fmt: skip
    if turn.rejected is not None:
        return _counted(state, plan, turn, Decision(
            "ask", f"the caller rejected {turn.rejected}", entity=turn.rejected,
            problem=None, topic="misheard", acknowledge=turn.captured))  # fmt: skip
    if turn.captured or turn.confirmed:
        step = steps.next_step(state, plan, _progress(turn))
        return replace(step, acknowledge=turn.captured)
    return _missed(state, plan, turn)


def _progress(turn: Turn) -> str:
    parts = [f"heard {name}" for name in turn.captured]
    parts += [f"the caller confirmed {turn.confirmed}"] if turn.confirmed else []
    return ", ".join(parts)


def _counted(state: State, plan: Plan, turn: Turn, wanted: Decision) -> Decision:
    """Return a question with its count, or the next step when it was put too often."""
    counted = steps.key(wanted)
    times = state.asked.get(counted or "", 0)
    if times < steps.MOST_ASKED:
        return replace(wanted, attempt=times + 1)
    step = steps.next_step(state, plan, f"{wanted.reason}; asked {times} times")
    return replace(step, acknowledge=turn.captured)


def _missed(state: State, plan: Plan, turn: Turn) -> Decision:
    """Nothing in the words answers the question: put it again, differently."""
    state.unclear += 1
    tired = too_unclear(state, plan)
    if tired is not None:
        return tired
    question = state.question or Question("open")
    if question.kind in ("read_back", "ask", "choose"):
        why = "neither a yes nor a no" if turn.unclear else f"no {question.entity} in the words"
        again = same_question(state, plan, why)
        counted = steps.key(again) or ""
        optional = question.entity is not None and plan.entities[question.entity].optional
        if state.asked.get(counted, 0) < (1 if optional else steps.MOST_ASKED):
            return again
        return steps.next_step(state, plan, why)
    return _first_question(state, plan, "the words answer no question")
