"""Words without quotes that are text here, and a number, a date, true or false for Pipecat.

A declaration means the words it shows; Pipecat reads YAML 1.1, in which ``no`` is false. A scenario
means one thing in both runs only where such words stand in quotes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from callwright.declarations.errors import Problem, quoted, shown
from callwright.declarations.places import Document
from callwright.declarations.scalars import plain

_STANDARD = "tag:yaml.org,2002:"
_MEANS = {
    "bool": "true or false",
    "float": "a number",
    "int": "a number",
    "null": "nothing",
    "timestamp": "a date",
    "value": "no value",
}
# Pipecat's scenarios know decimal numbers only.
_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)")


class _Loader(yaml.SafeLoader):
    """Only composes: no tag is looked up."""


def unquoted(document: Document) -> Iterator[Problem]:
    """What to put in quotes, in a file that could be read and in those that it includes."""
    files = {place.path or document.path: None for place in document.values.values()}
    for path in files:
        try:
            root: Any = yaml.compose(path.read_text("utf-8-sig"), _Loader)
        except yaml.MarkedYAMLError as error:
            yield _unread(path, error)
            continue
        for node in _scalars(root):
            if meant := _meant(node):
                line, col = node.start_mark.line + 1, node.start_mark.column + 1
                what = f"{quoted(node.value)} without quotes is {meant} for Pipecat"
                yield Problem(shown(path), line, col, what, remedy="put it in quotes")


def _unread(path: Path, error: yaml.MarkedYAMLError) -> Problem:
    """As in ``[text: Who?]``, which is read here, and by Pipecat is not."""
    mark = error.problem_mark
    line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = f"Pipecat cannot read this: {error.problem or 'no YAML 1.1'}"
    return Problem(shown(path), line, col, what, remedy="put the text in quotes")


def _scalars(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Every scalar of a tree once, keys included."""
    waiting: list[Any] = [root]
    seen = set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case yaml.ScalarNode():
                yield node
            case yaml.SequenceNode():
                waiting += node.value
            case yaml.MappingNode():
                waiting += [child for pair in node.value for child in pair]
            case _:
                pass


def _meant(node: yaml.ScalarNode) -> str | None:
    """What a plain word means to Pipecat, where it is text here; None where it is not."""
    word: str = node.value
    if node.style is not None or not isinstance(plain(word), str):
        return None
    tag = node.tag.removeprefix(_STANDARD)
    if tag == "int" and not _INT.fullmatch(word):
        return None
    return _MEANS.get(tag)
