"""What the conversation is waiting to hear: the question in the air, told to whoever listens.

An ear that knows what is being asked hears better (a grammar or a language model here, keyterms
elsewhere), and a turn detector that knows it waits for the rest of a half-spoken number.
"""

from dataclasses import dataclass, field

from . import steps
from .entities import Choice, EntityBase
from .plan import Plan
from .state import State


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing the caller may be about to say.

    Args:
        name: The entity's name in the declaration, or the question's own name (``confirmation``).
        type: An entity type of the contract (``phone``, ``person_name``, ``yes_no`` …).
        values: The allowed values, for a choice.
        examples: Phrases a caller may answer with, from the declaration.
        entity: The declaration itself, which knows when an answer is half dictated.
    """

    name: str
    type: str
    values: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    entity: EntityBase | None = field(default=None, compare=False, repr=False)


def expectations(state: State, plan: Plan) -> tuple[Expectation, ...]:
    """Return what the caller may say next; the question in the air comes first."""
    question = state.question
    first: list[Expectation] = []
    entity = question.entity if question is not None else None
    if question is not None and question.kind in ("read_back", "offer", "stop"):
        name = "confirmation" if question.kind == "read_back" else question.kind
        first.append(Expectation(name, "yes_no"))
    if question is not None and question.kind == "open":
        entity = steps.reason_wanted(plan)
    names = [entity] if entity is not None else []
    names += [n for n, known in state.entities.items() if not known.known and n != entity]
    return (*first, *(_expectation(name, plan.entities[name]) for name in names))


def _expectation(name: str, entity: EntityBase) -> Expectation:
    kind: str = getattr(entity, "type", "text")
    values = tuple(entity.values) if isinstance(entity, Choice) else ()
    return Expectation(name, kind, values, tuple(entity.examples), entity)
