"""What can be asked of a call at any time; nothing here changes it."""

from datetime import date

from . import checkpoints
from .expectation import Expectation, expectations
from .following import skips
from .plan import Plan
from .results import unusable
from .state import CheckpointState, EntityState, Outcome, State
from .wording import filled, summary


class Standing:
    """Where a call stands.

    Args:
        plan: What the call has to achieve.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        self._state = State(
            {name: EntityState() for name in plan.entities}, checkpoints.started(plan.checkpoints)
        )
        self._before: State | None = None

    @property
    def entities(self) -> dict[str, EntityState]:
        """What is known, by name, in asking order; the unfinished turn included."""
        return dict(self._state.entities)

    @property
    def checkpoints(self) -> dict[str, CheckpointState]:
        """How far each step has come, by name, in order; the unfinished turn included."""
        return dict(self._state.checkpoints)

    @property
    def step(self) -> str | None:
        """The step that has to be taken now; None when none is left."""
        return None if self._state.closed else checkpoints.in_turn(self._state, self.plan)

    @property
    def gated(self) -> bool:
        """Whether no model is to be asked now, since the rules take the open step themselves.

        The end of the call opens no gate: whoever breaks into the last words is answered by rule.
        """
        return self._kept == "gate"

    @property
    def guarded(self) -> bool:
        """Whether a model's words have to take the open step to be heard."""
        return self._kept != "guide"

    @property
    def _kept(self) -> str:
        step = checkpoints.in_turn(self._state, self.plan)
        return "guide" if step is None else self.plan.checkpoints[step].keep

    def reply_skips(self, words: str) -> str:
        """Return why a model's reply may not be heard now; empty when it takes the open step.

        A gated step is taken in the rules' words alone, however well a model's would do. A model
        that ends the call with its reply leaves the step as open as it was.
        """
        step = checkpoints.in_turn(self._state, self.plan)
        if step is None or not self.guarded:
            return ""
        if self.gated:
            return f"{step} is gated, and these are no words of the rules"
        return skips(words, step, self._state, self.plan)

    @property
    def offered_tools(self) -> tuple[str, ...]:
        """The tools whose steps are taken: those a model may know of."""
        return tuple(
            name
            for name, tool in self.plan.tools.items()
            if all(checkpoints.reached(self._state, self.plan, one) for one in tool.after)
        )

    def summary(self) -> str:
        """Return where the call stands, in words for a model."""
        return summary(self._state, self.plan)

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
        return () if self._state.closed else expectations(self._before or self._state, self.plan)

    @property
    def has_more(self) -> bool:
        """Whether the bot goes on by itself: a statement was heard that asked nothing."""
        return self._state.onward and not self._state.closed

    def filled(self, text: str) -> str:
        """Return a declared sentence with entities and the tools' results in their places."""
        return filled(text, self._state, self.plan)

    def arguments(self, name: str) -> dict[str, str]:
        """Return what a tool is called with: the values that count, by name."""
        return checkpoints.arguments(self._state, self.plan, name)

    def result_problem(self, name: str, result: object) -> str:
        """Return why nothing can be told of what a tool returned; empty when all is well."""
        return unusable(self._state, self.plan, name, result)
