"""What a call has to achieve, without a word about who recognises, thinks or speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from .entities import EntityBase

Keep = Literal["gate", "override", "guide"]
WhenFailed = Literal["handoff", "end", "continue"]


@dataclass(frozen=True, slots=True)
class ToolPlan:
    """A function that runs once the facts it needs are settled.

    Args:
        needs: Entities handed to it, as canonical values, by name.
        say: Said when it has returned; ``{entity}`` and ``{key of its result}`` are filled in.
        on_failure: Said when it failed and nobody takes the call over.
        on_refusal: Said when it verifies a step and turned the facts down.
        description: What it does, for models that choose tools themselves.
        after: Checkpoints that must be passed, and tools that must have returned, before it runs.
    """

    needs: tuple[str, ...] = ()
    say: str = ""
    on_failure: str = ""
    on_refusal: str = ""
    description: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointPlan:
    """A step that a call must take before what comes after it.

    Args:
        say: A statement that the caller has to hear in full; ``{greeting}``, ``{entity}`` and
            ``{key of a result}`` are filled in.
        needs: Entities that must be settled.
        wanted: Of those, the ones that belong to the step alone (they are asked for in it, never
            taken from anywhere else), each with the value it must have; "" for any value.
        verify: The tool that has to accept the needs.
        after: Checkpoints and tools that come before it.
        attempts: How often it may fail.
        on_failure: What follows then.
        keep: Who is trusted with it: nobody (``gate``: the rules take the step themselves),
            a model that is corrected (``override``), or a model (``guide``).
    """

    say: str = ""
    needs: tuple[str, ...] = ()
    wanted: Mapping[str, str] = field(default_factory=dict[str, str])
    verify: str | None = None
    after: tuple[str, ...] = ()
    attempts: int = 3
    on_failure: WhenFailed = "handoff"
    keep: Keep = "gate"


@dataclass(frozen=True, slots=True)
class HandoffPlan:
    """When a human takes over, and what the caller is told then.

    Args:
        when: Any of ``asked`` (the caller wants one) and ``failed`` (the agent cannot go on).
        say: Said before the call is passed on; a default of the wording when empty.
        uncertain: Hand over after so many turns in a row that could not be understood.
    """

    when: frozenset[str] = frozenset({"asked", "failed"})
    say: str = ""
    uncertain: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole call, as its agent declares it.

    Args:
        greeting: Said first; may ask a question of its own.
        closing: Said last.
        persona: Who the agent is.
        entities: The facts to get, in asking order.
        checkpoints: The steps that the call must take, in order.
        tools: The functions to call when all are there, in order.
        handoff: None when there is nobody to hand over to.
        silence: Seconds of the caller's silence after which they are spoken to again.
        silences: After how many of those the call ends.
        languages: ISO 639 codes, the first is the one the call starts in.
        region: ISO 3166 region of telephone numbers.
        currency: ISO 4217 code of amounts.
    """

    greeting: str = ""
    closing: str = ""
    persona: str = ""
    entities: Mapping[str, EntityBase] = field(default_factory=dict[str, EntityBase])
    checkpoints: Mapping[str, CheckpointPlan] = field(default_factory=dict[str, CheckpointPlan])
    tools: Mapping[str, ToolPlan] = field(default_factory=dict[str, ToolPlan])
    handoff: HandoffPlan | None = None
    silence: float = 6.0
    silences: int = 3
    languages: tuple[str, ...] = ("en",)
    region: str = "US"
    currency: str = "USD"

    def __post_init__(self) -> None:
        steps: dict[str, ToolPlan | CheckpointPlan] = {**self.checkpoints, **self.tools}
        for name, step in steps.items():
            for need in step.needs:
                if need not in self.entities:
                    known = ", ".join(self.entities) or "none"
                    raise ValueError(
                        f"{name!r} needs {need!r}, which is no entity; declared are: {known}"
                    )
            for other in step.after:
                if other not in steps:
                    raise ValueError(f"{name!r} comes after {other!r}, which is no step or tool")
            if isinstance(step, CheckpointPlan) and step.verify not in (None, *self.tools):
                raise ValueError(f"{name!r} is verified by {step.verify!r}, which is no tool")

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A plan never changes, so copies of a call share it."""
        return self

    @property
    def own(self) -> Mapping[str, str]:
        """The entities that belong to one checkpoint alone, each with that checkpoint."""
        return {own: name for name, step in self.checkpoints.items() for own in step.wanted}

    @property
    def language(self) -> str:
        """The language the call starts in."""
        return self.languages[0] if self.languages else "en"
