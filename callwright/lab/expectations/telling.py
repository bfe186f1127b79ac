"""What failed, for people: where the call parted, lane by lane, and what else does not hold."""

import shlex
from collections.abc import Iterator

from callwright.declarations.errors import printable
from callwright.lab.expectations.verdict import Lane, Parted, Verdict


def failure_lines(verdict: Verdict) -> Iterator[str]:
    """Lines of at most a few hundred characters; none where everything held."""
    yield from map(printable, _failures(verdict))


def _failures(verdict: Verdict) -> Iterator[str]:
    if verdict.parted is not None:
        yield from _parted(verdict.parted)
    for one in verdict.failed:
        if one.turn is None:
            yield one.what
            yield f"    expected  {one.expected}"
            yield f"    got       {one.got}"


def _parted(parted: Parted) -> Iterator[str]:
    at = f", at {clock(parted.at)}" if parted.at is not None else ""
    yield f"parted at turn {parted.turn}{at}"
    for lane in parted.lanes:
        yield from _lane(lane)
    if parted.later:
        yield f"    turns after it that differ: {', '.join(map(str, parted.later))}"
    if parted.said_next is not None:
        yield f"turn {parted.later[0]}"
        yield from _lane(parted.said_next)


def _lane(lane: Lane) -> Iterator[str]:
    if lane.differs:
        yield f"  {lane.name:<9} expected  {lane.expected or '(nothing)'}"
        yield f"  {'':<9} got       {lane.got or '(nothing)'}"
    elif lane.got:
        yield f"  {lane.name:<9} as ever   {lane.got}"


def clock(seconds: float) -> str:
    """Seconds of a call as people read them: ``1:02.5``."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def again(call: str, stack: str, seed: int, agent: str = "", scenario: str = "") -> str:
    """The command that replays a call once more in the same way.

    Args:
        call: A path, as the user would write it.
        stack: By name or path; left out where empty.
        seed: The call's.
        agent: By name or path; left out where empty.
        scenario: The one of the file that is meant; left out where empty.
    """
    whom = ["--agent", agent] if agent else []
    on = ["--stack", stack] if stack else []
    which = ["--scenario", scenario] if scenario else []
    return shlex.join(["callwright", "replay", call, *which, *whom, *on, "--seed", str(seed)])
