"""What happens at one moment has no order: who is first then is the event loop's affair. Pure.

On the virtual clock whole chains of events share their moment, and Python's versions take tasks
that are ready at once in other orders. So records are compared moment by moment.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from callwright.calls.events import Ended, Event, SwitchedOver, Trouble, to_line

# Clients name what they ask for by such ids, and tell them in their errors: every time another.
_ID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Every event as JSON; those of one moment in an order that they have in every record."""
    for _, together in groupby(events, key=lambda event: event.at):
        yield from sorted(_line(event) for event in together)


def as_in(first: Sequence[Event], second: Sequence[Event]) -> list[Event]:
    """The second record's events, in the first's order wherever both did the same in a moment."""
    moments = {at: list(together) for at, together in groupby(first, key=lambda event: event.at)}
    found: list[Event] = []
    for at, together in groupby(second, key=lambda event: event.at):
        own, other = list(together), moments.get(at, [])
        alike = Counter(map(_line, own)) == Counter(map(_line, other))
        found += other if alike else own
    return found


def comparable(event: Event) -> dict[str, Any]:
    """An event's line without what an error says of ids."""
    line = to_line(event)
    if not isinstance(event, Trouble | SwitchedOver | Ended):
        return line
    return {key: _ID.sub("", one) if isinstance(one, str) else one for key, one in line.items()}


def _line(event: Event) -> str:
    return json.dumps(comparable(event), sort_keys=True)
