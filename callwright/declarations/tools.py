"""Does each declared tool exist, and can it be called with what the agent declares?"""

import ast
import sys
from collections.abc import Callable, Iterator
from typing import Any

from callwright.declarations import source
from callwright.declarations.errors import Problem, listed, nearest_word, shown
from callwright.declarations.places import Document, KeyPath

CONTEXT = "call"  # a parameter of this name receives the call's context


def tool_problems(
    document: Document, implied: Callable[[Document, str], list[str]]
) -> Iterator[Problem]:
    """Yield what is wrong with the functions behind an agent's tools, without importing them.

    Args:
        document: The agent file.
        implied: Returns what a tool is called with that names no needs itself.
    """
    tools = document.get(["tools"])
    if not isinstance(tools, dict):
        return
    for name in tools:
        at = ("tools", name)
        yield from _needs(document, (*at, "needs"))
        reference = document.get((*at, "python"))
        if isinstance(reference, str) and reference.count(":") == 1:
            given = document.get((*at, "needs")) or implied(document, name)
            yield from _function(document, at, reference, given)


def result_keys(document: Document, tool: str) -> list[str] | None:
    """Return the keys that every result of a tool has, or None where its code does not tell."""
    reference = document.get(("tools", tool, "python"))
    module_name, _, name = reference.partition(":") if isinstance(reference, str) else ("", "", "")
    path = source.locate(module_name, document.path.parent) if module_name else None
    try:
        node = source.parse(path, module_name).bound.get(name) if path else None
    except (SyntaxError, OSError, ValueError):
        return None
    if not isinstance(node, _FUNCTIONS):
        return None
    returned = [_keys(part.value) for part in _own_nodes(node) if isinstance(part, ast.Return)]
    if not returned or any(keys is None for keys in returned):
        return [] if not returned else None
    first, *others = [keys or [] for keys in returned]
    return [key for key in first if all(key in keys for keys in others)]


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in functions and classes inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child
            yield from _own_nodes(child)


def _keys(value: ast.expr | None) -> list[str] | None:
    match value:
        case None | ast.Constant():
            return []
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return [str(key.value) for key in keys if isinstance(key, ast.Constant)]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=given):
            names = [keyword.arg for keyword in given]
            return None if None in names else [name for name in names if name]
        case _:
            return None


def _needs(document: Document, at: KeyPath) -> Iterator[Problem]:
    needs = document.get(at)
    entities = document.get(["entities"])
    known = list(entities) if isinstance(entities, dict) else []
    for index, need in enumerate(needs if isinstance(needs, list) else []):
        if not isinstance(need, str):
            continue
        if need not in known:
            nearest = nearest_word(need, known)
            remedy = "" if nearest else "declare it under entities"
            what = f"the tool needs {need!r}, which is no entity"
            yield document.problem((*at, index), what, nearest=nearest, remedy=remedy)
        elif need in needs[:index]:
            what = f"the tool needs {need!r} twice"
            yield document.problem((*at, index), what, remedy="delete one")


def _function(document: Document, at: KeyPath, reference: str, given: Any) -> Iterator[Problem]:
    module_name, _, function_name = reference.partition(":")
    place = (*at, "python")
    path = source.locate(module_name, document.path.parent) if module_name else None
    if path is None:
        what = f"there is no module {module_name!r}"
        beside = document.path.parent / f"{module_name.replace('.', '/')}.py"
        yield document.problem(place, what, remedy=f"write it as {shown(beside)}")
        return
    try:
        module = source.parse(path, module_name)
    except SyntaxError as error:
        what = f"this is no Python: {error.msg}"
        line, col = error.lineno or 1, max(1, error.offset or 1)
        version = ".".join(map(str, sys.version_info[:2]))
        remedy = f"correct it (it is read by Python {version})"
        yield Problem(shown(path), line, col, what, None, remedy)
        return
    except (OSError, ValueError):
        yield document.problem(place, f"{shown(path)} cannot be read", remedy="save it as UTF-8")
        return
    statement = module.bound.get(function_name)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _call(document, at, statement, module, given)
    elif statement is None or isinstance(statement, ast.ClassDef):
        names = [n for n, s in module.bound.items() if isinstance(s, _FUNCTIONS) and n[0] != "_"]
        nearest = nearest_word(function_name, names)
        what = f"there is no function {function_name!r} in {shown(path)}"
        remedy = "" if nearest else f"write 'def {function_name}(…)' there"
        yield document.problem(place, what, nearest=nearest, remedy=remedy)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _call(
    document: Document, at: KeyPath, node: Any, module: source.Module, needs: Any
) -> Iterator[Problem]:
    if not isinstance(needs, list):
        return
    given = [need for need in needs if isinstance(need, str)]
    parameters = source.parameters(node, module)
    names = [parameter.name for parameter in parameters]
    if node.args.posonlyargs:
        what = f"{node.name} takes arguments by position only"
        yield document.problem((*at, "python"), what, remedy="delete the '/' from its parameters")
        return
    for index, need in enumerate(needs):
        if isinstance(need, str) and need not in names and node.args.kwarg is None:
            what = f"{node.name} takes no {need!r}"
            nearest = nearest_word(need, [n for n in names if n not in given])
            remedy = f"it takes {listed(names) or 'nothing'}"
            yield document.problem((*at, "needs", index), what, nearest=nearest, remedy=remedy)
    missing = [p.name for p in parameters if p.required and p.name not in (*given, CONTEXT)]
    if missing:
        what = f"{node.name} also wants {listed(missing)}"
        remedy = "add it to needs, or give the parameter a default"
        yield document.problem((*at, "needs"), what, remedy=remedy)
