"""The first event in which two calls part. Pure: lines of two records, nothing else.

Two records can part twice: first by a few milliseconds only, later by what is said or done. Both
places are worth knowing, and the second is the one that explains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from callwright.calls import events as ev
from callwright.calls.decisions import turn_at
from callwright.calls.instants import as_in, comparable
from callwright.calls.masks import shown
from callwright.calls.timeline import turns

# Times within an event: they shift with it and say nothing of their own.
_TIMES = frozenset({"at", "since", "start", "end", "lead", "held", "ttfb"})


@dataclass(frozen=True, slots=True)
class Side:
    """One call where it parts from another.

    Args:
        event: The event as its line says it; None where this call has no more events.
        turn: The turn it belongs to, from 1; 0 in a call without turns.
        heard: What the caller was heard to say in that turn.
        said: What the caller heard the bot say in that turn.
    """

    event: dict[str, Any] | None
    turn: int
    heard: str
    said: str


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two calls part.

    Args:
        number: Which event, from 1.
        only_in_time: Whether both sides do the same, at another moment.
        first: The one call there.
        second: The other.
    """

    number: int
    only_in_time: bool
    first: Side
    second: Side


def partings(first: Sequence[ev.Event], second: Sequence[ev.Event]) -> list[Parting]:
    """Where two calls part: nowhere, in one place, or first in time and then in what happens."""
    found: list[Parting] = []
    second = as_in(first, second)
    for number, (one, other) in enumerate(zip_longest(first, second), start=1):
        if one is not None and other is not None:
            if comparable(one) == comparable(other):
                continue
            same = _timeless(one) == _timeless(other)
            if same and found:
                continue
        else:
            same = False
        index = number - 1
        found.append(Parting(number, same, _side(first, index), _side(second, index)))
        if not same:
            break
    return found


def _timeless(event: ev.Event) -> dict[str, Any]:
    return {key: value for key, value in comparable(event).items() if key not in _TIMES}


def _side(events: Sequence[ev.Event], index: int) -> Side:
    told = turns(events)
    event = events[index] if index < len(events) else None
    if not told:
        return Side(_line(event), 0, "", "")
    number = turn_at(told, event.at) if event is not None else len(told) - 1
    return Side(_line(event), number + 1, told[number].user, told[number].bot)


def _line(event: ev.Event | None) -> dict[str, Any] | None:
    return None if event is None else shown(ev.to_line(event))
