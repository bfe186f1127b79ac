"""`expect.yaml`: what a call is expected to be, in the call's own folder.

Whatever is left out is not looked at. A text is exact (a plain string), a pattern, or words that
must or must not occur.
"""

import re
from typing import Annotated, Any, Literal

import regex
from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from callwright.calls.events import KINDS
from callwright.declarations.errors import listed, nearest_word, quoted
from callwright.declarations.shape import Strict

EXPECT_YAML = "expect.yaml"

# What counts as a word, sensitive ones included.
WORD = r"[\w•]+"


class Matches(Strict):
    """A text that a regular expression matches as a whole; case does not count.

    Args:
        matches: The expression.
    """

    matches: str = Field(min_length=1)

    @field_validator("matches")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise ValueError(f"this is no regular expression ({error}); mend it") from None
        return pattern


def _has_a_word(words: str) -> str:
    if not re.search(WORD, words):
        raise ValueError(
            f"there is no word in {quoted(words)}, and only words are looked for; "
            "write one, or use matches: PATTERN"
        )
    return words


Phrase = Annotated[str, AfterValidator(_has_a_word)]


class Words(Strict):
    """A text in which some words occur and others do not; case and marks do not count.

    Args:
        has: Words or phrases that must occur.
        lacks: Words or phrases that must not.
    """

    has: list[Phrase] = Field(default_factory=list)
    lacks: list[Phrase] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> "Words":
        if not self.has and not self.lacks:
            raise ValueError("it names no words; write has: [WORD] or lacks: [WORD]")
        return self


def _how(value: Any) -> str | None:
    match value:
        case str():
            return "exact"
        case dict() if "matches" in value:
            return "pattern"
        case Matches():
            return "pattern"
        case dict() | Words():
            return "words"
        case _:
            return "exact"


Text = Annotated[
    Annotated[str, Tag("exact")]
    | Annotated[Matches, Tag("pattern")]
    | Annotated[Words, Tag("words")],
    Discriminator(_how),
]


class Band(Strict):
    """From `least` to `most` milliseconds, both included."""

    least: int = Field(default=0, ge=0)
    most: int = Field(ge=0)

    @model_validator(mode="after")
    def _upwards(self) -> "Band":
        if self.most < self.least:
            raise ValueError(f"most is {self.most}, below least, {self.least}; swap them")
        return self

    @property
    def told(self) -> str:
        """The band in words."""
        return f"{self.least} to {self.most} ms" if self.least else f"at most {self.most} ms"


class TurnExpected(Strict):
    """One turn.

    Args:
        user: What the caller is heard to say; empty where no words of the caller are.
        bot: What the caller hears in answer.
        decided: What is decided in it, in order, as `--accept` writes it.
        interrupted: Whether the caller speaks over the answer.
        ended_by: Why the turn is taken to be over.
        response_ms: How long the caller waits for the answer.
    """

    user: Text | None = None
    bot: Text | None = None
    decided: list[str] | None = None
    interrupted: bool = False
    ended_by: Text | None = None
    response_ms: Band | None = None


class EntityExpected(Strict):
    """One fact; a sensitive value is `•••`.

    Args:
        value: Its canonical value; left out where only the status counts.
        status: missing, captured, confirmed or rejected.
    """

    value: Text | None = None
    status: Literal["missing", "captured", "confirmed", "rejected"]


class ToolExpected(Strict):
    """One call of a tool.

    Args:
        name: The tool.
        allowed: Whether it may run.
        failed: Whether it fails: raises, takes too long, or returns what cannot be told.
        arguments: What it is called with.
    """

    name: str
    allowed: bool = True
    failed: bool = False
    arguments: dict[str, Any] | None = None


class LatencyExpected(Strict):
    """How long the caller waits, over all turns, milliseconds."""

    p50: Band | None = None
    p95: Band | None = None
    max: Band | None = None


class MadeOf(Strict):
    """What the call is made of; see `made_of` in `call.yaml`.

    Args:
        pipecat: Pipecat's version.
        languages: The agent's.
        turns: Who makes the turns.
        services: What the stack declares for each role, and how it listens, waits and speaks.
        steps: The path of the frames.
        processors: The class that does each step.
        silence: What a silent caller gets.
        handoff: When a human takes over.
        checkpoints: The steps that the call must take, by name.
        tool_rules: When each tool may run, how long it may take and what is said of it, by name.
        vocabulary: What recognition is told to expect.
        prompt: What the model is told before the call.
        tools: What the model is told of each tool and its arguments, by name.
        told: What it is told in the call: where that stands, and how it is made to say things.
    """

    pipecat: str | None = None
    languages: list[str] | None = None
    turns: str | None = None
    services: dict[str, Any] | None = None
    steps: list[str] | None = None
    processors: dict[str, str] | None = None
    silence: dict[str, Any] | None = None
    handoff: list[Any] | None = None
    checkpoints: dict[str, Any] | None = None
    tool_rules: dict[str, Any] | None = None
    vocabulary: list[str] | None = None
    prompt: str | None = None
    tools: dict[str, Any] | None = None
    told: dict[str, str] | None = None


def _recorded(name: str) -> str:
    if name not in KINDS:
        nearest = nearest_word(name, KINDS)
        hint = f"did you mean {nearest!r}?" if nearest else f"known: {listed(KINDS)}"
        raise ValueError(f"there is no event {quoted(name)}; {hint}")
    return name


class Expected(Strict):
    """What is expected of a call on one stack.

    Args:
        outcome: How it ends.
        turns: Every turn, in order.
        entities: Facts by name; those not named are not looked at.
        checkpoints: Steps by name and how they stand at the end.
        tools: Every call of a tool, in order.
        events: Every kind of event that is recorded.
        latency: How long the caller waits.
        made_of: What the call is made of.
    """

    outcome: Literal["completed", "handed_off", "incomplete", "abandoned", "failed"] | None = None
    turns: list[TurnExpected] | None = None
    entities: dict[str, EntityExpected] | None = None
    checkpoints: dict[str, Literal["pending", "passed", "failed", "expired"]] | None = None
    tools: list[ToolExpected] | None = None
    events: list[Annotated[str, AfterValidator(_recorded)]] | None = None
    latency: LatencyExpected | None = None
    made_of: MadeOf | None = None


def _by_number(value: Any) -> str:
    return "changes" if isinstance(value, dict) else "all"


TurnNumber = Annotated[str, Field(pattern=r"^[1-9]\d*$")]


class OnStack(Expected):
    """What differs on a stack.

    Args:
        turns: Every turn; or single turns by their number, with the lanes that differ.
    """

    turns: (  # type: ignore[assignment]  # wider than where turns are not yet merged
        Annotated[
            Annotated[list[TurnExpected], Tag("all")]
            | Annotated[dict[TurnNumber, TurnExpected], Tag("changes")],
            Discriminator(_by_number),
        ]
        | None
    ) = None


class Expectations(Expected):
    """A whole `expect.yaml`.

    Args:
        stacks: The stacks it holds on; the agent's own when left out.
        seeds: The seeds that pytest replays.
        per_stack: What differs on a stack: a section given here stands instead of the common one;
            turns may be changed one by one.
    """

    stacks: list[str] | None = Field(default=None, min_length=1)
    seeds: list[Annotated[int, Field(ge=0)]] = Field(default=[0], min_length=1)
    per_stack: dict[str, OnStack] = Field(default_factory=dict)


SECTIONS = tuple(Expected.model_fields)
