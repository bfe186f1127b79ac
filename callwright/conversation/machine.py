"""The rules of a call: facts in, decisions out; no clock, no sound, no network.

    conversation = Conversation(plan, today)
    conversation.greeting()                  # what to say first
    conversation.turn_started()
    conversation.caller_said("my name is anna bell")     # once for every final transcript
    conversation.decide()                    # what to do, when the turn is over

Words of one turn are joined and understood again from where the turn started, so that a number in
two pieces is one number, and a guess made too early leaves no trace.
"""

from dataclasses import replace
from datetime import date

from . import replies, steps
from .decisions import Decision
from .entities import Choice, EntityBase
from .expectation import Expectation
from .listening import Circumstances, Heard, listen
from .plan import Plan
from .settling import Turn, settle
from .spoken import LONGEST, clean
from .state import EntityState, Outcome, State

PATIENCE = 10
"""Turns in a row that bring nothing new before the call is ended politely."""


class Conversation:
    """One call, from greeting to goodbye. It may be deep-copied at any time.

    Args:
        plan: What the call has to achieve.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        self._state = State({name: EntityState() for name in plan.entities})
        self._before: State | None = None
        self._words = ""
        self._confidence: float | None = None
        self._turn: Turn | None = None

    @property
    def entities(self) -> dict[str, EntityState]:
        """What is known, by name, in asking order; the unfinished turn included."""
        return dict(self._state.entities)

    @property
    def outcome(self) -> Outcome:
        """How the call ended; ``incomplete`` for as long as it has not."""
        return self._state.outcome

    @property
    def ended(self) -> bool:
        """Whether the last words have been decided on."""
        return self._state.closed

    @property
    def results(self) -> dict[str, object]:
        """What the tools have returned, by name, in the order in which they did."""
        return dict(self._state.results)

    @property
    def expected(self) -> tuple[Expectation, ...]:
        """What the caller may say next; the question in the air comes first."""
        if self._state.closed:
            return ()
        state = self._before or self._state
        question = state.question
        first: list[Expectation] = []
        entity = question.entity if question is not None else None
        if question is not None and question.kind in ("read_back", "offer", "stop"):
            name = "confirmation" if question.kind == "read_back" else question.kind
            first.append(Expectation(name, "yes_no"))
        if question is not None and question.kind == "open":
            entity = steps.reason_wanted(self.plan)
        names = [entity] if entity is not None else []
        names += [n for n, known in state.entities.items() if not known.known and n != entity]
        return (*first, *(_expectation(name, self.plan.entities[name]) for name in names))

    def greeting(self) -> Decision:
        """Return the first words, and put their question in the air."""
        decision, question = steps.greeted(self.plan)
        self._state.last = decision
        self._state.question = question
        if decision.entity is not None:
            self._state.asked[f"ask:{decision.entity}"] = 1
        return decision

    def turn_started(self) -> None:
        """Remember where a turn begins; words not yet answered stay part of it."""
        if self._before is None:
            self._before = self._state.copy()

    def caller_said(self, words: str, confidence: float | None = None) -> tuple[str, ...]:
        """Add a final transcript to the turn and understand the whole turn again.

        Returns:
            The entities the turn has given a value so far.
        """
        if not clean(words):
            return ()
        self.turn_started()
        if self._before is not None:
            self._state = self._before.copy()
        self._words = f"{self._words} {words[: LONGEST * 2]}".strip()[: LONGEST * 2]
        known = [sure for sure in (self._confidence, confidence) if sure is not None]
        self._confidence = min(known, default=None)
        if self._state.closed:
            return ()
        when = Circumstances(self._state.question, self._state.entities, self._state.partial)
        heard = listen(clean(self._words), self.plan, self.today, when)
        self._turn = settle(self._state, self.plan, heard, self._confidence)
        return self._turn.captured

    def decide(self) -> Decision:
        """Return what to do now, and end the turn."""
        turn, said = self._turn or Turn(Heard()), bool(self._words)
        self._before, self._turn, self._words, self._confidence = None, None, "", None
        state = self._state
        due, state.due = state.due, None
        if state.closed:
            topic = "closed" if said or due is None else due.topic
            return due if due and not said else Decision(
                "answer", "the call is over", topic=topic, ends=True)  # fmt: skip
        if not said:
            return due if due is not None else self.not_understood()
        state.silences = state.misses = 0
        self._count(turn)
        return self._say(replies.reply(state, self.plan, turn))

    def caller_silent(self) -> Decision:
        """The caller has said nothing for long: ask again, offer a human, then end politely."""
        state = self._state
        if state.closed:
            return Decision("wait", "the call is over", topic="closed", ends=True)
        if "running" in state.tools.values():
            return Decision("wait", "a tool is still running", topic="working")
        state.silences += 1
        times = state.silences
        if times >= self.plan.silences:
            why = f"the caller was silent {times} times"
            return self._say(Decision("close", why, ends=True, topic="away"))
        if times == 2 and self.plan.handoff is not None and not state.offered:
            offer = Decision("offer", "the caller is silent again")
            return self._say(Decision("silence", offer.reason, attempt=times, then=offer))
        again = replies.spoken_question(state, self.plan, "the caller is silent")
        return self._say(Decision("silence", "the caller is silent", attempt=times, then=again))

    def not_understood(self) -> Decision:
        """Speech was heard, but no words: ask for them again; in the end somebody else has to."""
        state = self._state
        if state.closed:
            return Decision("answer", "the call is over", topic="closed", ends=True)
        if "running" in state.tools.values():
            return Decision("wait", "a tool is still running", topic="working")
        state.misses += 1
        state.unclear += 1
        times = state.misses
        tired = replies.too_unclear(state, self.plan)
        if tired is not None:
            return self._say(tired)
        if times == 3:
            instead = steps.escalate(state, self.plan, f"{times} turns without a word understood")
            if instead is not None:
                return self._say(instead)
        if times > 4:
            why = f"{times} turns without a word understood"
            return self._say(Decision("close", why, ends=True, topic="incomplete"))
        again = replies.spoken_question(state, self.plan, "no words were recognised")
        return self._say(
            Decision("clarify", "no words were recognised", topic="misheard", attempt=times,
                     then=again)
        )  # fmt: skip

    def tool_returned(self, name: str, result: object = None) -> Decision:
        """A tool has answered: go on, or close. `decide` without new words says the same once."""
        self._state.tools[name] = "returned"
        self._state.results[name] = result
        step = steps.next_step(self._state, self.plan, f"{name} returned")
        return self._answer_tool(step)

    def tool_failed(self, name: str, why: str) -> Decision:
        """A tool has failed: apologise, then hand over or go on without it."""
        self._state.tools[name] = "failed"
        reason = f"{name} failed: {why}"
        handoff = self.plan.handoff
        if handoff is not None and "failed" in handoff.when:
            return self._answer_tool(
                Decision("hand_off", reason, answered=name, ends=True, topic="failed")
            )
        step = steps.next_step(self._state, self.plan, reason)
        if step.kind == "close":
            return self._answer_tool(replace(step, answered=name, topic="failed", reason=reason))
        return self._answer_tool(
            Decision("answer", reason, answered=name, topic="failed", then=step)
        )

    def hung_up(self) -> None:
        """The caller is gone."""
        state = self._state
        if state.closed:
            return
        state.closed = True
        done = steps.complete(state, self.plan) and all(
            state.tools.get(name) == "returned" for name in self.plan.tools
        )
        state.outcome = "completed" if done else "abandoned"

    def _answer_tool(self, decision: Decision) -> Decision:
        said = self._say(decision)
        self._state.due = said
        return said

    def _count(self, turn: Turn) -> None:
        """Keep count of turns that bring nothing, so that no call goes round for ever."""
        state, plan = self._state, self.plan
        for name in turn.captured:
            state.asked = {k: n for k, n in state.asked.items() if not k.startswith("ask:")}
            state.asked.pop(f"ask:{name}", None)
        reached = sum(steps.settled(state, plan, name) for name in plan.entities)
        if reached > state.settled:
            state.settled, state.stalled = reached, 0
        else:
            state.stalled += 1
        if turn.helped:
            state.unclear = 0

    def _say(self, decision: Decision) -> Decision:
        """Write down what a decision changes."""
        state = self._state
        if state.stalled > PATIENCE and not decision.ends and decision.kind != "call_tool":
            why = f"{state.stalled} turns brought nothing new"
            decision = steps.escalate(state, self.plan, why) or Decision(
                "close", why, ends=True, topic="incomplete"
            )
        asked = decision.then if decision.then is not None else decision
        counted = steps.key(asked)
        if counted is not None:
            # Only a question the caller had the chance to answer counts as asked without success.
            aside = decision.then is not None
            times = state.asked.get(counted, 0)
            state.asked[counted] = max(times, 1) if aside else times + 1
        if asked.kind == "offer":
            state.offered = True
        if decision.then is not None:
            # Whoever carries out a decision looks at its outside only.
            inner = decision.then
            ends = decision.ends or (inner.ends and decision.kind != "repeat")
            if inner.kind == "call_tool":
                decision = replace(decision, tool=inner.tool, arguments=inner.arguments)
            decision = replace(decision, ends=ends)
        if decision.tool is not None:
            state.tools[decision.tool] = "running"
        if decision.kind not in ("repeat", "wait"):
            state.question = steps.question_of(decision, self.plan)
            state.last = decision
        if decision.ends:
            state.closed = True
            state.outcome = self._ending(decision)
        return decision

    def _ending(self, decision: Decision) -> Outcome:
        if decision.kind == "hand_off":
            return "handed_off"
        if decision.topic == "failed" or "failed" in self._state.tools.values():
            return "failed"
        done = steps.complete(self._state, self.plan) and all(
            self._state.tools.get(name) == "returned" for name in self.plan.tools
        )
        if done:
            return "completed"
        return "abandoned" if decision.topic == "away" else "incomplete"


def _expectation(name: str, entity: EntityBase) -> Expectation:
    kind: str = getattr(entity, "type", "text")
    values = tuple(entity.values) if isinstance(entity, Choice) else ()
    return Expectation(name, kind, values, tuple(entity.examples))
