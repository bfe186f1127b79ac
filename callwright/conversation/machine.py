"""The rules of a call: facts in, decisions out; no clock, no sound, no network.

    conversation = Conversation(plan, today)
    conversation.greeting()                  # what to say first
    conversation.turn_started()
    conversation.caller_said("my name is anna bell")     # once for every final transcript
    conversation.decide()                    # what to do, when the turn is over

What the words of an open turn bring is worked out by `open_turn`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from . import checkpoints, replies, steps
from .changes import Change, Changes
from .counting import count_turn, written_down
from .decisions import Decision
from .following import note_read_back, question_in
from .listening import Heard
from .open_turn import OpenTurn
from .plan import Plan
from .settling import Turn
from .spoken import clean

MOST_REFUSED = 3
"""Tool calls refused in one turn before the model is not asked again."""

_KEPT = 20_000
"""Characters of the bot's words since the caller's last turn; nobody listens to more."""


class Conversation(OpenTurn):
    """One call, from greeting to goodbye. It may be deep-copied at any time.

    Args:
        plan: What the call has to achieve.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        super().__init__(plan, today)
        self._changes = Changes(self._state)
        self._answered = False
        self._refusals = 0
        self._owed: Turn | None = None
        """The last turn that the rules left to a model, or to a later word, to answer."""
        self._farewell: Decision | None = None
        """How a model has ended the call, in case its own last words may not be heard."""

    @property
    def answered(self) -> bool:
        """Whether the rules have spoken since the caller did, so that nothing is owed."""
        return self._answered and self._state.due is None

    def changes(self) -> list[Change]:
        """Return what has changed since this was last asked."""
        return self._changes.since(self._state)

    def greeting(self) -> Decision:
        """Return the first words, and put their question in the air."""
        self._keep_turn()
        decision, question = steps.greeted(self.plan)
        self._state.last = decision
        self._state.question = question
        if decision.entity is not None:
            self._state.asked[f"ask:{decision.entity}"] = 1
        return decision

    def bot_begins(self) -> None:
        """The caller begins to hear the bot: what was said before answers nothing of that."""
        if self._words:
            # Whatever they brought, the question that is being put is still to be answered.
            question = self._state.question
            self.model_asked()
            self._state.question = question

    def caller_said(
        self, words: str, confidence: float | None = None, *, earlier: bool = False
    ) -> tuple[str, ...]:
        """Add a final transcript to the turn and understand the whole turn again.

        Args:
            words: As recognised.
            confidence: The recogniser's, 0 to 1; anything else counts as not given.
            earlier: Whether they were spoken before the bot said what is in the air now: they
                may bring facts, but answer nothing of that.

        Returns:
            The entities the turn has given a value so far.
        """
        if not clean(words):
            return ()
        self.turn_started()
        self._owed, self._answered, self._refusals = None, False, 0
        self._add(words, confidence, earlier)
        return self._turn.captured if self._turn is not None else ()

    def decide(self) -> Decision:
        """Return what to do now, and end the turn; what a tool brought comes before all else."""
        turn, said = self._turn or Turn(Heard()), bool(self._words)
        self._drop_turn()
        state = self._state
        if said and not state.closed:
            state.silences = state.misses = 0
            count_turn(state, self.plan, turn)
        due, state.due = state.due, None
        if due is not None:
            if due.tool is None or self.tool_refused(due.tool) is None:
                return due
            # Meanwhile the caller has taken back what it was to be called with.
            again = replies.reply(state, self.plan, turn) if said else self._next()
            return self._say(replace(again, answered=again.answered or due.answered))
        if state.closed:
            return _over()
        onward, state.onward = state.onward, False
        if said:
            return self._say(replies.reply(state, self.plan, turn))
        if onward:
            return self._say(steps.next_step(state, self.plan, "the statement was heard"))
        if self._owed is not None:
            asked, self._owed = self._owed, None
            return self._say(replies.reply(state, self.plan, asked))
        return self.not_understood()

    def decide_instead(self) -> Decision:
        """Return what to do in the place of a model, whether or not it has been asked already."""
        if self._farewell is not None:
            farewell, self._farewell = self._farewell, None
            return farewell
        if self._words or self._state.due is not None or self._state.onward:
            return self.decide()
        if self._state.closed:
            return _over()
        turn, self._owed = self._owed, None
        if "running" in self._state.tools.values():
            return Decision("wait", "a tool is still running", topic="working")
        if turn is None:
            return self._say(steps.next_step(self._state, self.plan, "a step is open"))
        return self._say(replies.reply(self._state, self.plan, turn))

    def caller_silent(self) -> Decision:
        """The caller has said nothing for long: ask again, offer a human, then end politely."""
        self._keep_turn()
        return self._first() or self._say(replies.prompt(self._state, self.plan))

    def not_understood(self) -> Decision:
        """Speech was heard, but no words: ask for them again; in the end somebody else has to."""
        self._keep_turn()
        return self._first() or self._say(replies.misheard(self._state, self.plan))

    def bot_said(self, words: str) -> None:
        """The caller has heard these words: statements and read-backs count from here on.

        Words come in pieces when something happens while they are being spoken.
        """
        words = self._told = f"{self._told} {words}".strip()[-_KEPT:]
        for state in self._states():
            note_read_back(state, self.plan, words)
            checkpoints.bot_said(state, self.plan, words)
            checkpoints.advance(state, self.plan)
        if self._before is not None:
            self._state = self._before.copy()
            self._understand()
        last = steps.chain(self._state.last)[-1] if self._state.last is not None else None
        if last is not None and last.kind == "state":
            name = last.checkpoint or ""
            self._state.onward = not checkpoints.unheard(self._state, self.plan, name)

    @property
    def heard_nothing(self) -> bool:
        """Whether nothing that the caller has said is left to answer."""
        return not self._words and self._owed is None

    @property
    def awaits_caller(self) -> bool:
        """Whether a question is in the air and nothing is left to say before its answer."""
        state = self._state
        told = state.due is None and not state.onward
        return self.heard_nothing and told and state.question is not None and not state.closed

    def tool_refused(self, name: str) -> str | None:
        """Return why a tool may not run now, in words for a model and the record.

        What the rules have decided on themselves is looked at again, since the caller may have said
        something since; an order that is refused is taken back.
        """
        ordered = self._state.ordered == name
        why = checkpoints.why_not(self._state, self.plan, name, ordered=ordered)
        if why is not None and ordered:
            self._take_back(name)
        return why

    def refuse_once_more(self) -> bool:
        """Count a refused call; whether the model may still answer this turn otherwise."""
        self._refusals += 1
        return self._refusals <= MOST_REFUSED and not self.answered

    def tool_started(self, name: str, arguments: Mapping[str, str]) -> None:
        """A tool runs, with these arguments."""
        for state in self._states():
            state.tools[name] = "running"
            state.called[name] = dict(arguments)
            state.ordered = None

    def tool_returned(self, name: str, result: object = None) -> Decision:
        """A tool has answered: go on, or close.

        What is decided stays due until `decide`, or silence or noise, has returned it once.
        """
        state = self._rewound()
        state.tools[name] = "returned"
        state.results[name] = result
        refused = checkpoints.judged(state, self.plan, name, result)
        checkpoints.advance(state, self.plan)
        if state.closed:
            if state.outcome in ("abandoned", "incomplete") and steps.done(state, self.plan):
                state.outcome = "completed"
            return self._due(None)
        return self._due(steps.after_result(state, self.plan, name, refused))

    def tool_failed(self, name: str, why: str) -> Decision:
        """A tool has failed: apologise, then hand over or go on without it."""
        state = self._rewound()
        state.tools[name] = "failed"
        state.failures[name] = state.failures.get(name, 0) + 1
        checkpoints.broke(state, self.plan, name, why)
        reason = f"{name} failed: {why}"
        return self._due(
            None if state.closed else steps.after_failure(state, self.plan, name, reason)
        )

    def model_asked(self) -> None:
        """The turn is over, and a model answers it; what it brought is there to stay."""
        said = bool(self._words)
        turn = self._turn or Turn(Heard())
        self._keep_turn()
        self._owed = turn if said else self._owed
        if said and not self._state.closed:
            self._state.silences = self._state.misses = 0
            count_turn(self._state, self.plan, turn)

    def model_said(self, words: str) -> None:
        """A model has answered in words of its own: its question is in the air.

        Args:
            words: What the caller heard of it; without any, nothing changes.
        """
        self._keep_turn()
        if not words.strip():
            return
        self.bot_said(words)
        self._state.question = question_in(self._told, self._state, self.plan)
        if self._state.question is not None:
            self._owed = None
            self._told_by_model()

    def model_ends(self, *, hands_off: bool = False) -> None:
        """A model ends the call, or hands it over to a human."""
        self._keep_turn()
        state = self._state
        if state.closed:
            return
        kind = "hand_off" if hands_off else "close"
        state.closed, state.due = True, None
        self._farewell = Decision(kind, "the model ended the call", ends=True)
        state.outcome = steps.ending(state, self.plan, self._farewell)

    def hung_up(self) -> None:
        """The caller is gone."""
        self._keep_turn()
        state = self._state
        if state.closed:
            return
        state.closed, state.due = True, None
        state.outcome = "completed" if steps.done(state, self.plan) else "abandoned"

    def _told_by_model(self) -> None:
        """A model has gone on to a question of its own: nothing of the rules' is due before it."""
        due = self._state.due
        if due is None or due.ends:
            return
        self._state.due = None
        if due.tool is not None and self._state.ordered == due.tool:
            self._take_back(due.tool)

    def _take_back(self, tool: str) -> None:
        """Take back the order to call a tool."""
        for state in self._states():
            state.ordered = None
            state.tools.pop(tool, None)
            state.called.pop(tool, None)

    def _next(self) -> Decision:
        return steps.next_step(self._state, self.plan, "something has changed")

    def _first(self) -> Decision | None:
        """Return what comes before any prompt: what is due, the end of the call, a tool's time."""
        state = self._state
        if state.due is not None and state.due.tool is None:
            due, state.due = state.due, None
            return due
        if state.closed:
            return _over()
        if "running" in state.tools.values() and state.due is None:
            return Decision("wait", "a tool is still running", topic="working")
        return None

    def _due(self, decision: Decision | None) -> Decision:
        """Note what has to be told; None when the call was over already."""
        if decision is not None:
            said = self._say(decision)
            self._state.due = said
        else:
            said = self._state.due or _over()
        if self._before is not None:
            self._before = self._state.copy()
            self._understand()
        return said

    def _say(self, decision: Decision) -> Decision:
        """Write down what a decision changes."""
        self._answered = True
        return written_down(self._state, self.plan, decision)


def _over() -> Decision:
    return Decision("answer", "the call is over", topic="closed", ends=True)
