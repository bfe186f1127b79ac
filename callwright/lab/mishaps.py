"""Seeded bad luck for replays: what goes wrong where, and how bad the way to the providers is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from callwright.clock import Link
from callwright.emulators.faults import AtTheDoor, Fault, OnTheWay

# The first requests are where calls are decided; a websocket's one connection is request 0.
_REQUESTS = (None, 0, 0, 1, 2, 3)

# Early in an answer or connection, in its middle, and late.
_EVENTS = (0, 1, 2, 4, 8, 16, 40)

_SLOW_SECONDS = (0.5, 1.5, 3.0, 8.0)


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What goes wrong in one call.

    Args:
        faults: Of the providers, by role.
        link: The way to all of them.
    """

    faults: dict[str, tuple[Fault, ...]]
    link: Link

    def __str__(self) -> str:
        told = [
            f"{role}: {fault.kind} at request {fault.request}, event {fault.after}"
            for role, faults in self.faults.items()
            for fault in faults
        ]
        return "; ".join([*told, *([f"links {self.link.fails}"] if self.link.fails else [])])


def mishaps(seed: int, roles: Sequence[str], link: Link, *, links: bool = True) -> Mishaps:
    """One or two faults somewhere, and every fourth time a bad way to the providers.

    Args:
        seed: Decides everything.
        roles: Where something may go wrong.
        link: The way as it usually is.
        links: Whether the way may be bad.
    """
    draw = random.Random(f"mishaps {seed}")
    hit = draw.sample(list(roles), min(len(roles), draw.choice((1, 1, 2))))
    if links and draw.random() < 0.25:
        link = _bad(draw, link)
    return Mishaps({role: (_fault(draw),) for role in hit}, link)


def _fault(draw: random.Random) -> Fault:
    kinds: tuple[Any, ...] = (*get_args(AtTheDoor), *get_args(OnTheWay))
    return Fault(
        kind=draw.choice(kinds),
        request=draw.choice(_REQUESTS),
        after=draw.choice(_EVENTS),
        seconds=draw.choice(_SLOW_SECONDS),
    )


def _bad(draw: random.Random, link: Link) -> Link:
    fails: tuple[Any, ...] = ("refuse", "reset", "close", "stall")
    return replace(
        link,
        latency=draw.choice((0.015, 0.08, 0.25)),
        jitter=draw.choice((0.005, 0.05)),
        fragment=draw.choice((None, 1400)),
        fails=draw.choice(fails),
        after=(500, 200_000),
        chance=0.3,
    )
