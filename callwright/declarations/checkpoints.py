"""The steps that an agent's calls must take, as declared, and what can be wrong with them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from callwright.conversation.entities import Entity
from callwright.declarations.errors import Problem, listed, nearest_word
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.shape import Strict
from callwright.declarations.templates import names_in
from callwright.declarations.tools import result_keys


def _typed(value: Any) -> Any:
    """A type's name alone stands for an entity without parameters."""
    return {"type": value} if isinstance(value, str) else value


Own = Annotated[Entity, BeforeValidator(_typed, json_schema_input_type=str | Entity)]


def _shape(needs: Any) -> str:
    return "own" if isinstance(needs, dict) else "named"


Needs = Annotated[
    Annotated[list[str], Tag("named")] | Annotated[dict[str, Own], Tag("own")],
    Discriminator(_shape),
]


class Checkpoint(Strict):
    """A step that must be taken, whatever a model does.

    Args:
        say: A statement that the caller hears in full, word for word; ``{greeting}``, the entities
            the step needs and the results of the tools it comes after are filled in.
        heard: How a statement has to be heard; there is one way.
        ask: The step's own question: about the entity that ``needs`` declares in place, or one
            that only has to be put.
        needs: Entities that must be settled, by name; or one of the step's own,
            ``{agreed: yes_no}``. A ``yes_no`` of its own has to be a yes.
        verify: A tool that has to accept what the step needs: its result is not nothing, not
            false, and not a mapping whose ``ok`` is false.
        after: Checkpoints and tools that come before this step; earlier checkpoints do anyway.
        attempts: How often it may fail (3 with ``verify``, else 1).
        on_failure: ``handoff`` (where the agent has one), ``end`` the call, or ``continue``
            without the step, and without all that comes after it.
        keep: ``gate``: no model is asked before the step is done; ``override``: a model words it,
            and what skips it is replaced before it is heard; ``guide``: the model is told, and the
            record says whether it happened.
    """

    say: str | None = None
    heard: Literal["in_full"] = "in_full"
    ask: str | None = None
    needs: Needs = Field(default_factory=list)
    verify: str | None = None
    after: list[str] = Field(default_factory=list)
    attempts: int | None = Field(default=None, ge=1, le=20)
    on_failure: Literal["handoff", "end", "continue"] | None = None
    keep: Literal["gate", "override", "guide"] = "gate"

    @model_validator(mode="before")
    @classmethod
    def _questions(cls, data: Any) -> Any:
        """The step's question is that of its own entity."""
        if not isinstance(data, dict) or not isinstance(data.get("needs"), dict):
            return data
        ask = data.get("ask")
        needs = {name: _asked(_typed(own), ask) for name, own in data["needs"].items()}
        return {**data, "needs": needs}

    @property
    def own(self) -> Mapping[str, Any]:
        """The entities that belong to this step alone."""
        return self.needs if isinstance(self.needs, dict) else {}


def _asked(own: Any, ask: Any) -> Any:
    if isinstance(own, dict) and isinstance(ask, str):
        return {"ask": ask} | own
    return own


def implied_needs(document: Document, tool: str) -> list[str]:
    """Return what a tool without ``needs`` is called with: the needs of the step it verifies."""
    for step in _mapping(document.get(["checkpoints"])).values():
        needs = _mapping(step).get("needs")
        if _mapping(step).get("verify") == tool and needs:
            return [need for need in needs if isinstance(need, str)]
    return []


def statement_names(document: Document, step: Any) -> list[str]:
    """Return the names that a step's statement may hold: what is known when it is said."""
    names = ["greeting"]
    needs = _mapping(step).get("needs")
    tools = _mapping(document.get(["tools"]))
    if isinstance(needs, list):
        names += [need for need in needs if isinstance(need, str)]
    for other in _names(_mapping(step).get("after")):
        keys = result_keys(document, other) if other in tools else []
        if keys is None:  # its code does not tell: take their word
            said = _mapping(step).get("say")
            keys = names_in(said) if isinstance(said, str) else []
        names += keys
        names += _names(_mapping(tools.get(other)).get("needs"))
    return names


def checkpoint_problems(document: Document) -> Iterator[Problem]:
    """Yield what makes a step, or what comes after it, impossible."""
    steps, tools = _mapping(document.get(["checkpoints"])), _mapping(document.get(["tools"]))
    for name, step in steps.items():
        if isinstance(step, dict):
            yield from _step(document, name, step)
    for name in tools:
        at = ("tools", name, "after")
        for index, other in enumerate(_names(document.get(at))):
            yield from _reference(document, (*at, index), other, [*steps, *tools], "a step or tool")
    yield from _cycles(document, steps, tools)


def _step(document: Document, name: str, step: Mapping[str, Any]) -> Iterator[Problem]:
    at = ("checkpoints", name)
    tools, entities = _mapping(document.get(["tools"])), _mapping(document.get(["entities"]))
    if not any(step.get(key) for key in ("say", "ask", "needs", "verify")):
        what = f"the checkpoint {name!r} asks for nothing, so nothing would keep it"
        yield document.problem(at, what, remedy="give it say, ask, needs or verify", key=True)
    if name in tools:
        what = f"{name!r} is a checkpoint and a tool"
        yield document.problem(at, what, remedy="rename one of them", key=True)
    needs = step.get("needs")
    if isinstance(needs, dict):
        yield from _own_needs(document, at, step, needs)
    for index, need in enumerate(needs if isinstance(needs, list) else []):
        yield from _reference(document, (*at, "needs", index), need, list(entities), "an entity")
    if isinstance(needs, list) and needs and step.get("ask"):
        what = "the entities of this step have questions of their own"
        yield document.problem((*at, "ask"), what, remedy="delete ask")
    verify = step.get("verify")
    if isinstance(verify, str):
        yield from _reference(document, (*at, "verify"), verify, list(tools), "a tool")
    later = list(_mapping(document.get(["checkpoints"])))
    for index, other in enumerate(_names(step.get("after"))):
        known = [*later, *tools]
        yield from _reference(document, (*at, "after", index), other, known, "a step or tool")
    if step.get("on_failure") == "handoff" and document.get(["handoff"]) is None:
        what = "there is nobody to hand over to"
        remedy = "declare handoff, or write on_failure: end"
        yield document.problem((*at, "on_failure"), what, remedy=remedy)


def _own_needs(
    document: Document, at: KeyPath, step: Mapping[str, Any], needs: Mapping[str, Any]
) -> Iterator[Problem]:
    others = [
        own
        for name, other in _mapping(document.get(["checkpoints"])).items()
        if name != at[-1]
        for own in _mapping(_mapping(other).get("needs"))
    ]
    for own in needs:
        if own in _mapping(document.get(["entities"])) or own in others:
            what = f"{own!r} is declared twice"
            yield document.problem((*at, "needs", own), what, remedy="rename one", key=True)
    if len(needs) > 1 and step.get("ask"):
        what = "one question cannot ask for several entities"
        remedy = "give each an ask of its own, and delete this one"
        yield document.problem((*at, "ask"), what, remedy=remedy)


def _reference(
    document: Document, at: KeyPath, name: Any, known: list[str], kind: str
) -> Iterator[Problem]:
    if isinstance(name, str) and name not in known:
        nearest = nearest_word(name, known)
        remedy = "" if nearest else f"known: {listed(known) or 'none'}"
        yield document.problem(at, f"{name!r} is not {kind}", nearest=nearest, remedy=remedy)


def _cycles(
    document: Document, steps: Mapping[str, Any], tools: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield every wait that nothing can ever end: a step waits for itself in the end."""
    order = list(steps)
    waits: dict[str, list[tuple[str, KeyPath]]] = {}
    for name, step in {**steps, **tools}.items():
        place = ("checkpoints" if name in steps else "tools", name)
        after = enumerate(_names(_mapping(step).get("after")))
        waits[name] = [(other, (*place, "after", index)) for index, other in after]
        if name in steps:
            verify = _mapping(step).get("verify")
            waits[name] += [(verify, (*place, "verify"))] if isinstance(verify, str) else []
            waits[name] += [(earlier, place) for earlier in order[: order.index(name)]]
    reported: set[KeyPath] = set()
    for name in waits:
        for at, other in _around(name, waits):
            if at not in reported and len(at) > 2:
                reported.add(at)
                what = f"{name!r} waits for {other!r}, which waits for {name!r}"
                what = f"{name!r} waits for itself" if other == name else what
                yield document.problem(at, f"{what}: nobody can pass it", remedy="delete one wait")
                return


def _around(
    name: str, waits: Mapping[str, list[tuple[str, KeyPath]]]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield the waits of `name` that lead back to it."""
    for other, at in waits.get(name, []):
        seen: set[str] = set()
        ahead = [other]
        while ahead:
            one = ahead.pop()
            if one == name:
                yield at, other
                break
            if one not in seen:
                seen.add(one)
                ahead += [further for further, _ in waits.get(one, [])]


def _names(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
