"""Reads a line of `events.jsonl` back. Whoever opens a record may have edited or damaged it."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from callwright.calls.events import KINDS, Event


def from_line(data: Any) -> Event:
    """The event that `to_line` wrote.

    Raises:
        ValueError: The event is unknown, a field is missing, or holds what it cannot hold.
    """
    if not isinstance(data, dict):
        raise ValueError(f"a line is an object, not {type(data).__name__}")
    kind = KINDS.get(str(data.get("event")))
    if kind is None:
        raise ValueError(f"event {data.get('event')!r} is unknown; written by a newer version?")
    if "at" not in data:
        raise ValueError(f"event {kind.name!r} is incomplete: 'at' is missing")
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        wrong = error.errors()[0]
        what = wrong["msg"][:1].lower() + wrong["msg"][1:]
        raise ValueError(f"event {kind.name!r}: {wrong['loc'][0]!r}: {what}") from None


@cache
def _adapter(kind: type[Event]) -> TypeAdapter[Event]:
    return TypeAdapter(kind)
