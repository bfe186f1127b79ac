"""What a call has promised, as plain data of `call.yaml`, and read from there again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

from callwright.calls.latency import SILENCE_LIMIT
from callwright.conversation.entities import Entity, EntityBase
from callwright.conversation.plan import Plan

_ENTITY: TypeAdapter[EntityBase] = TypeAdapter(Entity)


@dataclass(frozen=True, slots=True)
class StepPromise:
    """A required step.

    Args:
        keep: gate, override or guide.
        say: The statement that has to be heard in full; ``{name}`` stands for what is filled in.
        needs: Entities that have to be settled.
        wanted: Those of them that belong to the step alone, with the value each must have.
        verify: The tool that has to accept them.
        after: Steps and tools that come before it.
        attempts: How often it may fail.
        on_failure: What follows then; ``continue`` goes on without it.
    """

    keep: str = "gate"
    say: str = ""
    needs: tuple[str, ...] = ()
    wanted: Mapping[str, str] = field(default_factory=dict[str, str])
    verify: str | None = None
    after: tuple[str, ...] = ()
    attempts: int = 1
    on_failure: str = "end"


@dataclass(frozen=True, slots=True)
class ToolPromise:
    """A tool: what it is called with, and what comes before it."""

    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything that the monitor holds a call to.

    Args:
        entities: Their declarations, by name, as plain data.
        checkpoints: The steps, in order.
        tools: The tools, in order.
        silence: Seconds within which the caller hears an answer.
        language: The one the call starts in.
        region: Of telephone numbers without a country code.
        currency: Of amounts without one.
    """

    entities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    checkpoints: Mapping[str, StepPromise] = field(default_factory=dict[str, StepPromise])
    tools: Mapping[str, ToolPromise] = field(default_factory=dict[str, ToolPromise])
    silence: float = SILENCE_LIMIT
    language: str = "en"
    region: str = "US"
    currency: str = "USD"

    @property
    def own(self) -> frozenset[str]:
        """The entities that belong to one step alone."""
        return frozenset(name for step in self.checkpoints.values() for name in step.wanted)

    def is_sensitive(self, name: str) -> bool:
        """Whether an entity's values must not stand in clear."""
        return bool(self.entities.get(name, {}).get("sensitive"))

    def confirms(self, name: str) -> bool:
        """Whether an entity's value has to be confirmed before it counts."""
        return self.entities.get(name, {}).get("confirm", "none") != "none"

    def entity(self, name: str) -> EntityBase | None:
        """The entity again as something that hears and says values; None for a type of others."""
        try:
            return _ENTITY.validate_json(json.dumps(self.entities[name]))
        except (KeyError, ValueError):
            return None


def written(plan: Plan) -> dict[str, Any]:
    """Return a plan's promises as plain data."""
    entities = {
        name: one.model_dump(mode="json", exclude={"examples"}, exclude_none=True)
        for name, one in plan.entities.items()
    }
    steps = {
        name: asdict(
            StepPromise(
                keep=step.keep,
                say=step.say.replace("{greeting}", plan.greeting),
                needs=step.needs,
                wanted=dict(step.wanted),
                verify=step.verify,
                after=step.after,
                attempts=step.attempts,
                on_failure=step.on_failure,
            )
        )
        for name, step in plan.checkpoints.items()
    }
    tools = {name: asdict(ToolPromise(one.needs, one.after)) for name, one in plan.tools.items()}
    plain = {
        "silence": SILENCE_LIMIT,
        "language": plan.language,
        "region": plan.region,
        "currency": plan.currency,
        "entities": entities,
        "checkpoints": steps,
        "tools": tools,
    }
    return json.loads(json.dumps(plain))  # lists for tuples: YAML knows no others


def read(meta: Mapping[str, Any]) -> Promises:
    """Return the promises that a `call.yaml` holds; none where an older version wrote it.

    Raises:
        ValueError: They are there and make no sense.
    """
    plain = meta.get("promises")
    if plain is None:
        return Promises()
    return TypeAdapter(Promises).validate_python(plain)
