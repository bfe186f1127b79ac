"""The caller's turn while it is open: its words are understood again with every transcript.

What a turn brings is worked out from where the call stood when it began, so that a number in two
pieces is one number, and a guess made too early leaves no trace.
"""

from dataclasses import replace
from datetime import date

from . import checkpoints
from .listening import Circumstances, listen
from .plan import Plan
from .settling import Turn, settle
from .spoken import LONGEST, clean
from .standing import Standing
from .state import State


class OpenTurn(Standing):
    """Where a call stands, with the turn that is open now.

    Args:
        plan: What the call has to achieve.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        super().__init__(plan, today)
        self._words = ""
        self._confidence: float | None = None
        self._earlier = False
        """Whether they were spoken before the bot said what is in the air."""
        self._turn: Turn | None = None
        self._told = ""
        """What the bot has said since the caller's last turn; it may come in pieces."""

    def turn_started(self) -> None:
        """Remember where a turn begins; words not yet answered stay part of it."""
        if not self._words:
            self._before = self._state.copy()

    def _add(self, words: str, confidence: float | None, earlier: bool) -> None:
        """Add a transcript, and understand the whole turn again."""
        self._earlier = earlier
        if self._before is not None:
            self._state = self._before.copy()
        self._words = f"{self._words} {words[: LONGEST * 2]}".strip()[: LONGEST * 2]
        known = [sure for sure in (self._confidence, _share(confidence)) if sure is not None]
        self._confidence = min(known, default=None)
        self._understand()

    def _understand(self) -> None:
        """Understand the words of the open turn, which starts from the state as it is."""
        state, self._turn = self._state, None
        if state.closed or not self._words:
            return
        question = state.question
        if state.due is not None or self._earlier:
            # A question that has not been spoken yet is not what the words answer.
            state.question = None
        when = Circumstances(state.question, state.entities, state.partial)
        heard = listen(clean(self._words), self.plan, self.today, when)
        turn = settle(state, self.plan, heard, self._confidence)
        checkpoints.advance(state, self.plan)
        # An answer to a step's own question may turn out to count for nothing.
        captured = tuple(name for name in turn.captured if state.entities[name].known)
        self._turn = replace(turn, captured=captured)
        state.question = question

    def _keep_turn(self) -> None:
        """End the open turn with what it brought, so that nothing decided now is undone by it."""
        if self._turn is not None and self._turn.helped and self._state.due is None:
            # Its words were the answer; the next question is another one.
            self._state.question = None
        self._drop_turn()

    def _drop_turn(self) -> None:
        if self._words:
            self._told = ""
        self._before, self._turn, self._words, self._confidence = None, None, "", None
        self._earlier = False

    def _states(self) -> list[State]:
        """Where the call stands, and where it stood when the open turn began."""
        return [self._state] if self._before is None else [self._state, self._before]

    def _rewound(self) -> State:
        """Return the state without the open turn: what a tool brings is no part of a turn."""
        if self._before is not None:
            self._state = self._before.copy()
        return self._state


def _share(confidence: object) -> float | None:
    """Return a confidence from 0 to 1; None for anything else, whoever sent it."""
    if type(confidence) is float or type(confidence) is int:
        return float(confidence) if 0 <= confidence <= 1 else None
    return None
