"""`callwright simulate`: calls by callers that are made up, from a seed."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import INTERRUPTED
from callwright.declarations.errors import InputError

if TYPE_CHECKING:
    from callwright.lab.simulate import Simulated, SimulateOptions


@bad_input()
def simulate(
    calls: Annotated[int, typer.Option(min=1, help="How many calls.")],
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    caller: Annotated[str, typer.Option(help="A persona, or any.")] = "any",
    model: Annotated[str, typer.Option(help="scripted, hostile or any.")] = "scripted",
    faults: Annotated[str, typer.Option(help="none, or any: providers that fail.")] = "none",
    seed: Annotated[int, typer.Option(help="The first call's; the next has the next.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    out: Annotated[Path, typer.Option(help="Where call folders go.")] = Path("calls"),
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a call.")] = False,
) -> None:
    """Have made-up callers call an agent; no key, no network, no sound card."""
    from callwright.clock.real import real_seconds
    from callwright.lab.simulate import SimulateOptions, check, report, summary

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder", "give another --out")
    options = SimulateOptions(agent, stack, caller, model, faults, out)
    check(options)
    began = real_seconds()
    done: list[Simulated] = []
    try:
        for call in _shown(_run(range(seed, seed + calls), options, workers), calls):
            done.append(call)
            if as_json:
                _line(report(call))
    except KeyboardInterrupt:
        typer.echo(f"interrupted after {len(done)} of {calls} calls", err=True)
        raise typer.Exit(INTERRUPTED) from None
    total = summary(done, real_seconds() - began)
    if as_json:
        _line(total)
    else:
        _print(done, total)
    if total["violations"]:
        raise typer.Exit(1)


def _run(seeds: range, options: "SimulateOptions", workers: int) -> "Iterator[Simulated]":
    """Make the calls, in the order of their seeds, whoever is ready first."""
    if workers == 1:
        from callwright.lab.simulate import simulate as one

        yield from map(partial(one, options=options), seeds)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_clock_first) as pool:
        yield from pool.map(partial(_one, options), seeds)


def _clock_first() -> None:
    """In a process of its own the clock comes before everything else, too."""
    import callwright.cli.main  # noqa: F401  # pyright: ignore[reportUnusedImport]


def _one(options: "SimulateOptions", seed: int) -> "Simulated":
    """One call in such a process."""
    from callwright.lab.simulate import simulate as one

    return one(seed, options)


def _shown(calls: "Iterator[Simulated]", total: int) -> "Iterator[Simulated]":
    """The same calls, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from calls
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(calls, "calling", total, console=Console(stderr=True), transient=True)


def _line(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print(calls: "list[Simulated]", total: dict[str, object]) -> None:
    for call in calls:
        typer.echo(f"{call.seed:>6}  {call.persona:<13} {call.outcome:<11} {call.turns:>3} turns")
        for violation in call.violations:
            typer.echo(f"        violation at {violation['at']} s: {violation['what']}")
    outcomes = total["outcomes"]
    counts = outcomes.items() if isinstance(outcomes, dict) else []
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts)
    typer.echo(f"{total['calls']} calls: {told}; violations: {total['violations']}")
