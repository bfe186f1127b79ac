"""``{name}`` in words that are spoken, ``${ENV}`` where the machine fills something in."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from callwright.declarations.errors import Problem, listed, nearest_word
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.shape import dotted

_ENV = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")


def env_names(value: Any) -> list[str]:
    """Return the variables that a value, or anything inside it, asks for, each once."""
    names = [name for _, text in _texts(value, ()) for name in _ENV.findall(text)]
    return list(dict.fromkeys(names))


def fill_env(value: Any, env: Mapping[str, str]) -> Any:
    """Return a value with every ``${ENV}`` in it filled in.

    Raises:
        KeyError: A variable is missing; ``load`` has already refused that.
    """
    match value:
        case str():
            return _ENV.sub(lambda found: env[found[1]], value)
        case list():
            return [fill_env(item, env) for item in value]
        case dict():
            return {key: fill_env(item, env) for key, item in value.items()}
        case _:
            return value


def names_in(text: str) -> list[str]:
    """Return the names that spoken words ask for, each once."""
    return list(dict.fromkeys(_NAME.findall(text)))


def env_problems(document: Document, allowed: Callable[[KeyPath], bool]) -> Iterator[Problem]:
    """Yield ``${`` where nothing is filled in, and ``${`` that is no ``${NAME}``."""
    for at, text in _texts(document.data, ()):
        if "${" not in text:
            continue
        if not allowed(at):
            what = f"'${{…}}' is not filled in here ({dotted(at)})"
            remedy = "variables stand in handoff.to and in a service's settings and args"
            yield document.problem(at, what, remedy=remedy)
        elif "${" in _ENV.sub("", text):
            yield document.problem(at, "this is no ${NAME}", remedy="write it as ${LIKE_THIS}")


def word_problems(
    document: Document, at: Sequence[str | int], known: Container[str], names: Sequence[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the ``{name}`` in one field of spoken words.

    Args:
        document: The agent file.
        at: The field.
        known: Every name that exists.
        names: Those that have a value whenever these words are spoken.
    """
    text = document.get(at)
    if not isinstance(text, str) or "${" in text:
        return
    for name in names_in(text):
        if name in names:
            continue
        if name in known:
            remedy = f"use {listed([f'{{{n}}}' for n in names], 'or')}" if names else "leave it out"
            what = f"{{{name}}} may not be known yet when {dotted(at)} is said"
            yield document.problem(at, what, remedy=remedy)
        else:
            nearest = nearest_word(name, names)
            remedy = "" if nearest else f"known: {listed(names) or 'none'}"
            what = f"{{{name}}} in {dotted(at)} is unknown"
            yield document.problem(at, what, nearest=nearest, remedy=remedy)
    if re.search(r"[{}]", _NAME.sub("", text)):
        yield document.problem(at, f"there is a lonely brace in {dotted(at)}", remedy="delete it")


def _texts(value: Any, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    match value:
        case str():
            yield at, value
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, (*at, index))
        case dict():
            for key, item in value.items():
                yield from _texts(item, (*at, key))
        case _:
            pass
