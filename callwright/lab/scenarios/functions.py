"""The functions that a scenario expects to be called: whether the agent has them so."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callwright.declarations.errors import Problem, listed, nearest_word, quoted
from callwright.declarations.places import KeyPath
from callwright.lab.scenarios.reading import Scenario

# What Pipecat tells of every call that has stopped, in place of its arguments.
_OF_STOPPED = ("tool_call_id", "cancelled")


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that is expected.

    Args:
        event: The expectation's.
        name: Of which function; None for any.
        name_at: Where that stands.
        args: What is expected of its arguments.
        args_at: Where they stand.
    """

    event: str
    name: str | None
    name_at: KeyPath
    args: Mapping[Any, Any]
    args_at: KeyPath


def unknown_functions(
    scenario: Scenario, agent: str, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Expected calls that can never come: of no function, or with arguments that it does not have.

    Args:
        scenario: What is expected.
        agent: Whom it calls.
        known: The functions that the agent has, and the arguments of each.
    """
    document = scenario.document
    for call in _calls(scenario):
        if call.name is not None and call.name not in known:
            what = f"the agent {agent!r} has no function {quoted(call.name)}"
            remedy = f"use {listed(sorted(known), 'or')}"
            nearest = nearest_word(call.name, sorted(known))
            yield document.problem(call.name_at, what, nearest=nearest, remedy=remedy)
            continue
        wanting, arguments = _arguments(call, agent, known)
        for argument in call.args:
            if argument in arguments:
                continue
            what = f"{wanting} {quoted(argument)}"
            remedy = f"use {listed(arguments, 'or')}" if arguments else "delete it"
            nearest = nearest_word(str(argument), arguments)
            at = (*call.args_at, argument)
            yield document.problem(at, what, nearest=nearest, remedy=remedy, key=True)


def _arguments(
    call: _Call, agent: str, known: Mapping[str, Collection[str]]
) -> tuple[str, list[str]]:
    """What to say where an argument is wanting, but its name; and the arguments there are."""
    if call.event == "function_call_stopped":
        return "a call that has stopped has no", list(_OF_STOPPED)
    if call.name is not None:
        return f"the function {call.name!r} has no argument", sorted(known[call.name])
    every = sorted({argument for arguments in known.values() for argument in arguments})
    return f"the agent {agent!r} has no function with an argument", every


def _calls(scenario: Scenario) -> Iterator[_Call]:
    """Every call that is expected."""
    for index, turn in enumerate(scenario.written("turns")):
        for number, one in enumerate(turn.get("expect", ())):
            at: KeyPath = (*scenario.entry.where["turns"], index, "expect", number)
            yield _call(one["event"], one, at)
            calls: list[Any] = one.get("calls") or []
            for place, call in enumerate(calls):
                here = (*at, "calls", place)
                if isinstance(call, str):
                    yield _Call(one["event"], call, here, {}, here)
                else:
                    yield _call(one["event"], call, here)


def _call(event: str, written: Mapping[str, Any], at: KeyPath) -> _Call:
    args = written.get("args") or {}
    return _Call(event, written.get("name"), (*at, "name"), args, (*at, "args"))
