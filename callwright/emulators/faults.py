"""What can go wrong with a provider: data, the same for every protocol. Pure."""

from dataclasses import dataclass
from typing import Literal

# Kinds that answer instead of the provider, before a request or connection is taken.
AtTheDoor = Literal["refuse", "unauthorized", "forbidden", "rate_limited", "server_error"]
# Kinds that spoil an answer or a connection that is under way.
OnTheWay = Literal["malformed", "stall", "disconnect", "error", "slow", "duplicate", "reorder"]

STATUS: dict[str, int] = {
    "unauthorized": 401, "forbidden": 403, "rate_limited": 429, "server_error": 500,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Args:
        kind: What happens. At the door: ``refuse`` (the connection closes unanswered),
            ``unauthorized`` (401), ``forbidden`` (403: a key without the right, another region),
            ``rate_limited`` (429 with Retry-After), ``server_error`` (500).
            On the way, at event number ``after``: ``malformed`` (a message that cannot be read),
            ``stall`` (nothing more comes, nothing closes), ``disconnect`` (the connection breaks
            off), ``error`` (the provider says that it failed, where its protocol has words for
            that, else like ``disconnect``), ``slow`` (the event comes ``seconds`` late),
            ``duplicate`` (it comes twice), ``reorder`` (it comes after the next one).
        request: Which request or connection of the stand-in it hits, from 0; None hits each.
        after: How many events of that answer or connection go out before it happens.
        seconds: How late a slow event is; what Retry-After says.
    """

    kind: AtTheDoor | OnTheWay
    request: int | None = None
    after: int = 0
    seconds: float = 1.0

    def hits(self, request: int) -> bool:
        """Whether this fault is meant for the n-th request or connection."""
        return self.request is None or self.request == request


def at_the_door(faults: tuple[Fault, ...], request: int) -> Fault | None:
    """The fault that answers this request instead of the provider, if there is one."""
    doors = ("refuse", *STATUS)
    return next((f for f in faults if f.kind in doors and f.hits(request)), None)


def on_the_way(faults: tuple[Fault, ...], request: int) -> tuple[Fault, ...]:
    """The faults that spoil this answer or connection, in the order of their events."""
    doors = ("refuse", *STATUS)
    hit = [f for f in faults if f.kind not in doors and f.hits(request)]
    return tuple(sorted(hit, key=lambda fault: fault.after))
