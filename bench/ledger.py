"""Which tools really ran: their own word for it, whatever the record of the call says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ran:
    """A tool's function was called, with these arguments, and returned this."""

    tool: str
    arguments: Mapping[str, Any]
    result: Any


# The one that is written into: a process makes one call at a time.
_open: list[list[Any]] = []


def new_book() -> list[Any]:
    """Begin another call's book: events of its record, and between them the tools that ran."""
    _open[:] = [[]]
    return _open[0]


def ran(tool: str, arguments: Mapping[str, Any], result: R) -> R:
    """Write down that a tool ran; gives its result."""
    for book in _open:
        book.append(Ran(tool, dict(arguments), result))
    return result
