"""How long the caller waited, as the caller heard it. Pure functions over turns and events."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callwright.calls import events as ev
from callwright.calls.timeline import Turn

# Above this, callers believe that the line is dead.
SILENCE_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of some milliseconds; None where there was nothing to measure."""

    p50: int | None
    p95: int | None
    max: int | None
    n: int


def spread(values: Iterable[int]) -> Spread:
    """P50, P95 and maximum by the nearest-rank method."""
    ordered = sorted(values)
    if not ordered:
        return Spread(None, None, None, 0)

    def rank(share: float) -> int:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Spread(rank(0.50), rank(0.95), ordered[-1], len(ordered))


def response_spread(turns: Sequence[Turn]) -> Spread:
    """Response latency: end of the caller's speech to the first audible sample of the answer."""
    return spread(turn.response_ms for turn in turns if turn.response_ms is not None)


def stage_spread(events: Iterable[ev.Event]) -> dict[str, Spread]:
    """Time to first result of each stage, milliseconds."""
    stages: dict[str, list[int]] = {}
    for event in events:
        if isinstance(event, ev.Measured):
            stages.setdefault(event.stage, []).append(round(event.ttfb * 1000))
    return {stage: spread(values) for stage, values in stages.items()}


def unanswered(turns: Sequence[Turn], ended_at: float, limit: float = SILENCE_LIMIT) -> list[Turn]:
    """Turns of the caller after which nothing was heard for `limit` seconds.

    A turn that the caller followed up at once, or that the end of the call cut short, had no
    time to be answered; while the bot went on speaking, something was heard.
    """
    following = [*(turn.start for turn in turns[1:]), ended_at][: len(turns)]
    silent = (max(turn.end, turn.bot_until or 0.0) for turn in turns)
    return [
        turn
        for turn, since, until in zip(turns, silent, following, strict=True)
        if turn.user_spoke
        and (turn.answered_at is None or turn.answered_at - since > limit)
        and until - since > limit
    ]
