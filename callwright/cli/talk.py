"""`callwright talk`: an agent on a page in the browser."""

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import INTERRUPTED, set_log
from callwright.declarations.errors import InputError

if TYPE_CHECKING:
    from callwright.declarations.load import Declared
    from callwright.lines.browser_calls import StartCall

HOST, PORT = "127.0.0.1", 7860


@bad_input()
def talk(
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    stun: Annotated[
        list[str] | None, typer.Option(help="STUN server, for callers in other networks.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Name under which a proxy serves the page.")
    ] = None,
    max_calls: Annotated[int, typer.Option(min=1, help="Calls at a time.")] = 8,
    record_wire: Annotated[
        bool, typer.Option("--record-wire", help="Keep the services' traffic in a call's wire/.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show the log.")] = False,
) -> None:
    """Talk to an agent in the browser; every call is recorded under calls/."""
    from callwright.declarations.load import load

    set_log(verbose)
    declared = load(agent, stack)
    start_call = _start_call(declared, record_wire)

    from callwright.lines.browser import PageAbout, create_app
    from callwright.lines.browser_serve import address_of, listen, serve

    about = PageAbout(declared.agent.agent, declared.stack.stack, _ice_servers(stun or []))
    app = create_app(start_call, about, max_calls, tuple(allow_host or []))
    listening = listen(host, port)
    sys.stdout.write(
        f"{about.agent} on the {about.stack} stack is waiting at {address_of(listening)}\n"
        "Open it in a browser; Ctrl-C ends.\n"
    )
    sys.stdout.flush()
    try:
        serve(app, listening)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _start_call(declared: "Declared", record_wire: bool) -> "StartCall":
    if importlib.util.find_spec("aiortc") is None:
        raise InputError(
            "talking in a browser needs the extra 'webrtc'", "pip install 'callwright[webrtc]'"
        )

    from bot.session import run_call
    from callwright.lines.browser_calls import CallSummary
    from callwright.lines.line import Line

    base = Path.cwd()

    async def start_call(line: Line) -> CallSummary:
        result = await run_call(declared, line, record_wire=record_wire)
        for notice in filter(None, (result.notice, result.refused)):
            typer.echo(notice, err=True)
        return CallSummary(result.outcome, result.seconds, str(base / result.folder))

    return start_call


def _ice_servers(urls: list[str]) -> tuple[str, ...]:
    for url in urls:
        if not url.startswith(("stun:", "stuns:")) or url.endswith(":"):
            raise InputError(f"--stun {url!r} is not a STUN address", "write stun:HOST:PORT")
    return tuple(urls)
