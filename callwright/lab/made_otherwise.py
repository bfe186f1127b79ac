"""In what two calls were made differently, by their `call.yaml`. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.lab.expectations.made import differences
from callwright.lab.expectations.verdict import Failure

# How a call was made. Its agent and its stack are told by their parts, and by their digests where
# those say nothing.
_HOW = (
    "line", "versions", "clock", "seed", "caller", "model", "services", "compute", "lean",
    "recording", "trouble", "made_of", "promises", "lost",
)  # fmt: skip


def made_otherwise(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Failure]:
    """What the second call was made of or made with that the first was not.

    Args:
        one: What the `call.yaml` of the first says.
        other: That of the second; `expected` of a difference is the first's, `got` the second's.
    """
    found = [*_between("agent.name", one, other), *_between("stack.name", one, other)]
    for name in _HOW:
        found += differences(name, one.get(name), other.get(name))
    if not found:
        found += [*_between("agent.digest", one, other), *_between("stack.digest", one, other)]
    return found


def _between(path: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Failure]:
    whole, part = path.split(".")
    sides = [side.get(whole) for side in (one, other)]
    first, second = (side.get(part) if isinstance(side, dict) else side for side in sides)
    if first != second:
        yield Failure(path, str(first), str(second))
