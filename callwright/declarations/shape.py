"""From pydantic's account of a wrong shape to problems with places and the nearest right word."""

import json
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Tag, ValidationError
from pydantic.fields import FieldInfo

from callwright.declarations.errors import Problem, listed, nearest_word, quoted
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.scalars import kind_of

# Keys of later versions: a file that has them is not wrong, it is early.
LATER = frozenset({"summary", "turns", "noise", "prices"})

_WANTED = {
    "string_type": ("text", "put it in quotes"),
    "bool_type": ("true or false", "write true or false"),
    "bool_parsing": ("true or false", "write true or false"),
    "int_type": ("a whole number", "write a whole number, without quotes"),
    "int_from_float": ("a whole number", "write a whole number"),
    "float_type": ("a number", "write a number, without quotes"),
    "list_type": ("a list", "write it as [a, b]"),
    "tuple_type": ("a list", "write it as [a, b]"),
    "dict_type": ("a mapping", "write it as {key: value}"),
    "model_type": ("a mapping", "write it as {key: value}"),
    "model_attributes_type": ("a mapping", "write it as {key: value}"),
}

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """A declared thing: nothing is converted, nothing unknown is let through, nothing changes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def fit(model: type[M], document: Document) -> tuple[M | None, list[Problem]]:
    """Return the document as a model, or what is wrong with its shape.

    The data goes through JSON: its strict mode knows lists and words only, as YAML does.
    """
    empty = list(_empty(document, document.data, ()))
    try:
        fitted = model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        wrong = [_problem(model, document, e) for e in error.errors(include_url=False)]
        return None, [*wrong, *empty]
    return (None, empty) if empty else (fitted, [])


def _empty(document: Document, value: Any, at: KeyPath) -> Iterator[Problem]:
    """Yield keys without a value: forgotten, unless a service's own setting is meant to be null."""
    match value:
        case None:
            remedy = "write a value, or delete the key"
            yield document.problem(at, f"{dotted(at)} is empty", remedy=remedy)
        case list():
            for index, item in enumerate(value):
                yield from _empty(document, item, (*at, index))
        case dict():
            for key, item in value.items():
                if key not in ("settings", "args"):
                    yield from _empty(document, item, (*at, key))
        case _:
            pass


def _problem(model: type[BaseModel], document: Document, error: Any) -> Problem:
    loc: tuple[str | int, ...] = error["loc"]
    kind: str = error["type"]
    at = _data_path(document, loc)
    match kind:
        case "extra_forbidden":
            return _unknown_key(model, document, loc)
        case "missing" | "union_tag_not_found":
            key = "type" if kind == "union_tag_not_found" else str(loc[-1])
            owner = f" in {dotted(at)}" if at else ""
            what = f"the key {key!r} is missing{owner}"
            return document.problem(at, what, remedy=f"add '{key}: …'", key=True)
        case "union_tag_invalid":
            field = error["ctx"]["discriminator"].strip("'()")
            at = (*at, field) if isinstance(document.get((*at, field)), str) else at
            words = [word.strip("' ") for word in error["ctx"]["expected_tags"].split(",")]
            return _unknown_word(document, at, words)
        case "literal_error" if loc[-1] == "[key]":
            return _unknown_member(model, document, loc)
        case "literal_error":
            members = [str(word) for word in _literals(_annotations(model, loc))]
            return _unknown_word(document, at, members)
        case _:
            key_is_wrong = bool(loc) and loc[-1] == "[key]"
            what, remedy = _other(document, at, error, key_is_wrong)
            return document.problem(at, what, remedy=remedy, key=key_is_wrong)


def _other(
    document: Document, at: tuple[str | int, ...], error: Any, is_key: bool
) -> tuple[str, str]:
    kind, name, value = error["type"], dotted(at), document.get(at)
    if value is None and not is_key:
        return f"{name} is empty", "write a value, or delete the key"
    if kind in _WANTED:
        wanted, remedy = _WANTED[kind]
        return f"{name} should be {wanted}, not {kind_of(value)}", remedy
    if kind in ("value_error", "assertion_error"):
        what, _, remedy = error["msg"].partition(", ")[2].partition("; ")
        return f"{name}: {what}" if name else what, remedy or "change the value"
    if kind in ("too_short", "string_too_short"):
        return f"{name} is empty", "write a value, or delete the key"
    return f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}", "change the value"


def _unknown_key(model: type[BaseModel], document: Document, loc: tuple[str | int, ...]) -> Problem:
    at, key = _data_path(document, loc), str(loc[-1])
    known = sorted({name for m in _models(_annotations(model, loc[:-1])) for name in _fields(m)})
    owner = f" in {dotted(at[:-1])}" if len(at) > 1 else ""
    nearest = nearest_word(key, known)
    if key in LATER and nearest != key:
        what = f"the key {key!r}{owner} is not available in this version"
        return document.problem(at, what, remedy="delete it", key=True)
    remedy = "" if nearest else f"known keys: {', '.join(known)}"
    what = f"the key {quoted(key)}{owner} is unknown"
    return document.problem(at, what, nearest=nearest, remedy=remedy, key=True)


def _unknown_member(
    model: type[BaseModel], document: Document, loc: tuple[str | int, ...]
) -> Problem:
    """Return the problem of a key that a mapping of known keys does not have."""
    at, key = _data_path(document, loc), str(loc[-2])
    mappings = [a for a in _annotations(model, loc[:-2]) if get_origin(a) is dict]
    known = [str(word) for word in _literals([get_args(a)[0] for a in mappings])]
    nearest = nearest_word(key, known)
    what = f"{quoted(key)} in {dotted(at[:-1])} is unknown"
    return document.problem(
        at, what, nearest=nearest, remedy=f"use {listed(known, 'or')}", key=True
    )


def _unknown_word(document: Document, at: tuple[str | int, ...], words: Sequence[str]) -> Problem:
    value = document.get(at)
    name = dotted(at)
    if value is None:
        return document.problem(at, f"{name} is empty", remedy=f"use {listed(words, 'or')}")
    nearest = nearest_word(value, words) if isinstance(value, str) else None
    what = f"{name} {quoted(value)} is unknown"
    if not isinstance(value, str):
        what = f"{name} should be text, not {kind_of(value)}"
    return document.problem(at, what, nearest=nearest, remedy=f"use {listed(words, 'or')}")


def dotted(at: Sequence[str | int]) -> str:
    """Return a path as it is written in messages: ``steps[2].settings``."""
    text = ""
    for step in at:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text if len(text) <= 60 else "…" + text[-59:]


def _data_path(document: Document, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return the part of a pydantic location that stands in the file: union tags do not."""
    node: Any = document.data
    path: list[str | int] = []
    for step in loc:
        match node, step:
            case dict(), str() if step in node:
                node = node[step]
            case list(), int() if step < len(node):
                node = node[step]
            case _:
                continue
        path.append(step)
    return tuple(path)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by the keys they have in a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _annotations(model: type[BaseModel], loc: Sequence[str | int]) -> list[Any]:
    """Return the types that may stand at a pydantic location."""
    found: list[Any] = [model]
    for step in loc:
        found = [inner for annotation in found for inner in _step(annotation, step)]
    return found


def _step(annotation: Any, step: str | int) -> Iterator[Any]:
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = _fields(annotation)
        if isinstance(step, str) and step in fields:
            yield fields[step].annotation
    elif origin is Annotated:
        yield from _step(get_args(annotation)[0], step)
    elif origin in (Union, types.UnionType):
        members = get_args(annotation)
        tagged = [member for member in members if _tagged(member, step)]
        yield from tagged or [inner for member in members for inner in _step(member, step)]
    elif origin is dict:
        yield get_args(annotation)[1]
    elif origin is list:
        yield get_args(annotation)[0]


def _tagged(member: Any, tag: str | int) -> bool:
    if get_origin(member) is Annotated:
        inner, *rest = get_args(member)
        return any(isinstance(m, Tag) and m.tag == tag for m in rest) or _tagged(inner, tag)
    if isinstance(member, type) and issubclass(member, BaseModel):
        fields = (f.annotation for f in member.model_fields.values())
        return any(get_origin(f) is Literal and tag in get_args(f) for f in fields)
    return False


def _models(annotations: Sequence[Any]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        elif get_origin(annotation) in (Annotated, Union, types.UnionType):
            yield from _models(get_args(annotation))


def _literals(annotations: Sequence[Any]) -> Iterator[Any]:
    for annotation in annotations:
        if get_origin(annotation) is Literal:
            yield from get_args(annotation)
        elif get_origin(annotation) in (Annotated, Union, types.UnionType, dict, list):
            yield from _literals(get_args(annotation))
