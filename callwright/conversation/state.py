"""Where a call stands: plain data that is copied at the start of every turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from .decisions import Decision

Status = Literal["missing", "captured", "confirmed", "rejected"]
CheckpointStatus = Literal["pending", "passed", "failed", "expired"]
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
class CheckpointState:
    """What has become of a step. A basis is everything that a step rests on, as plain text.

    Args:
        status: How far it has come; ``expired`` when what it rested on has changed since.
        why: What led there, for the record.
        attempts: How often it has failed.
        heard: The statement that the caller has heard in full, as it was worded then.
        asked_on: The basis on which its own question was heard in full.
        accepted: The arguments that the verifying tool has accepted.
        basis: What it rested on when it was passed.
    """

    status: CheckpointStatus = "pending"
    why: str = ""
    attempts: int = 0
    heard: str | None = None
    asked_on: str | None = None
    accepted: Mapping[str, str] | None = None
    basis: str | None = None


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
    checkpoints: dict[str, CheckpointState] = field(default_factory=dict[str, CheckpointState])
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
    called: dict[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """The arguments each tool was called with last."""
    ordered: str | None = None
    """The tool that the rules have decided to call, until it runs."""
    failures: dict[str, int] = field(default_factory=dict[str, int])
    """How often each tool has failed."""
    results: dict[str, object] = field(default_factory=dict[str, object])
    """What the tools returned, by name."""
    read_back: dict[str, str] = field(default_factory=dict[str, str])
    """The value of an entity that the caller has heard read back, by name."""
    last: Decision | None = None
    due: Decision | None = None
    """Decided when a tool answered, and not told yet: it comes before anything else."""
    onward: bool = False
    """Whether a statement has been heard that asked nothing, so that the bot goes on by itself."""
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

    def know(self, name: str, now: EntityState) -> None:
        """Write down what is known of an entity; another value has not been read back yet."""
        if now.value != self.entities[name].value:
            self.read_back.pop(name, None)
        self.entities[name] = now

    def copy(self) -> "State":
        """Return an independent state; what it holds never changes itself."""
        return replace(
            self,
            entities=dict(self.entities),
            checkpoints=dict(self.checkpoints),
            called=dict(self.called),
            failures=dict(self.failures),
            read_back=dict(self.read_back),
            asked=dict(self.asked),
            given_up=set(self.given_up),
            doubtful=set(self.doubtful),
            partial=dict(self.partial),
            tools=dict(self.tools),
            results=dict(self.results),
        )
