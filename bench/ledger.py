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


# What happened, in order, by call: events of the record, and tools that ran in between.
_BOOKS: dict[str, list[Any]] = {}


def book_of(call_id: str) -> list[Any]:
    """The book of one call, which may be written into as well."""
    return _BOOKS.setdefault(call_id, [])


def close(call_id: str) -> list[Any]:
    """Give a call's book away."""
    return _BOOKS.pop(call_id, [])


def ran(tool: str, arguments: Mapping[str, Any], result: R, call: Any) -> R:
    """Write down that a tool ran in `call`, where there is one; gives its result."""
    if call is not None:
        book_of(call.call_id).append(Ran(tool, dict(arguments), result))
    return result
