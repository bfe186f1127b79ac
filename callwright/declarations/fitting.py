"""Does a value from YAML fit a parameter's annotation? Names and simple types, read as data."""

import ast
from dataclasses import dataclass, field

from callwright.declarations import source
from callwright.declarations.scalars import kind_of

_SIMPLE = {
    "str": "text",
    "Language": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "None": "nothing",
}
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "tuple", "Tuple", "set", "frozenset"})
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_SKIPPED = frozenset({"NotGiven", "_NotGiven", "OpenAINotGiven", "OpenAIOmit", "Omit"})
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Required", "Final"})


@dataclass(slots=True)
class Accepts:
    """What a parameter takes.

    Args:
        kinds: ``text``, ``a whole number``, ``a number``, ``true or false``, ``a list``,
            ``a mapping``, ``nothing``.
        words: The only texts it takes, if its type lists them.
        anything: Whether its type says nothing that can be checked.
        objects: Python types it takes, which YAML cannot write.
    """

    kinds: set[str] = field(default_factory=set[str])
    words: list[str] = field(default_factory=list[str])
    anything: bool = False
    objects: list[str] = field(default_factory=list[str])

    @property
    def writable(self) -> bool:
        """Whether YAML can write a value for it."""
        return self.anything or bool(self.words) or bool(self.kinds - {"nothing"})

    def fits(self, value: object) -> bool:
        """Tell whether a value from YAML fits."""
        if self.anything:
            return True
        if isinstance(value, str) and "text" not in self.kinds:
            return value in self.words
        kind = kind_of(value)
        if kind == "a number":
            whole = isinstance(value, int)
            return "a number" in self.kinds or (whole and "a whole number" in self.kinds)
        return kind in self.kinds

    def __str__(self) -> str:
        """Name what fits, for a message."""
        kinds = sorted(self.kinds - {"nothing"}) + [repr(word) for word in self.words[:12]]
        return " or ".join(kinds)


def accepts(parameter: source.Parameter) -> Accepts:
    """Return what a parameter takes, by its annotation."""
    found = Accepts()
    if parameter.annotation is None:
        found.anything = True
    else:
        _add(found, parameter.annotation, parameter.module, 6)
    return found


def _add(found: Accepts, node: ast.expr, module: source.Module, hops: int) -> None:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            _add(found, left, module, hops)
            _add(found, right, module, hops)
        case ast.Constant(value=None):
            found.kinds.add("nothing")
        case ast.Constant(value=str() as text):
            _add(found, ast.parse(text, mode="eval").body, module, hops)
        case ast.Subscript(value=owner, slice=inside):
            _add_generic(found, _last(owner), inside, module, hops)
        case ast.Name(id=name):
            _add_name(found, name, module, hops)
        case ast.Attribute(attr=name):
            _add_name(found, name, module, 0)
        case _:
            found.anything = True


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _add_generic(
    found: Accepts, name: str, inside: ast.expr, module: source.Module, hops: int
) -> None:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        found.words += [value for value in values if isinstance(value, str)]
        found.kinds |= {"true or false" for value in values if isinstance(value, bool)}
    elif name in _WRAPPERS:
        for part in parts[:1] if name == "Annotated" else parts:
            _add(found, part, module, hops)
        if name == "Optional":
            found.kinds.add("nothing")
    elif name in _LISTS | _MAPPINGS:
        _add_name(found, name, module, hops)
    else:
        found.anything = True


def _add_name(found: Accepts, name: str, module: source.Module, hops: int) -> None:
    if name in _SIMPLE:
        found.kinds.add(_SIMPLE[name])
    elif name in _LISTS:
        found.kinds.add("a list")
    elif name in _MAPPINGS:
        found.kinds.add("a mapping")
    elif name in ("Any", "object"):
        found.anything = True
    elif name not in _SKIPPED:
        _add_bound(found, name, module, hops)


def _add_bound(found: Accepts, name: str, module: source.Module, hops: int) -> None:
    """Follow a name to its alias or class; a class is an object that YAML cannot write."""
    statement = module.bound.get(name)
    if isinstance(statement, ast.Assign) and hops > 0:
        _add(found, statement.value, module, hops - 1)
    elif isinstance(statement, ast.ImportFrom) and hops > 0:
        target = source.imported(module, name)
        if target is None:
            found.objects.append(name)
        else:
            _add_bound(found, target[1], target[0], hops - 1)
    elif isinstance(statement, ast.ClassDef):
        bases = {_last(base) for base in statement.bases}
        if bases & {"str", "StrEnum"}:
            found.words += _members(statement)
        else:
            found.objects.append(name)
    else:
        found.objects.append(name)


def _members(node: ast.ClassDef) -> list[str]:
    values = [item.value for item in node.body if isinstance(item, ast.Assign)]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
