"""``callwright check``: what is wrong with agents and stacks, without running or importing them."""

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from callwright.cli.errors import BAD_INPUT
from callwright.declarations import places
from callwright.declarations.checking import (
    agent_lacks,
    check_agent,
    check_stack,
    check_stack_name,
    stack_lacks,
)
from callwright.declarations.errors import (
    DeclarationError,
    InputError,
    Problem,
    listed,
    nearest_word,
    quoted,
    shown,
)
from callwright.declarations.finding import declarations, find, known, roots
from callwright.declarations.places import Document


@dataclass(slots=True)
class Verdict:
    """What was found in one file: problems refuse it, notes say what this machine lacks for it."""

    path: str
    kind: str
    summary: str = ""
    problems: list[Problem] = field(default_factory=list[Problem])
    notes: list[Problem] = field(default_factory=list[Problem])


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]…", help="Agent and stack files or names; all when none."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON a file on stdout.")
    ] = False,
) -> None:
    """Check agents and stacks: shape, order of steps, services, tools, keys.

    Named files must be ready to run here; without names, missing keys and libraries are notes.
    """
    verdicts = [_check_named(name) for name in files] if files else _all()
    for verdict in verdicts:
        _print(verdict, as_json)
    if any(verdict.problems for verdict in verdicts):
        raise typer.Exit(BAD_INPUT)


def _check_named(name: str) -> Verdict:
    """Check what was asked for: a file, a folder, or the bare name of an agent or a stack."""
    for kind in ("agent", "stack"):
        try:
            return _check(find(kind, name), strict=True)
        except InputError:
            continue
    if os.path.isfile(name):
        return _check(Path(name), strict=True)
    names = [*known("agent"), *known("stack")]
    what = "there is no such agent, stack or file"
    remedy = f"known: {listed(names) or 'none'}; or give the path of a file"
    problem = Problem(quoted(name), 0, 0, what, nearest_word(name, names), remedy)
    return Verdict(name, "unknown", problems=[problem])


def _all() -> list[Verdict]:
    paths = [
        path for root in roots() for kind in ("agent", "stack") for path in declarations(root, kind)
    ]
    if not paths:
        sys.stderr.write("there is no agent and no stack in pipelines; name the files to check\n")
        raise typer.Exit(BAD_INPUT)
    return [_check(path, strict=False) for path in paths]


def _check(path: Path, *, strict: bool) -> Verdict:
    try:
        document = places.read(path)
    except DeclarationError as error:
        return Verdict(shown(path), "unknown", problems=error.problems)
    if "agent" in document.data:
        verdict, lacks = _agent(document)
    elif {"stack", "kind", "services", "steps"} & document.data.keys():
        verdict, lacks = _stack(document)
    else:
        what = "this is neither an agent nor a stack"
        problem = document.problem((), what, remedy="start it with 'agent: NAME' or 'stack: NAME'")
        return Verdict(shown(path), "unknown", problems=[problem])
    (verdict.problems if strict else verdict.notes).extend(lacks)
    verdict.problems = DeclarationError(verdict.problems).problems
    return verdict


def _agent(document: Document) -> tuple[Verdict, list[Problem]]:
    agent, problems = check_agent(document)
    verdict = Verdict(shown(document.path), "agent", problems=problems)
    if agent:
        problems += check_stack_name(document, agent)
        counts = (
            _count(len(agent.entities), "entity", "entities"),
            _count(len(agent.tools), "tool"),
        )
        verdict.summary = f"agent {agent.agent!r}: {', '.join(counts)}, stack {agent.stack!r}"
    return verdict, agent_lacks(document, os.environ)


def _stack(document: Document) -> tuple[Verdict, list[Problem]]:
    stack, services, problems = check_stack(document, os.environ)
    verdict = Verdict(shown(document.path), "stack", problems=problems)
    if stack:
        uses = ", ".join(use.use for use in stack.services.values())
        verdict.summary = f"stack {stack.stack!r}: {stack.kind}, {uses}"
    return verdict, stack_lacks(document, services, os.environ)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _print(verdict: Verdict, as_json: bool) -> None:
    for problem in verdict.problems:
        sys.stderr.write(f"{problem}\n")
    for note in verdict.notes:
        sys.stderr.write(f"{note} (needed only to run it)\n")
    if as_json:
        result = {"path": verdict.path, "kind": verdict.kind, "ok": not verdict.problems}
        problems = [asdict(problem) for problem in verdict.problems]
        notes = [asdict(note) for note in verdict.notes]
        typer.echo(json.dumps({**result, "problems": problems, "notes": notes}))
    elif not verdict.problems:
        typer.echo(f"{verdict.path}: ok, {verdict.summary}")
