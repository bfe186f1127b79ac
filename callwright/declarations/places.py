"""A YAML file as plain data, with the place of every key and value.

Built on PyYAML's events rather than on its loaders: no recursion, so depth is a number to check
and not a stack to overflow; aliases are counted before they are expanded; duplicate keys, tags and
several documents are seen where they stand.
"""

import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from callwright.declarations import trees
from callwright.declarations.errors import DeclarationError, Problem, shown

LARGEST_FILE = 1_000_000  # bytes

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1; the file, where it is an included one."""

    line: int
    col: int
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A declaration read from YAML.

    Args:
        path: The file.
        text: Its text, without a byte-order mark.
        raw: Its bytes.
        data: Its content: a mapping of strings to plain data.
        values: The place of each value by its path, e.g. ``("services", "stt", "use")``.
        keys: The place of each mapping key by the path of its value.
        duplicates: Keys that stand twice; the first one counts.
    """

    path: Path
    text: str
    raw: bytes
    data: dict[str, Any]
    values: dict[KeyPath, Place] = field(repr=False)
    keys: dict[KeyPath, Place] = field(repr=False)
    duplicates: tuple[Problem, ...] = ()

    def problem(
        self,
        at: Sequence[str | int],
        what: str,
        *,
        nearest: str | None = None,
        remedy: str = "",
        key: bool = False,
    ) -> Problem:
        """Return a problem at a value's place, or at its key's; the nearest parent's otherwise."""
        path = tuple(at)
        place = self.keys.get(path) if key else None
        while place is None:
            place = self.values.get(path) or (None if path else Place(1, 1))
            path = path[:-1]
        file = place.path or self.path
        return Problem(shown(file), place.line, place.col, what, nearest, remedy)

    def get(self, at: Sequence[str | int]) -> Any:
        """Return the value at a path, or None where there is none."""
        node: Any = self.data
        for step in at:
            match node, step:
                case dict(), str():
                    node = node.get(step)
                case list(), int() if 0 <= step < len(node):
                    node = node[step]
                case _:
                    return None
        return node


def read(path: Path, starts: str = trees.STARTS) -> Document:
    """Read one declaration.

    Args:
        path: The file.
        starts: What such a file starts with, for messages.

    Raises:
        DeclarationError: The file cannot be read, is no YAML, or uses what declarations refuse.
    """
    raw = _bytes(path)
    return parse(raw, path, starts)


def read_with_includes(path: Path, starts: str) -> Document:
    """Read one file whose values may stand in other files: ``key: !include FILE``.

    Args:
        path: The file; what it includes is found from its own folder.
        starts: What such a file starts with, for messages.

    Raises:
        DeclarationError: As for ``read``, for every file that is part of it.
    """
    reader = _Including(starts)
    raw = _bytes(path)
    data = reader.file(path, raw, (), ())
    text = _text(raw, path)
    return Document(path, text, raw, data, reader.values, reader.keys, tuple(reader.duplicates))


class _Including:
    """Puts a file and all that it includes together, with the place of everything."""

    def __init__(self, starts: str) -> None:
        self._starts = starts
        self.values: dict[KeyPath, Place] = {}
        self.keys: dict[KeyPath, Place] = {}
        self.duplicates: list[Problem] = []

    def file(self, path: Path, raw: bytes, at: KeyPath, within: tuple[Path, ...]) -> Any:
        try:
            root, twice = trees.compose(_text(raw, path), includes=True, starts=self._starts)
        except trees.TreeError as error:
            raise DeclarationError([_problem(path, error)]) from None
        self.duplicates += [_problem(path, error) for error in twice]
        return self._walk(root, at, (*within, path.resolve()))

    def _walk(self, node: trees.Node, at: KeyPath, within: tuple[Path, ...]) -> Any:
        here = within[-1]
        self.values[at] = Place(node.line, node.col, here)
        if node.included:
            return self._included(node, at, within)
        if node.entries is not None:
            for key in node.entries:
                self.keys[(*at, key.value)] = Place(key.line, key.col, here)
            return {
                key.value: self._walk(value, (*at, key.value), within)
                for key, value in node.entries.items()
            }
        if node.items is not None:
            return [self._walk(child, (*at, i), within) for i, child in enumerate(node.items)]
        return node.value

    def _included(self, node: trees.Node, at: KeyPath, within: tuple[Path, ...]) -> Any:
        here = within[-1]
        there = (here.parent / str(node.value)).resolve()
        if there in within:
            _refuse(here, f"{node.value} includes itself", "write it out", node.line, node.col)
        if not there.is_file():
            what = f"there is no file {node.value} to include"
            _refuse(here, what, "check the path; it is found from this file", node.line, node.col)
        return self.file(there, _bytes(there), at, within)


def parse(raw: bytes, path: Path, starts: str = trees.STARTS) -> Document:
    """Parse a declaration's bytes; ``path`` is only named, ``starts`` is as for ``read``.

    Raises:
        DeclarationError: As for ``read``.
    """
    text = _text(raw, path)
    try:
        root, duplicates = trees.compose(text, starts=starts)
    except trees.TreeError as error:
        raise DeclarationError([_problem(path, error)]) from None
    values: dict[KeyPath, Place] = {}
    keys: dict[KeyPath, Place] = {}
    data = _walk(root, (), values, keys)
    twice = tuple(_problem(path, error) for error in duplicates)
    return Document(path, text, raw, data, values, keys, twice)


def _problem(path: Path, error: trees.TreeError) -> Problem:
    return Problem(shown(path), error.line, error.col, error.what, None, error.remedy)


def _walk(
    node: trees.Node, at: KeyPath, values: dict[KeyPath, Place], keys: dict[KeyPath, Place]
) -> Any:
    """Return a node's plain data and note its places; ``trees`` has bounded depth and size."""
    values[at] = Place(node.line, node.col)
    if node.entries is not None:
        for key in node.entries:
            keys[(*at, key.value)] = Place(key.line, key.col)
        return {k.value: _walk(v, (*at, k.value), values, keys) for k, v in node.entries.items()}
    if node.items is not None:
        return [_walk(child, (*at, i), values, keys) for i, child in enumerate(node.items)]
    return node.value


def _bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            _refuse(path, "this is a folder", "name the YAML file in it")
        if not stat.S_ISREG(mode):
            _refuse(path, "this is not an ordinary file", "name a YAML file")
        return _limited(path)
    except FileNotFoundError:
        _refuse(path, "there is no such file", "check the path")
    except PermissionError:
        _refuse(path, "the file may not be read", "check its permissions")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad path"
        _refuse(path, f"the file cannot be read ({reason.lower()})", "check the path")


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        _refuse(path, "the file is larger than 1 MB", "is this the right file? keep it small", 1, 1)
    return raw


def _text(raw: bytes, path: Path) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(path, "the file is UTF-16", "save it as UTF-8", 1, 1)
    if b"\0" in raw:
        _refuse(path, "the file is binary, not YAML", "is this the right file?", 1, 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        col = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        _refuse(path, "the file is not UTF-8 text", "save it as UTF-8", line, col)


def _refuse(path: Path, what: str, remedy: str, line: int = 0, col: int = 0) -> NoReturn:
    raise DeclarationError([Problem(shown(path), line, col, what, None, remedy)]) from None
