"""`callwright replay`: recorded calls, called again."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import INTERRUPTED
from callwright.clock import VirtualTimeError
from callwright.declarations.errors import InputError

if TYPE_CHECKING:
    from callwright.lab.replay import Replayed, ReplayOptions
    from callwright.lab.spread import Spread

Clock = Literal["virtual", "real"]
CallerKind = Literal["reactive", "timeline"]


@bad_input()
def replay(
    calls: Annotated[
        list[Path] | None, typer.Argument(help="Call folders or WAV files.", show_default=False)
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    seed: Annotated[int, typer.Option(help="Decides everything random.")] = 0,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Replay under that many seeds, from 0 on.")
    ] = None,
    clock: Annotated[Clock, typer.Option(help="As fast as possible, or in real time.")] = "virtual",
    caller: Annotated[
        CallerKind, typer.Option(help="Waits for the bot, or keeps the recording's own time.")
    ] = "reactive",
    out: Annotated[Path, typer.Option(help="Where call folders go.")] = Path("calls"),
    accept: Annotated[
        bool, typer.Option("--accept", help="Write what is seen to the call's expect.yaml.")
    ] = False,
    why_different: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Name the first event in which two calls part.", metavar="A B"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a call.")] = False,
) -> None:
    """Call an agent again with recorded callers; no key, no network, no sound card."""
    if why_different is not None:
        from callwright.cli.why_different import tell

        raise typer.Exit(tell(*why_different, as_json=as_json))
    if not calls:
        raise InputError("replay needs a call", "give call folders or WAV files")
    from callwright.lab.replay import ReplayOptions

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder", "give another --out")
    options = ReplayOptions(
        agent=agent, stack=stack, seed=seed, clock=clock, caller=caller, out=out
    )
    try:
        if accept:
            from callwright.cli.accept import accept_all

            kept = accept_all(calls, options, as_json=as_json)
        else:
            numbers = range(seeds) if seeds else [seed]
            kept = _Replays(options, as_json).all(calls, numbers)
    except KeyboardInterrupt:
        typer.echo(f"interrupted; the call's record is kept under {out}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if not kept:
        raise typer.Exit(1)


class _Replays:
    """Calls called again, one after another, each shown as soon as it is over."""

    def __init__(self, options: "ReplayOptions", as_json: bool) -> None:
        from callwright.cli.main import BEGAN

        self._options = options
        self._as_json = as_json
        self._began: float | None = BEGAN

    def all(self, calls: Sequence[Path], seeds: Sequence[int]) -> bool:
        """Whether everything was as promised and as expected."""
        from callwright.lab.spread import Spread

        kept = True
        for call in calls:
            spread = Spread(str(call), "")
            for seed in seeds:
                self._one(call, seed, spread)
            kept = kept and not spread.broken
            if len(seeds) > 1:
                for line in spread.lines():
                    typer.echo(line, err=True)
        return kept

    def _one(self, call: Path, seed: int, spread: "Spread") -> None:
        from callwright.lab.outcome import why_broken
        from callwright.lab.replay import replay

        began, self._began = self._began, None
        try:
            replayed = replay(call, replace(self._options, seed=seed), began=began)
        except VirtualTimeError as error:
            spread.outcomes[seed] = "hung"
            spread.broken[seed] = f"the call could not go on: {error}"
            typer.echo(f"{call}: the call could not go on: {error}", err=True)
            return
        spread.stack = replayed.declared.stack.stack
        spread.outcomes[seed] = replayed.result.outcome
        if not replayed.kept:
            spread.broken[seed] = why_broken(replayed)
        for notice in filter(None, (replayed.notice, replayed.result.refused)):
            typer.echo(notice, err=True)
        _print(replayed, self._as_json)


def _print(replayed: "Replayed", as_json: bool) -> None:
    from rich.console import Console

    from callwright.cli.view import show
    from callwright.lab.replay import report

    if as_json:
        sys.stdout.write(json.dumps(report(replayed), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        show(replayed, Console())
