"""What a call has to achieve, without a word about who recognises, thinks or speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from .entities import EntityBase


@dataclass(frozen=True, slots=True)
class ToolPlan:
    """A function that runs once the facts it needs are settled.

    Args:
        needs: Entities handed to it, as canonical values, by name.
        say: Said when it has returned; ``{entity}`` and ``{key of its result}`` are filled in.
        on_failure: Said when it failed and nobody takes the call over.
        description: What it does, for models that choose tools themselves.
    """

    needs: tuple[str, ...] = ()
    say: str = ""
    on_failure: str = ""
    description: str = ""


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
    tools: Mapping[str, ToolPlan] = field(default_factory=dict[str, ToolPlan])
    handoff: HandoffPlan | None = None
    silence: float = 6.0
    silences: int = 3
    languages: tuple[str, ...] = ("en",)
    region: str = "US"
    currency: str = "USD"

    def __post_init__(self) -> None:
        for name, tool in self.tools.items():
            for need in tool.needs:
                if need not in self.entities:
                    known = ", ".join(self.entities) or "none"
                    raise ValueError(
                        f"tool {name!r} needs {need!r}, which is no entity; declared are: {known}"
                    )

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A plan never changes, so copies of a call share it."""
        return self

    @property
    def language(self) -> str:
        """The language the call starts in."""
        return self.languages[0] if self.languages else "en"
