"""`callwright simulate`: calls by callers that are made up, from a seed."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import INTERRUPTED
from callwright.declarations.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from callwright.lab.simulate import Simulated, SimulateOptions

# Columns of a file or a pipe, so that nothing is cut there.
_WIDE = 120


@bad_input()
def simulate(
    calls: Annotated[int, typer.Option(min=1, help="How many calls.")],
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    caller: Annotated[str, typer.Option(help="A persona, any, or a YAML file with one.")] = "any",
    model: Annotated[str, typer.Option(help="scripted, hostile or any.")] = "scripted",
    faults: Annotated[
        str, typer.Option(help="none, any, or a YAML file with a plan of what breaks when.")
    ] = "none",
    seed: Annotated[int, typer.Option(min=0, help="The first call's; the next has the next.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    out: Annotated[
        Path, typer.Option(help="Where call folders go; an interrupted run goes on.")
    ] = Path("calls"),
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a call.")] = False,
) -> None:
    """Have made-up callers call an agent; no key, no network, no sound card."""
    from callwright.clock.real import real_seconds
    from callwright.lab.simulate import SimulateOptions, check, report, summary
    from callwright.lab.simulated_runs import DoneCalls

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder", "give another --out")
    options = SimulateOptions(agent, stack, caller, model, faults, out)
    kept = DoneCalls(options, check(options))
    began = real_seconds()
    seeds = range(seed, seed + calls)
    done = kept.read(seeds)
    if done:
        typer.echo(f"going on: {len(done)} of {calls} calls are done already", err=True)
    try:
        left = [one for one in seeds if one not in done]
        for call in _shown(_run(left, options, workers), done, calls):
            if call.seed not in done:
                kept.add(call)
            done[call.seed] = call
            if as_json:
                _line(report(call))
    except KeyboardInterrupt:
        what = f"interrupted after {len(done)} of {calls} calls; the same command goes on"
        typer.echo(what, err=True)
        raise typer.Exit(INTERRUPTED) from None
    kept.finish()
    in_order = [done[one] for one in seeds]
    total = summary(in_order, real_seconds() - began)
    if as_json:
        _line(total)
    else:
        _print(in_order, total)
    if total["violations"]:
        raise typer.Exit(1)


def _run(seeds: list[int], options: "SimulateOptions", workers: int) -> "Iterator[Simulated]":
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


def _shown(
    calls: "Iterator[Simulated]", done: "dict[int, Simulated]", total: int
) -> "Iterator[Simulated]":
    """Those that are done and those that come, with a bar on a terminal."""
    before = [done[seed] for seed in sorted(done)]
    if not sys.stderr.isatty():
        yield from before
        yield from calls
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(chain(before, calls), "calling", total, console=console, transient=True)


def _line(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print(calls: "list[Simulated]", total: "dict[str, Any]") -> None:
    """What was broken, and by which seed, before what became of the calls."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    for call in (call for call in calls if call.violations):
        console.print(f"--seed {call.seed}  {call.persona}, {call.model} model: {call.folder}")
        for one in call.violations:
            what = f"invariant {one['invariant']}: {one['what']}"
            console.print(
                f"  {one['at']:>6.1f} s  {what}", style="red", soft_wrap=True, markup=False
            )
        if call.trouble:
            console.print(f"  with {call.trouble}", style="dim", soft_wrap=True, markup=False)
    console.print(_table(calls, total))
    told = ", ".join(f"{count} {outcome}" for outcome, count in total["outcomes"].items())
    counts = f"violations: {total['violations']}, silent turns: {total['silent_turns']}"
    console.print(f"{total['calls']} calls: {told}; {counts}", highlight=False, soft_wrap=True)
    console.print(f"digest {total['digest']}", highlight=False)


def _table(calls: "list[Simulated]", total: "dict[str, Any]") -> "Table":
    """Outcomes by persona; those that broke a promise first."""
    from rich import box
    from rich.table import Table

    outcomes: list[str] = list(total["outcomes"])
    table = Table(box=box.SIMPLE, padding=0, show_edge=False)
    table.add_column("caller", no_wrap=True)
    for title in ("calls", "broken", *outcomes):
        table.add_column(title, justify="right", overflow="fold")
    rows = {name: [call for call in calls if call.persona == name] for name in total["by_persona"]}
    broken = {name: sum(len(call.violations) for call in own) for name, own in rows.items()}
    for name in sorted(rows, key=lambda name: (-broken[name], name)):
        counts = total["by_persona"][name]
        cells = [str(counts.get(outcome, "")) for outcome in outcomes]
        style = "red" if broken[name] else None
        table.add_row(name, str(len(rows[name])), str(broken[name]), *cells, style=style)
    return table
