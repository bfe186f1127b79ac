"""What came of a replayed call, in words for people."""

from collections.abc import Iterator
from typing import Any

from callwright.declarations.errors import printable
from callwright.lab.expectations.telling import clock, failure_lines
from callwright.lab.replayed import Replayed


def why_broken(replayed: Replayed) -> str:
    """The first thing that was not as promised or expected, in a line."""
    if replayed.violations:
        one = replayed.violations[0]
        return f"violation of invariant {one.invariant}: {one.what}"
    if replayed.verdict is not None and replayed.verdict.failed:
        first = replayed.verdict.failed[0]
        return f"{first.what}: expected {first.expected!r}, got {first.got!r}"
    for one in (replayed.expectations or {}).get("failed", ()):
        what = f"{one['at']}: {one['event']}: {one['what']}"
        expected = f": expected {one['expected']}" if one["expected"] else ""
        return printable(f"{what}{expected}, got {one['got']}")
    return f"the call failed: {replayed.result.reason}"


def broken_lines(replayed: Replayed) -> Iterator[str]:
    """Everything that was not as promised or expected; nothing where all was."""
    for one in replayed.violations:
        yield f"violation of invariant {one.invariant}, at {clock(one.at)}: {one.what}"
    if replayed.verdict is not None:
        yield from failure_lines(replayed.verdict)
    yield from missed_lines(replayed.expectations or {})
    if replayed.result.outcome == "failed" and not replayed.kept:
        yield f"the call failed: {replayed.result.reason}"
    if replayed.result.refused and not replayed.kept:
        yield replayed.result.refused


def missed_lines(expectations: dict[str, Any]) -> Iterator[str]:
    """What a scenario waited for and did not get, and what it got; from its report."""
    for one in expectations.get("failed", ()):
        if "event" not in one:  # a recording's are told lane by lane
            continue
        yield printable(f"{one['at']}: {one['event']}: {one['what']}")
        if one["expected"]:
            yield printable(f"    expected  {one['expected']}")
        yield printable(f"    got       {one['got']}")
