"""A scenario file, read: what is wrong with it by line and column, or the scenarios in it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pipecat.evals.scenario import EvalScenarioFile
from pipecat.evals.script import EvalScriptScenario

from callwright.declarations import places
from callwright.declarations.errors import (
    DeclarationError,
    InputError,
    Problem,
    listed,
    nearest_word,
    quoted,
    shown,
)
from callwright.declarations.places import Document, KeyPath, Place
from callwright.declarations.shape import fit
from callwright.lab.scenarios.finding import STARTS
from callwright.lab.scenarios.shape import ScenarioFile
from callwright.lab.scenarios.unquoted import unquoted
from callwright.lab.scenarios.wrong import Entry, named_twice, simulated, wrong


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    Args:
        path: Its file.
        name: ``<file's name>/<scenario's name>``, as Pipecat calls it.
        agent: Whom it calls, where it says so.
        stack: On what, where it says so.
        script: Its turns, as Pipecat reads them.
        judged: Whether the file says who judges what is to be judged.
        places: Where each expectation stands, by turn and number.
        document: The file as it was read.
        entry: Where in it the scenario's keys stand.
    """

    path: Path
    name: str
    agent: str | None
    stack: str | None
    script: EvalScriptScenario
    judged: bool
    places: dict[tuple[int, int], str]
    document: Document = field(repr=False)
    entry: Entry = field(repr=False)

    @property
    def own_name(self) -> str:
        """Its name in the file."""
        return str(self.written("name"))

    def written(self, *path: str | int) -> Any:
        """What stands in the file, by a path from the scenario on; None where nothing does."""
        return self.entry.get(self.document, *path)

    def wrong(self, error: InputError, first: str, *rest: str) -> DeclarationError:
        """What is wrong with the value of a key, told where that stands."""
        at = (*self.entry.where[first], *rest)
        return DeclarationError([self.document.problem(at, error.what, remedy=error.remedy)])


def read_scenarios(path: Path) -> list[Scenario]:
    """Read a scenario file.

    Raises:
        DeclarationError: Everything that is wrong with it, by line and column.
    """
    document = places.read_with_includes(path, STARTS)
    if theirs := list(simulated(document)):
        raise DeclarationError(theirs)
    file, problems = fit(ScenarioFile, document)
    problems = [*document.duplicates, *problems]
    if file is None or problems:
        raise DeclarationError(problems)
    entries = list(_entries(document))
    problems = [problem for entry in entries for problem in wrong(document, entry)]
    if problems := [*problems, *named_twice(document, entries), *unquoted(document)]:
        raise DeclarationError(problems)
    return [_scenario(document, entry, script) for entry, script in _scripts(document, entries)]


def called(name: str, scenarios: list[Scenario]) -> Scenario:
    """The scenario of a file that has a name there.

    Raises:
        InputError: None has.
    """
    for one in scenarios:
        if name in (one.own_name, one.name):
            return one
    names = [one.own_name for one in scenarios]
    nearest = nearest_word(name, names)
    what = f"{shown(scenarios[0].path)}: it has no scenario {quoted(name)}"
    raise InputError(what, f"did you mean {nearest!r}?" if nearest else f"it has {listed(names)}")


def unheard_keys(scenario: Scenario) -> Iterator[Problem]:
    """Where keys are pressed that nobody hears: none of an agent's steps takes any."""
    for index, turn in enumerate(scenario.script.turns):
        if turn.dtmf is not None:
            at = (*scenario.entry.where["turns"], index, "dtmf")
            what = "an agent hears no keys in this version, so nothing comes of these"
            remedy = "let the caller say them in 'user'"
            yield scenario.document.problem(at, what, remedy=remedy, key=True)


# --- the scenarios of a file ------------------------------------------------------------------


def _entries(document: Document) -> Iterator[Entry]:
    own = {key: (key,) for key in document.data if key != "scenarios"}
    listed = document.data.get("scenarios")
    if listed is None:
        yield Entry((), {key: tuple(path) for key, path in own.items()})
        return
    for index, entry in enumerate(listed):
        at: KeyPath = ("scenarios", index)
        yield Entry(at, {**own, **{key: (*at, key) for key in entry}})


def _scripts(
    document: Document, entries: list[Entry]
) -> Iterator[tuple[Entry, EvalScriptScenario]]:
    """Every scenario as Pipecat reads it, so that one file means one thing."""
    try:
        # Recorded, not filtered: Pipecat warns under a filter of its own.
        with warnings.catch_warnings(record=True):
            file = EvalScenarioFile.load(document.path)
    except (ValueError, OSError, yaml.YAMLError) as error:
        what = str(error).removeprefix(f"{document.path}: ").replace("\n", " ")
        problem = Problem(shown(document.path), 1, 1, f"Pipecat does not take it: {what}")
        raise DeclarationError([problem]) from None
    for entry, script in zip(entries, file, strict=True):
        if isinstance(script, EvalScriptScenario):
            yield entry, script


def _scenario(document: Document, entry: Entry, script: EvalScriptScenario) -> Scenario:
    return Scenario(
        path=document.path,
        name=script.name,
        agent=entry.get(document, "agent"),
        stack=entry.get(document, "stack"),
        script=script,
        judged=entry.get(document, "judge", "eval") is not None,
        places={
            (turn, number): _place(document, (*entry.where["turns"], turn, "expect", number))
            for turn, one in enumerate(script.turns)
            for number in range(-1, len(one.expect))
        },
        document=document,
        entry=entry,
    )


def _place(document: Document, at: KeyPath) -> str:
    path = at
    place: Place | None = None
    while place is None and path:
        place, path = document.values.get(path), path[:-1]
    place = place or Place(1, 1)
    return f"{shown(place.path or document.path)}:{place.line}:{place.col}"
