"""The tree of a YAML text: every node with its place, nothing expanded, nothing ambiguous."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from callwright.declarations.errors import quoted
from callwright.declarations.scalars import Scalar, kind_of, plain

DEEPEST = 30
MOST_NODES = 20_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAB_INDENT = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)


# What the parser says, what it means to somebody who wrote a declaration, and what to do.
_PLAINLY = (
    ("mapping values are not allowed", "a key cannot stand here", "check the indentation"),
    ("cannot start any token", "this character cannot start a value", "put the text in quotes"),
    ("unexpected end of stream", "a quote is never closed", "close the quote before here"),
    ("expected ',' or ']'", "the list is not closed, or lacks a ','", "write it as [a, b]"),
    ("expected ',' or '}'", "the mapping is not closed, or lacks a ','", "write it as {a: b}"),
    ("could not find expected ':'", "there is no ':' after this key", "write 'key: value'"),
    ("expected '-' indicator", "a list goes on with something else", "check the indentation"),
    ("expected key", "a mapping goes on with something else", "check indentation and quotes"),
    ("expected <document start>", "this is no YAML", "write keys and values: 'agent: NAME'"),
    ("alphabetic or numeric", "a '*' or '&' starts a name", "put the text in quotes"),
    ("escape", "this escape is unknown", "use single quotes, or double the backslash"),
)


class TreeError(Exception):
    """The text is no declaration: where, what, and what to do. Lines and columns from 1."""

    def __init__(self, mark: Any, what: str, remedy: str) -> None:
        """Keep the place of a PyYAML mark or of a ``(line, col)`` pair, both counted from 0."""
        super().__init__(what)
        line, col = mark if isinstance(mark, tuple) else (mark.line, mark.column)
        self.line, self.col = line + 1, col + 1
        self.what, self.remedy = what, remedy


@dataclass(slots=True, eq=False)
class Node:
    """A scalar, a list (``items``) or a mapping (``entries``), and where it starts."""

    line: int
    col: int
    value: Any = None
    items: "list[Node] | None" = None
    entries: "dict[Node, Node] | None" = None
    pending: "Node | None" = None
    seen: set[str] = field(default_factory=set[str])
    size: int = 1
    depth: int = 1
    open: bool = False
    twice: bool = False
    included: bool = False


# The tag of a value that stands in another file, for files that may have it.
INCLUDE = "!include"
STARTS = "'agent: …' or 'stack: …'"


def compose(
    text: str, *, includes: bool = False, starts: str = STARTS
) -> tuple[Node, list[TreeError]]:
    """Return the root mapping of the only document in ``text``, and its duplicate keys.

    Args:
        text: YAML.
        includes: Whether a value may be ``!include FILE``.
        starts: What such a file starts with, for messages.

    Raises:
        TreeError: Broken YAML, or YAML that declarations refuse.
    """
    if tab := _TAB_INDENT.search(text):
        line = text.count("\n", 0, tab.end())
        col = text.index("\t", tab.start()) - tab.start()
        raise TreeError((line, col), "the line is indented with a tab", "use spaces")
    try:
        composer = _Composer(includes, starts)
        return composer.run(text), composer.duplicates
    except yaml.reader.ReaderError as error:
        at = error.position if isinstance(error.position, int) else 0
        before = text[:at]
        place = (before.count("\n"), len(before) - before.rfind("\n") - 1)
        raise TreeError(place, "there is an invisible control character", "delete it") from None
    except yaml.MarkedYAMLError as error:
        raise _broken(error, text) from None


def _broken(error: yaml.MarkedYAMLError, text: str) -> TreeError:
    mark = error.problem_mark or error.context_mark
    what = " ".join(str(error.problem or error.context or "").split())
    lines = text.split("\n")
    if mark is None:
        return TreeError((0, 0), f"this is not YAML ({what})", "check the syntax")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[mark.column : mark.column + 1]:
        return TreeError(mark, "there is a tab", "use spaces")
    if "mapping values are not allowed" in what and ":" in line[: mark.column].rstrip(":"):
        return TreeError(mark, "there is a second ':'", "put the text in quotes")
    for words, plainly, remedy in _PLAINLY:
        if words in what:
            return TreeError(mark, plainly, remedy)
    remedy = "check indentation, colons and quotes here and on the line before"
    return TreeError(mark, what, remedy)


class _Composer:
    """Builds the tree from events, with a stack of its own."""

    def __init__(self, includes: bool, starts: str) -> None:
        self._includes, self._starts = includes, starts
        self.stack: list[Node] = []
        self.anchors: dict[str, Node] = {}
        self.documents = 0
        self.duplicates: list[TreeError] = []
        self.root: Node | None = None

    def run(self, text: str) -> Node:
        for event in self._events(text):
            self._take(event)
        if self.root is None or (self.root.entries is None and self.root.value is None):
            if self.root is not None and self.root.items is not None:
                raise _not_a_mapping(self.root, self._starts)
            raise TreeError((0, 0), "the file is empty", f"start it with {self._starts}")
        if self.root.entries is None:
            raise _not_a_mapping(self.root, self._starts)
        return self.root

    def _events(self, text: str) -> Iterator[Any]:
        loader = _Loader(text)
        try:
            while loader.check_event():
                yield loader.get_event()
        finally:
            loader.dispose()

    def _take(self, event: Any) -> None:
        mark = event.start_mark
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    _refuse(mark, "a second document starts here", "keep one document a file")
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent() if self._includes and event.tag == INCLUDE:
                there = Node(mark.line + 1, mark.column + 1, value=event.value, included=True)
                self._add(there, event)
            case yaml.ScalarEvent():
                _untagged(event)
                value: Scalar = plain(event.value) if event.implicit[0] else event.value
                self._add(Node(mark.line + 1, mark.column + 1, value=value), event)
            case yaml.SequenceStartEvent():
                self._start(Node(mark.line + 1, mark.column + 1, items=[], open=True), event)
            case yaml.MappingStartEvent():
                self._start(Node(mark.line + 1, mark.column + 1, entries={}, open=True), event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                node = self.stack.pop()
                node.open = False
                self._grow(node, mark)
            case _:
                pass

    def _start(self, node: Node, event: Any) -> None:
        _untagged(event)
        if len(self.stack) >= DEEPEST:
            _refuse(event.start_mark, f"this is nested deeper than {DEEPEST} levels", "flatten it")
        self._add(node, event)
        self.stack.append(node)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        target = self.anchors.get(event.anchor)
        if target is None:
            _refuse(mark, f"there is no '&{event.anchor}' before this alias", "write the value out")
        if target.open:
            _refuse(mark, "this alias holds itself", "write the value out")
        parent = self.stack[-1] if self.stack else None
        if parent is not None and parent.entries is not None and parent.pending is None:
            _refuse(mark, "an alias cannot be a key", "write the key out")
        self._attach(target, mark)
        self._grow(target, mark)

    def _add(self, node: Node, event: Any) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._attach(node, event.start_mark)
        if not node.open:
            self._grow(node, event.start_mark)

    def _attach(self, node: Node, mark: Any) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif parent.entries is not None and parent.pending is None:
            self._check_key(parent, node, mark)
            parent.pending = node
        elif parent.entries is not None and parent.pending is not None:
            if not parent.pending.twice:
                parent.entries[parent.pending] = node
            parent.pending = None

    def _check_key(self, parent: Node, key: Node, mark: Any) -> None:
        if not isinstance(key.value, str):
            shape = key.items if key.items is not None else key.entries
            kind = kind_of(key.value if shape is None else shape)
            _refuse(mark, f"a key must be text, this is {kind}", "put it in quotes")
        if key.value == "<<":
            _refuse(mark, "'<<' merges are not supported", "write the keys out")
        if key.value in parent.seen:
            what = f"the key {quoted(key.value)} stands here twice"
            self.duplicates.append(TreeError(mark, what, "keep one of them"))
            key.twice = True
        parent.seen.add(key.value)

    def _grow(self, node: Node, mark: Any) -> None:
        """Count a finished node into its parent, as large as it is once aliases are expanded."""
        if not self.stack:
            return
        parent = self.stack[-1]
        parent.size += node.size
        parent.depth = max(parent.depth, node.depth + 1)
        if parent.size > MOST_NODES:
            what = f"the file holds more than {MOST_NODES} values once its aliases are written out"
            _refuse(mark, what, "keep it small, without aliases of aliases")
        if len(self.stack) + node.depth > DEEPEST + 1:
            _refuse(mark, f"this is nested deeper than {DEEPEST} levels", "flatten it")


def _untagged(event: Any) -> None:
    if event.tag is not None:
        _refuse(
            event.start_mark, f"tags such as {quoted(event.tag)} are not supported", "delete it"
        )


def _not_a_mapping(node: Node, starts: str) -> TreeError:
    place = (node.line - 1, node.col - 1)
    return TreeError(place, "the file must hold keys and values", f"start it with {starts}")


def _refuse(mark: Any, what: str, remedy: str) -> NoReturn:
    raise TreeError(mark, what, remedy)
