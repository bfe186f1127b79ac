"""Entities from bare words: a type's name and parameters as text, as on a command line."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from . import BuiltIn
from .base import EntityBase

TYPES: dict[str, type[EntityBase]] = {
    get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(BuiltIn)
}
"""Every type that comes along, by the name it has in a declaration."""


class BadParameter(ValueError):
    """A parameter is unknown or has no good value.

    Args:
        name: The parameter.
        what: What is wrong, with the remedy behind a semicolon.
    """

    def __init__(self, name: str, what: str) -> None:
        super().__init__(what)
        self.name = name


def parameters(kind: type[EntityBase]) -> list[str]:
    """Return the names of a type's own parameters."""
    return [name for name in kind.model_fields if name not in (*EntityBase.model_fields, "type")]


def entity_of(kind: type[EntityBase], given: Mapping[str, str]) -> EntityBase:
    """Return an entity of a type with parameters given as text.

    Lists are separated by a bar (``towing|lockout``), synonyms are written
    ``value=word,word|value=word``, two bounds as ``2026-01-01..2026-12-31``.

    Raises:
        BadParameter: A parameter is unknown, or its value is not good.
    """
    known = parameters(kind)
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in known:
            raise BadParameter(name, f"there is no parameter {name!r}")
        values[name] = _value(name, text, str(kind.model_fields[name].annotation))
    tag = {"type": next((n for n, one in TYPES.items() if one is kind), None)}
    fixed = {name: one for name, one in tag.items() if one is not None}
    try:
        return kind.model_validate({**fixed, "ask": "?", **values})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else next(iter(given), "")
        what = first["msg"].removeprefix("Value error, ")
        raise BadParameter(name, what) from None


def _value(name: str, text: str, annotation: str) -> Any:
    if "dict" in annotation:
        return _synonyms(name, text)
    if "list" in annotation:
        return [part.strip() for part in text.split("|") if part.strip()]
    if "tuple" in annotation:
        return _bounds(name, text)
    if "bool" in annotation:
        return _truth(name, text)
    if "float" in annotation or "int" in annotation:
        return _number(name, text, whole="float" not in annotation)
    return text


def _synonyms(name: str, text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in text.split("|"):
        value, equals, words = part.partition("=")
        if not equals:
            raise BadParameter(name, f"{part[:40]!r} has no '='; write value=word,word|value=word")
        found[value.strip()] = [word.strip() for word in words.split(",") if word.strip()]
    return found


def _bounds(name: str, text: str) -> tuple[str, ...]:
    for mark in ("..", "|", ","):
        if mark in text:
            return tuple(part.strip() for part in text.split(mark))
    raise BadParameter(name, f"{text[:40]!r} is no span; write 2026-01-01..2026-12-31")


def _truth(name: str, text: str) -> bool:
    if text.lower() in ("true", "yes", "1"):
        return True
    if text.lower() in ("false", "no", "0"):
        return False
    raise BadParameter(name, f"{text[:40]!r} is neither true nor false; write true or false")


def _number(name: str, text: str, *, whole: bool) -> float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        kind = "whole number" if whole else "number"
        raise BadParameter(name, f"{text[:40]!r} is no {kind}; write digits") from None
