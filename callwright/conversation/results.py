"""What a tool has brought, held against the sentences that are to be made of it."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from .checkpoints import accepts
from .plan import Plan
from .state import State
from .wording import PLACE

LONGEST_SAID = 200
"""Characters of one value in a spoken sentence; nobody listens to more."""


def unusable(state: State, plan: Plan, tool: str, result: object) -> str:
    """Return why a tool's result cannot be told to the caller; empty when it can.

    Args:
        state: Where the call stands.
        plan: The call's plan.
        tool: The tool that has returned.
        result: What it returned, as plain data.
    """
    verifies = any(step.verify == tool for step in plan.checkpoints.values())
    told = _told_of(plan, tool)
    if verifies and not accepts(result):
        told = ((name, True) for name in PLACE.findall(plan.tools[tool].on_refusal))
    brought = cast("Mapping[str, object]", result) if isinstance(result, Mapping) else {}
    for name, alone in told:
        if name in brought:
            if why := _unsayable(brought[name]):
                return f"its {name!r} {why}"
        elif alone and not _brought_before(state, name):
            return f"its result has no {name!r}, which the caller is to be told"
    return ""


def _told_of(plan: Plan, tool: str) -> Iterator[tuple[str, bool]]:
    """Yield what the caller is told of a tool's result, and whether no other tool may bring it."""
    texts = [(plan.tools[tool].say, True)]
    for step in plan.checkpoints.values():
        tools = {name for name in (*step.after, step.verify) if name in plan.tools}
        if tool in tools:
            texts.append((step.say, len(tools) == 1))
    for text, alone in texts:
        for name in PLACE.findall(text):
            if name not in plan.entities and name != "greeting":
                yield name, alone


def _unsayable(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return f"is no word or number, but {type(value).__name__}"
    words = str(value)
    if len(words) > LONGEST_SAID:
        return f"is too long to be said: {len(words)} characters"
    return "" if re.search(r"\w", words) else "is empty"


def _brought_before(state: State, name: str) -> bool:
    return any(isinstance(one, Mapping) and name in one for one in state.results.values())
