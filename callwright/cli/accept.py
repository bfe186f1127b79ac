"""`callwright replay --accept`: what is seen becomes what is expected, for review in a diff."""

import difflib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from callwright.clock import VirtualTimeError
from callwright.declarations.errors import InputError, shown

if TYPE_CHECKING:
    from callwright.lab.expectations.reading import ExpectationFile
    from callwright.lab.options import ReplayOptions


def accept_all(
    calls: Sequence[Path], options: "ReplayOptions", seed: int | None, *, as_json: bool
) -> bool:
    """Write the expectations of calls; whether all of them could be accepted.

    Without a stack, every stack that a call's expectations list is run; without a seed, the first.

    Raises:
        InputError: A call has no folder, cannot be replayed, or calls another agent by itself.
    """
    from callwright.lab.expectations.accepting import asks_for_whole_make
    from callwright.lab.expectations.reading import read_expectations
    from callwright.lab.recording import read_recording
    from callwright.lab.whom import refuse_another_agent

    accepted = True
    for call in calls:
        if call.is_file():
            raise InputError(
                f"{shown(call)}: expectations stand in a call's folder, and this is a file",
                "give a call folder",
            )
        if options.caller == "timeline":
            raise InputError("nothing is expected of --caller timeline", "leave it out")
        if options.agent:
            refuse_another_agent(call, read_recording(call).agent, options.agent)
        file = read_expectations(call)
        listed = (file.expectations.stacks if file else None) or [None]
        under = _seed(file, seed)
        for stack in [options.stack] if options.stack else listed:
            on_stack = replace(options, stack=stack, seed=under)
            accepted = _accept(call, on_stack, as_json, asks_for_whole_make(file)) and accepted
    return accepted


def _seed(file: "ExpectationFile | None", given: int | None) -> int:
    """The seed to accept a call under.

    Raises:
        InputError: The expectations would be tested under others only.
    """
    if file is None:
        return given or 0
    seeds = file.expectations.seeds
    if given is not None and given not in seeds:
        raise InputError(
            f"{shown(file.path)}: it is tested under seeds: {seeds}, and not under {given}",
            f"add {given} to its seeds, or leave out --seed",
        )
    return seeds[0] if given is None else given


def _accept(call: Path, options: "ReplayOptions", as_json: bool, whole_make: bool) -> bool:
    from callwright.declarations.finding import word_for
    from callwright.lab.expectations.accepting import accepted, write
    from callwright.lab.expectations.reading import slow_patterns_placed
    from callwright.lab.expectations.shape import EXPECT_YAML
    from callwright.lab.replay import replay
    from callwright.lab.whom import stack_words

    try:
        replayed = replay(call, options)
    except VirtualTimeError as error:
        typer.echo(f"{call}: not accepted: the call could not go on: {error}", err=True)
        return False
    declared, file = replayed.declared, replayed.expected
    stack = declared.stack.stack
    if file is None and replayed.notice:
        typer.echo(replayed.notice, err=True)
    if replayed.violations:
        for one in replayed.violations:
            typer.echo(f"{call} on {stack}: not accepted: {one.what}", err=True)
        return False
    path = call / EXPECT_YAML
    word, own = (
        stack_words(file, declared) if file else (word_for("stack", declared.stack_path, call), "")
    )
    with slow_patterns_placed(file):
        content = accepted(file, replayed.seen, word, own, whole_make=whole_make, seed=options.seed)
    before, now = write(path, content)
    seeds = file.expectations.seeds if file else [0]
    on = stack if seeds == [options.seed] == [0] else f"{stack} under seed {options.seed}"
    if as_json:
        line = {"call": str(call), "stack": stack, "file": str(path), "changed": before != now}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    elif before == now:
        typer.echo(f"{shown(path)}: holds on {on}, nothing to change")
    elif not before:
        typer.echo(f"{shown(path)}: written from {on}; read it before you commit it")
    else:
        typer.echo(f"{shown(path)}: changed on {on}; read it before you commit it")
        lines = difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=2)
        typer.echo("\n".join(list(lines)[2:]))
    return True
