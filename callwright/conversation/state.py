"""Where a call stands: plain data that is copied at the start of every turn."""

from dataclasses import dataclass, field, replace
from typing import Literal

from .decisions import Decision

Status = Literal["missing", "captured", "confirmed", "rejected"]
Outcome = Literal["completed", "handed_off", "incomplete", "abandoned", "failed"]


@dataclass(frozen=True, slots=True)
class EntityState:
    """What is known of one entity.

    Args:
        value: Canonical, None unless captured or confirmed.
        status: How far it has come.
        heard: The caller's words it was read from, or those that were rejected.
    """

    value: str | None = None
    status: Status = "missing"
    heard: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value to work with."""
        return self.status in ("captured", "confirmed")


@dataclass(frozen=True, slots=True)
class Question:
    """The question in the air.

    Args:
        kind: ``open`` is the greeting's own; ``choose`` is between `values`.
        entity: The entity it is about.
        values: The value read back, or those to choose between.
    """

    kind: Literal["open", "ask", "read_back", "choose", "offer", "stop"]
    entity: str | None = None
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """Everything that changes during a call."""

    entities: dict[str, EntityState]
    question: Question | None = None
    asked: dict[str, int] = field(default_factory=dict[str, int])
    """How often each question was put since it last brought something."""
    given_up: set[str] = field(default_factory=set[str])
    doubtful: set[str] = field(default_factory=set[str])
    """Entities heard too badly to stand without a read-back."""
    partial: dict[str, str] = field(default_factory=dict[str, str])
    """Words that held a part of an entity's value, from the turn before."""
    tools: dict[str, Literal["running", "returned", "failed"]] = field(
        default_factory=dict[str, Literal["running", "returned", "failed"]]
    )
    results: dict[str, object] = field(default_factory=dict[str, object])
    """What the tools returned, by name."""
    last: Decision | None = None
    due: Decision | None = None
    """Decided when a tool answered, and not told yet: it comes before anything else."""
    outcome: Outcome = "incomplete"
    closed: bool = False
    offered: bool = False
    silences: int = 0
    misses: int = 0
    """Turns in a row in which no words were recognised at all."""
    unclear: int = 0
    """Turns in a row that could not be understood, with words or without."""
    stalled: int = 0
    settled: int = 0

    def copy(self) -> "State":
        """Return an independent state; what it holds never changes itself."""
        return replace(
            self,
            entities=dict(self.entities),
            asked=dict(self.asked),
            given_up=set(self.given_up),
            doubtful=set(self.doubtful),
            partial=dict(self.partial),
            tools=dict(self.tools),
            results=dict(self.results),
        )
