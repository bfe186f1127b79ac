"""Whether a call kept its promises: seven invariants, judged from its record alone.

1. No tool runs before its steps. 2. No guarded words leave before theirs. 3. Required statements
were heard in full. 4. A confirmed entity was confirmed by the caller's words after a read-back of
that very value. 5. No call counts as completed with a required step or entity open. 6. After every
turn of the caller something is heard within the limit. 7. Nothing sensitive stands in clear.

The rules' own verdicts count for nothing where the record holds what they were made from: words
that were said and heard, tools that ran and what they returned.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from callwright.calls import events as ev
from callwright.calls import promises
from callwright.calls.latency import unanswered
from callwright.calls.monitor_facts import facts_confirmed
from callwright.calls.monitor_sensitive import nothing_in_clear
from callwright.calls.monitor_steps import steps_kept
from callwright.calls.promises import Promises
from callwright.calls.timeline import turns
from callwright.calls.violation import Violation


def violations(
    meta: Mapping[str, Any], events: Iterable[ev.Event], key: bytes | None = None
) -> list[Violation]:
    """Return every broken promise of a call, in the order in which they were broken.

    Args:
        meta: What `call.yaml` says.
        events: What happened, in order.
        key: Of the hashes that stand for sensitive values; without it the record is only searched
            for values that are not masked at all.

    Raises:
        ValueError: The promises in `call.yaml` make no sense.
    """
    happened = list(events)
    promised = promises.read(meta)
    found = [
        *steps_kept(promised, happened),
        *facts_confirmed(promised, happened),
        *_answered(promised, happened),
        *nothing_in_clear(promised, meta, happened, key),
    ]
    return sorted(found, key=lambda one: (one.at, one.invariant))


def _answered(promised: Promises, events: Sequence[ev.Event]) -> Iterator[Violation]:
    ended_at = events[-1].at if events else 0.0
    for turn in unanswered(turns(events), ended_at, promised.silence):
        yield Violation(6, turn.end, f"unanswered: {turn.user!r}")
