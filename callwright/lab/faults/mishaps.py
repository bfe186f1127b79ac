"""Seeded bad luck for replays: what goes wrong where, and how bad the way to the providers is."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from callwright.clock import Link
from callwright.emulators.faults import AtTheDoor, Fault, OnTheWay
from callwright.lab.faults.plan import DiskFault, FaultPlan, HostFault, ToolFault

# The first requests are where calls are decided; a websocket's one connection is request 0.
_REQUESTS = (None, 0, 0, 1, 2, 3)

# Early in an answer or connection, in its middle, and late.
_EVENTS = (0, 1, 2, 4, 8, 16, 40)

_SLOW_SECONDS = (0.5, 1.5, 3.0, 8.0)


_STALLED_AFTER = (1.0, 4.0, 9.0, 16.0, 25.0)
_STALLED_FOR = (0.5, 2.0, 6.0, 20.0)

# Bytes of each file of the record: none of it, its beginning, a while of sound.
_ROOM = (0, 2_000, 150_000, 900_000)


def inside(seed: int, plan: FaultPlan, tools: Sequence[str], hosts: Sequence[str]) -> FaultPlan:
    """The same plan, with what may go wrong between the providers and in the process itself.

    Args:
        seed: Decides everything.
        plan: What goes wrong already.
        tools: Those of the agent.
        hosts: Those of the stack.
    """
    draw = random.Random(f"inside {seed}")
    failing, gone, disk = plan.tools, plan.hosts, plan.disk
    if tools and draw.random() < 0.4:
        does: Any = draw.choice(("raise", "hang", "slow", "nonsense"))
        call = draw.choice((None, 0, 0, 1))
        one = ToolFault(does=does, call=call, seconds=draw.choice(_SLOW_SECONDS))
        failing = {draw.choice(sorted(tools)): (one,)}
    if hosts and draw.random() < 0.3:
        way: Any = draw.choice(("stall", "refuse", "reset", "slow"))
        at, lasts = draw.choice(_STALLED_AFTER), draw.choice(_STALLED_FOR)
        gone = {draw.choice(sorted(hosts)): (HostFault(does=way, at=at, lasts=lasts),)}
    if draw.random() < 0.15:
        full = draw.random() < 0.8
        disk = DiskFault(does="full", after=draw.choice(_ROOM)) if full else DiskFault(does="slow")
    return replace(plan, tools=failing, hosts=gone, disk=disk)


def mishaps(seed: int, roles: Sequence[str], link: Link, *, links: bool = True) -> FaultPlan:
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
    return FaultPlan({role: (_fault(draw),) for role in hit}, link)


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
