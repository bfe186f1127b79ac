"""Entity types of the user's own: ``type: module:Class``, a subclass of `EntityBase`.

Checked by reading the class, without importing it; imported, from beside the agent file first, when
a call is to be made.
"""

import ast
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field, ValidationError

from callwright.conversation.entities.base import Candidate, EntityBase, Hearing
from callwright.declarations import source
from callwright.declarations.errors import DeclarationError, Problem, listed, nearest_word, shown
from callwright.declarations.importing import import_beside
from callwright.declarations.places import Document, KeyPath

if TYPE_CHECKING:
    from callwright.declarations.agent import Agent

_BASES = ("EntityBase",)


class OwnEntity(EntityBase):
    """An entity of a type of one's own, as declared; `with_own_types` puts the real one here.

    Args:
        type: ``module:Class``; further keys are the parameters of that class.
    """

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    type: str = Field(pattern=r"^[\w.]+:\w+$")

    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Hear nothing: the class has not been imported."""
        return []

    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Refuse all: the class has not been imported."""
        return f"{self.type} has not been imported"


def own_type_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the classes behind an agent's own entity types."""
    entities = document.get(["entities"])
    for name, entity in entities.items() if isinstance(entities, dict) else ():
        kind = entity.get("type") if isinstance(entity, dict) else None
        if isinstance(kind, str) and kind.count(":") == 1:
            yield from _class_problems(document, ("entities", name), kind)


def _class_problems(document: Document, at: KeyPath, kind: str) -> Iterator[Problem]:
    module_name, _, class_name = kind.partition(":")
    place = (*at, "type")
    path = source.locate(module_name, document.path.parent) if module_name else None
    if path is None:
        beside = document.path.parent / f"{module_name.replace('.', '/')}.py"
        what = f"there is no module {module_name!r}"
        yield document.problem(place, what, remedy=f"write it as {shown(beside)}")
        return
    try:
        module = source.parse(path, module_name)
    except SyntaxError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        remedy = f"correct it (it is read by Python {version})"
        line, col = error.lineno or 1, max(1, error.offset or 1)
        yield Problem(shown(path), line, col, f"this is no Python: {error.msg}", None, remedy)
        return
    except (OSError, ValueError):
        yield document.problem(place, f"{shown(path)} cannot be read", remedy="save it as UTF-8")
        return
    found = source.find_class(module, class_name)
    if found is None:
        names = [n for n, node in module.bound.items() if isinstance(node, ast.ClassDef)]
        nearest = nearest_word(class_name, names)
        what = f"there is no class {class_name!r} in {shown(path)}"
        remedy = "" if nearest else f"write 'class {class_name}(EntityBase)' there"
        yield document.problem(place, what, nearest=nearest, remedy=remedy)
        return
    yield from _shape_problems(document, at, found)


def _shape_problems(document: Document, at: KeyPath, found: source.Class) -> Iterator[Problem]:
    place = (*at, "type")
    line = list(source.lineage(found))
    if not any(cls.node.name in _BASES for cls in line):
        what = f"{found.node.name} is no entity type"
        remedy = "derive it from callwright.conversation.entities.EntityBase"
        yield document.problem(place, what, remedy=remedy)
        return
    own = [cls for cls in line if cls.node.name not in _BASES]
    written = {
        node.name for cls in own for node in cls.node.body if isinstance(node, ast.FunctionDef)
    }
    missing = [name for name in ("hear", "problem") if name not in written]
    if missing:
        what = f"{found.node.name} has no {listed(missing)}"
        yield document.problem(place, what, remedy=f"define {listed(missing)} in it")
    entity = document.get(at)
    known = [*source.fields(found), *EntityBase.model_fields, "type"]
    for key in entity if isinstance(entity, dict) else ():
        if key not in known:
            nearest = nearest_word(key, known)
            what = f"{found.node.name} has no parameter {key!r}"
            remedy = "" if nearest else "delete it, or add the field to the class"
            yield document.problem((*at, key), what, nearest=nearest, remedy=remedy, key=True)


def with_own_types(agent: "Agent", document: Document) -> "Agent":
    """Return the agent with the user's own classes in place of their declarations.

    Raises:
        DeclarationError: A class cannot be imported, or refuses its parameters.
    """
    problems: list[Problem] = []
    entities: dict[str, EntityBase] = dict(agent.entities)
    for name, entity in agent.entities.items():
        if isinstance(entity, OwnEntity):
            made = _made(name, entity, document)
            if isinstance(made, Problem):
                problems.append(made)
            else:
                entities[name] = made
    if problems:
        raise DeclarationError(problems)
    return agent.model_copy(update={"entities": entities})


def _made(name: str, entity: OwnEntity, document: Document) -> EntityBase | Problem:
    at = ("entities", name, "type")
    module_name, _, class_name = entity.type.partition(":")
    try:
        cls = getattr(import_beside(module_name, document.path.parent), class_name)
    except Exception as error:
        what = f"{entity.type} cannot be imported ({type(error).__name__}: {error})"
        return document.problem(at, what, remedy="mend it, or name another class")
    if not (isinstance(cls, type) and issubclass(cls, EntityBase)):
        remedy = "derive it from callwright.conversation.entities.EntityBase"
        return document.problem(at, f"{class_name} is no entity type", remedy=remedy)
    given = dict(document.get(("entities", name)) or {})
    if "type" not in cls.model_fields:
        del given["type"]
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ("entities", name, *first["loc"][:1])
        what, _, remedy = first["msg"].removeprefix("Value error, ").partition("; ")
        return document.problem(place, what, remedy=remedy or "change the value")
