"""YAML rewritten in place: what stays keeps its comments, its quotes and its order."""

from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString
from ruamel.yaml.util import load_yaml_guess_indent

# As long as this, a list or a mapping of plain values still stands on one line.
_ONE_LINE = 88


def rewritten(text: str, content: dict[str, Any]) -> str:
    """The YAML text changed as little as possible, so that it says `content`.

    Comments stay with the keys and items they stand at, and go with those that go.

    Args:
        text: The file so far; may be empty.
        content: Plain data.
    """
    rt = YAML(typ="rt")
    rt.preserve_quotes = True
    rt.width = 10_000  # a sentence stays on its line
    sequence, offset = _indentation(text)
    rt.indent(mapping=2, sequence=sequence, offset=offset)
    tree = rt.load(text) if text.strip() else None
    if isinstance(tree, CommentedMap):
        _change_mapping(tree, content)
    else:
        tree = _made(content)
    out = StringIO()
    rt.dump(tree, out)
    return out.getvalue()


def _indentation(text: str) -> tuple[int, int]:
    """How far list items and their dashes are indented: as in the text, where it has any."""
    _, sequence, offset = load_yaml_guess_indent(text) if text.strip() else (None, None, None)
    return (4, 2) if sequence is None or offset is None else (sequence, offset)


def _changed(node: Any, value: Any) -> Any:
    match node, value:
        case CommentedMap(), dict():
            _change_mapping(node, value)
            return node
        case CommentedSeq(), list():
            _change_list(node, value)
            return node
        case _:
            return node if node == value and type(value) is not bool else _made(value)


def _change_mapping(node: CommentedMap, value: dict[str, Any]) -> None:
    for key in [key for key in node if key not in value]:
        del node[key]
    for place, (key, item) in enumerate(value.items()):
        if key not in node:
            node.insert(place, key, _made(item))
        elif node[key] != item:
            node[key] = _changed(node[key], item)
    _unfold(node, value)


def _change_list(node: CommentedSeq, value: list[Any]) -> None:
    del node[len(value) :]
    for index, item in enumerate(value):
        if index >= len(node):
            node.append(_made(item))
        elif node[index] != item:
            node[index] = _changed(node[index], item)
    _unfold(node, value)


def _unfold(node: CommentedMap | CommentedSeq, value: Any) -> None:
    """Give what has become too long for one line several."""
    if len(repr(value)) > _ONE_LINE:
        node.fa.set_block_style()


def _made(value: Any) -> Any:
    match value:
        case dict():
            made = CommentedMap((key, _made(item)) for key, item in value.items())
            _style(made, value)
            return made
        case list():
            made = CommentedSeq(_made(item) for item in value)
            _style(made, value)
            return made
        case str():
            return _text(value)
        case _:
            return value


def _style(made: CommentedMap | CommentedSeq, value: Any) -> None:
    """Short things on one line; turns always one lane a line."""
    turn = isinstance(value, dict) and "bot" in value
    if turn or len(repr(value)) > _ONE_LINE:
        made.fa.set_block_style()
        return
    made.fa.set_flow_style()
    for key in made if isinstance(made, CommentedMap) else range(len(made)):
        # YAML 1.1 reads no question mark before a bracket.
        if isinstance(made[key], str) and not _is_read(f"[{made[key]}]", [made[key]]):
            made[key] = SingleQuotedScalarString(made[key])


def _text(value: str) -> str:
    if "\n" in value:
        return LiteralScalarString(value)
    return value if _is_read(value, value) else SingleQuotedScalarString(value)


def _is_read(text: str, value: Any) -> bool:
    try:
        return yaml.safe_load(text) == value
    except yaml.YAMLError:
        return False
