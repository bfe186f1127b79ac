"""`callwright replay`: recorded calls, called again."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import typer

from callwright.cli.errors import BAD_INPUT, bad_input
from callwright.cli.live import INTERRUPTED
from callwright.clock import VirtualTimeError
from callwright.declarations.errors import InputError

if TYPE_CHECKING:
    from callwright.lab.options import ReplayOptions
    from callwright.lab.replayed import Replayed
    from callwright.lab.spread import Spread

Clock = Literal["virtual", "real"]
CallerKind = Literal["reactive", "timeline"]
Services = Literal["emulated", "recorded", "live"]


@bad_input()
def replay(
    calls: Annotated[
        list[Path] | None,
        typer.Argument(help="Call folders, WAV files or scenarios.", show_default=False),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Only that scenario of a file that holds several.")
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Decides everything random; 0 when left out, or with --accept the first seed that "
            "expect.yaml names.",
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Replay under that many seeds, from 0 on; not with --accept."),
    ] = None,
    clock: Annotated[
        Clock | None,
        typer.Option(
            help="As fast as possible (virtual, as usual), or in real time, as live services are."
        ),
    ] = None,
    caller: Annotated[
        CallerKind | None,
        typer.Option(
            help="Waits for the bot (reactive), or keeps the recording's own time (timeline)."
        ),
    ] = None,
    services: Annotated[
        Services,
        typer.Option(
            help="Who answers for a cloud stack: stand-ins, the call's cassette, or the providers "
            "themselves (live: with your keys, for their price)."
        ),
    ] = "emulated",
    tolerate: Annotated[
        bool,
        typer.Option(
            "--tolerate", help="recorded: show what is sent otherwise than then, and do not fail."
        ),
    ] = False,
    record_wire: Annotated[
        bool, typer.Option("--record-wire", help="Keep the services' traffic in the call's wire/.")
    ] = False,
    keep_values: Annotated[
        bool,
        typer.Option(
            "--keep-values",
            help="record-wire: keep sensitive values, too, for a caller who is made up.",
        ),
    ] = False,
    lean: Annotated[
        bool,
        typer.Option("--lean", help="Keep no sound and take the caller's 40 ms at a time: faster."),
    ] = False,
    out: Annotated[Path, typer.Option(help="Where call folders go.")] = Path("calls"),
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Write what is seen, under one seed, to the call's expect.yaml."
        ),
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
    from callwright.lab.options import ReplayOptions

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder", "give another --out")
    if tolerate and services != "recorded":
        raise InputError("--tolerate means nothing without --services recorded", "leave it out")
    if keep_values and not record_wire:
        raise InputError("--keep-values means nothing without --record-wire", "leave it out")
    if seeds and seed is not None:
        raise InputError("--seed and --seeds exclude each other", "give one of them")
    if seeds and accept:
        raise InputError("--accept writes what is seen under one seed", "give --seed N, or neither")
    options = ReplayOptions(
        agent=agent,
        stack=stack,
        seed=seed or 0,
        clock=clock or ("real" if services == "live" else "virtual"),
        caller=caller,
        services=services,
        out=out,
        record_wire=record_wire,
        keep_values=keep_values,
        lean=lean,
    )
    if accept and scenario is not None:
        raise InputError("--accept means nothing with --scenario", "leave one of them out")
    replays = _Replays(options, as_json, tolerate=tolerate, scenario=scenario)
    try:
        if accept:
            from callwright.cli.accept import accept_all

            kept = accept_all(calls, options, seed, as_json=as_json)
        else:
            numbers = range(seeds) if seeds else [options.seed]
            kept = replays.all(calls, numbers)
    except KeyboardInterrupt:
        typer.echo(f"interrupted; the call's record is kept under {out}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if not kept:
        raise typer.Exit(BAD_INPUT if replays.refused else 1)


class _Run(Protocol):
    def __call__(self, options: "ReplayOptions", *, began: float | None) -> "Replayed": ...


def _runs(call: Path, scenario: str | None) -> "list[tuple[str, str, _Run]]":
    """What to run for one argument: each scenario of a file, or one of them, or a recording.

    With its name, and its name in a file of several.

    Raises:
        InputError: There is no such scenario.
    """
    if call.suffix.lower() in (".yaml", ".yml") and call.is_file():
        from callwright.lab.scenarios.reading import called, read_scenarios
        from callwright.lab.scenarios.run import run_scenario

        found = read_scenarios(call)
        several = len(found) > 1
        chosen = found if scenario is None else [called(scenario, found)]
        return [
            (one.name, one.own_name if several else "", partial(run_scenario, one))
            for one in chosen
        ]
    if scenario is not None:
        raise InputError(f"{call}: a recording has no scenarios", "leave out --scenario")
    from callwright.lab.replay import replay as replay_one

    return [(str(call), "", partial(replay_one, call))]


class _Replays:
    """Calls called again, one after another, each shown as soon as it is over."""

    def __init__(
        self,
        options: "ReplayOptions",
        as_json: bool,
        *,
        tolerate: bool,
        scenario: str | None = None,
    ) -> None:
        from callwright.cli.main import BEGAN

        self._options = options
        self._as_json = as_json
        self._tolerate = tolerate
        self._scenario = scenario
        self._began: float | None = BEGAN
        # Whether there is something for the user to correct: what a provider does not accept, too.
        self.refused = False

    def all(self, calls: Sequence[Path], seeds: Sequence[int]) -> bool:
        """Whether everything was as promised and as expected."""
        from callwright.lab.spread import Spread

        kept = True
        agent, stack = self._options.agent or "", self._options.stack or ""
        runs = [(call, *one) for call in calls for one in _runs(call, self._scenario)]
        for source, name, which, run in runs:
            spread = Spread(name, str(source), agent, stack, which)
            try:
                for seed in seeds:
                    self._one(name, run, seed, spread)
            except InputError as error:
                # The calls behind it are called all the same.
                typer.echo("\n".join(error.lines), err=True)
                kept, self.refused = False, True
                continue
            kept = kept and not spread.broken
            if len(seeds) > 1:
                for line in spread.lines():
                    typer.echo(line, err=True)
        return kept

    def _one(self, name: str, run: _Run, seed: int, spread: "Spread") -> None:
        from callwright.lab.outcome import why_broken
        from callwright.lab.whom import stack_argument

        began, self._began = self._began, None
        try:
            replayed = run(replace(self._options, seed=seed), began=began)
        except VirtualTimeError as error:
            spread.outcomes[seed] = "hung"
            spread.broken[seed] = f"the call could not go on: {error}"
            typer.echo(f"{name}: the call could not go on: {error}", err=True)
            return
        spread.stack = stack_argument(replayed.declared, Path(spread.source))
        spread.outcomes[seed] = replayed.result.outcome
        if self._options.services == "live" and replayed.result.outcome == "failed":
            self.refused = self.refused or bool(replayed.result.refused)
        if not replayed.kept:
            spread.broken[seed] = why_broken(replayed)
        elif replayed.differences and not self._tolerate:
            spread.broken[seed] = str(replayed.differences[0])
        for notice in filter(None, (replayed.notice, replayed.result.refused)):
            typer.echo(notice, err=True)
        _print(replayed, self._as_json)
        for difference in replayed.differences:
            typer.echo(f"{name}: {difference}", err=True)


def _print(replayed: "Replayed", as_json: bool) -> None:
    from rich.console import Console

    from callwright.cli.view import show
    from callwright.lab.report import report

    if as_json:
        sys.stdout.write(json.dumps(report(replayed), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        show(replayed, Console())
