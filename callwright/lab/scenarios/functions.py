"""The functions that a scenario expects to be called: whether the agent has them."""

from collections.abc import Collection, Iterator
from typing import Any

from callwright.declarations.errors import Problem, listed, nearest_word, quoted
from callwright.declarations.places import KeyPath
from callwright.lab.scenarios.reading import Scenario


def unknown_functions(scenario: Scenario, agent: str, known: Collection[str]) -> Iterator[Problem]:
    """Expected calls that can never come.

    Args:
        scenario: What is expected.
        agent: Whom it calls.
        known: The functions that the agent has.
    """
    document = scenario.document
    for at, name in _named(scenario):
        if name not in known:
            what = f"the agent {agent!r} has no function {quoted(name)}"
            remedy = f"use {listed(sorted(known), 'or')}"
            nearest = nearest_word(name, sorted(known))
            yield document.problem(at, what, nearest=nearest, remedy=remedy)


def _named(scenario: Scenario) -> Iterator[tuple[KeyPath, str]]:
    """Every function that is named, and where."""
    for index, turn in enumerate(scenario.written("turns")):
        for number, one in enumerate(turn.get("expect", ())):
            at: KeyPath = (*scenario.entry.where["turns"], index, "expect", number)
            if isinstance(name := one.get("name"), str):
                yield (*at, "name"), name
            calls: list[Any] = one.get("calls") or []
            for place, call in enumerate(calls):
                if isinstance(call, str):
                    yield (*at, "calls", place), call
                else:
                    yield (*at, "calls", place, "name"), call["name"]
