"""Python files read as data: what a class takes and what a function wants, without importing it.

Importing a provider's module would import Pipecat and the provider's library, which takes seconds
and fails where the library is missing. The checks only need names, defaults and annotations.
"""

import ast
import importlib.util
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A parsed module: its dotted name, and what each name at its top level is bound to."""

    name: str
    path: Path
    bound: dict[str, ast.stmt]


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class statement and the module it stands in."""

    module: Module
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a constructor takes or a settings class holds; the module gives its words meaning."""

    name: str
    annotation: ast.expr | None
    required: bool
    module: Module


def locate(name: str, beside: Path | None = None) -> Path | None:
    """Return the file of a module.

    Args:
        name: Its dotted name.
        beside: The folder of the declaration that names it: ``NAME.py`` there comes first; then
            the current folder and the import path.
    """
    top, *rest = parts = name.split(".")
    if beside is not None:
        own = beside.joinpath(*parts[:-1], f"{parts[-1]}.py")
        if own.is_file():
            return own
        if found := _in_folder(Path.cwd(), parts):
            return found
    try:
        spec = importlib.util.find_spec(top)  # imports nothing for a top-level name
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if not rest:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for root in spec.submodule_search_locations or ():
        if found := _in_folder(Path(root), rest):
            return found
    return None


def _in_folder(folder: Path, parts: Sequence[str]) -> Path | None:
    base = folder.joinpath(*parts)
    for path in (base.with_name(base.name + ".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def parse(path: Path, name: str) -> Module:
    """Parse a module's file.

    Raises:
        SyntaxError: The file is no Python.
        OSError: It cannot be read.
        ValueError: It holds null bytes or no UTF-8.
    """
    tree = ast.parse(path.read_bytes(), filename=str(path))
    bound: dict[str, ast.stmt] = {}
    for statement in _top_level(tree.body):
        for target in _targets(statement):
            bound[target] = statement
    return Module(name, path, bound)


def _top_level(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            for _, value in ast.iter_fields(statement):
                if isinstance(value, list):
                    yield from _top_level([item for item in value if isinstance(item, ast.stmt)])


def _targets(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign():
            yield from (t.id for t in statement.targets if isinstance(t, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (a.asname or a.name.split(".")[0] for a in statement.names)
        case _:
            pass


def find_class(module: Module, name: str, hops: int = 8) -> Class | None:
    """Return a class by its name in a module, following imports; None where they lead nowhere."""
    statement = module.bound.get(name)
    if isinstance(statement, ast.ClassDef):
        return Class(module, statement)
    if isinstance(statement, ast.ImportFrom) and hops > 0:
        found = imported(module, name)
        return find_class(found[0], found[1], hops - 1) if found else None
    return None


def imported(module: Module, name: str) -> tuple[Module, str] | None:
    """Return the module and the name there that an imported name stands for."""
    statement = module.bound.get(name)
    if not isinstance(statement, ast.ImportFrom):
        return None
    source = next(a.name for a in statement.names if (a.asname or a.name) == name)
    target = statement.module or ""
    if statement.level:
        parts = module.name.split(".")
        drop = statement.level - (module.path.name == "__init__.py")
        target = ".".join([*parts[: len(parts) - drop], *([target] if target else [])])
    if target.split(".")[0] in sys.stdlib_module_names:
        return None
    path = locate(target)
    try:
        return (parse(path, target), source) if path else None
    except (SyntaxError, OSError, ValueError):
        return None


def lineage(cls: Class) -> Iterator[Class]:
    """Yield a class and its bases, nearest first, as far as they can be found.

    Lazily: a provider's own class mostly answers, and Pipecat's bases are long files.
    """
    seen: list[ast.ClassDef] = []
    waiting: list[tuple[Module, ast.expr]] = []
    current: Class | None = cls
    while True:
        if current is not None and current.node not in seen:
            seen.append(current.node)
            yield current
            waiting[:0] = [(current.module, base) for base in current.node.bases]
        if not waiting:
            return
        module, base = waiting.pop(0)
        current = _class_of(module, base)


def _class_of(module: Module, expression: ast.expr) -> Class | None:
    """Return the class that an expression names: ``A``, ``A[T]``, or ``A.Inner``."""
    match expression:
        case ast.Name(id=name):
            return find_class(module, name)
        case ast.Subscript(value=value):
            return _class_of(module, value)
        case ast.Attribute(value=ast.Name() as owner, attr=attribute):
            outer = _class_of(module, owner)
            return inner_class(outer, attribute) if outer else None
        case _:
            return None


def inner_class(cls: Class, name: str) -> Class | None:
    """Return the class bound to a name inside a class or its bases (``Settings``)."""
    for current in lineage(cls):
        for statement in current.node.body:
            match statement:
                case ast.ClassDef(name=found) if found == name:
                    return Class(current.module, statement)
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    return _class_of(current.module, value)
                case _:
                    pass
    return None


def fields(cls: Class) -> dict[str, Parameter]:
    """Return the fields of a dataclass or pydantic model, inherited ones first."""
    found: dict[str, Parameter] = {}
    for current in reversed(list(lineage(cls))):
        for statement in current.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
                    if not name.startswith("_") and "ClassVar" not in ast.unparse(kind):
                        found[name] = Parameter(name, kind, value is None, current.module)
                case _:
                    pass
    return found


def constructor(cls: Class, wanted: Collection[str]) -> tuple[dict[str, Parameter], bool]:
    """Return a class's constructor parameters, and whether it takes others that nobody knows.

    ``**kwargs`` are followed into the bases, where they go, until everything ``wanted`` is found;
    what a base requires is given by the class itself.
    """
    found: dict[str, Parameter] = {}
    known_root, nearest = False, True
    for current in lineage(cls):
        known_root = known_root or current.module.name.startswith("pipecat.")
        init = function(current.node.body, "__init__")
        if init is None:
            continue
        for given in parameters(init, current.module)[1:]:
            required = given.required and nearest
            known = Parameter(given.name, given.annotation, required, given.module)
            found.setdefault(given.name, known)
        if init.args.kwarg is None or all(name in found for name in wanted):
            return found, False
        nearest = False
    return found, not known_root


def function(body: Sequence[ast.stmt], name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the last definition of a function in a body."""
    found = None
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == name:
            found = statement
    return found


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> list[Parameter]:
    """Return what a function can be called with by name, in order; ``self`` included."""
    found: list[Parameter] = []
    positional = [*node.args.posonlyargs, *node.args.args]
    without_default = len(positional) - len(node.args.defaults)
    for index, argument in enumerate(positional):
        required = index < without_default
        found.append(Parameter(argument.arg, argument.annotation, required, module))
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, argument.annotation, default is None, module))
    return found
