"""One live call on the terminal: its words as they are spoken, and its end."""

import asyncio
import contextlib
import signal
import sys
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import typer

from callwright.cli.errors import BAD_INPUT
from callwright.lines.trouble import LineLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.session import CallResult
    from callwright.calls.events import Event
    from callwright.declarations.load import Declared
    from callwright.lines.line import Line

INTERRUPTED = 130
TERMINATED = 143


def set_log(verbose: bool) -> None:
    """Keep Pipecat's log off the terminal unless it was asked for."""
    from loguru import logger

    logger.remove()
    if verbose:
        logger.add(sys.stderr, level="DEBUG")
    else:
        # What befalls the room is told in our own words.
        logger.add(sys.stderr, filter={"": "ERROR", "pipecat.transports.daily": False})


def hold(
    declared: "Declared",
    line: "AbstractAsyncContextManager[Line]",
    *,
    words: bool = False,
    record_wire: bool = False,
) -> int:
    """Run one call on a line and print it.

    Args:
        declared: Agent and stack.
        line: Opens the line, and closes it whatever happens.
        words: Whether to print what is said. At the desk only: elsewhere the terminal is a log,
            and a caller's words do not belong there.
        record_wire: Whether to keep what the services say and are told.

    Returns:
        The exit code: 0 when the call was held, 1 when it failed or was cut off, 2 when it failed
        because a provider does not accept what the stack or the environment says, 130 after Ctrl-C.

    Raises:
        InputError: The line cannot be had.
    """
    try:
        result = asyncio.run(_call(declared, line, show if words else None, record_wire))
    except LineLost as lost:
        _complain(f"{lost.what}; {lost.remedy}")
        return 1
    except KeyboardInterrupt:
        _complain("interrupted; the call's record is kept under calls/")
        return INTERRUPTED
    except asyncio.CancelledError:
        _complain("terminated; the call's record is kept under calls/")
        return TERMINATED
    typer.echo(f"{result.outcome} ({result.reason}) after {result.seconds:.0f} s")
    typer.echo(f"record: {result.folder}")
    if result.notice:
        _complain(result.notice)
    if result.refused:
        _complain(result.refused)
        return BAD_INPUT if result.outcome == "failed" else 0
    return 1 if result.outcome == "failed" else 0


async def _call(
    declared: "Declared",
    line: "AbstractAsyncContextManager[Line]",
    keep: "Callable[[Event], None] | None",
    record_wire: bool,
) -> "CallResult":
    from bot.session import run_call

    task = asyncio.current_task()
    assert task is not None
    # Containers are stopped with SIGTERM: the call ends as with Ctrl-C. Windows has none.
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with line as opened:
        result = await run_call(declared, opened, keep=keep, record_wire=record_wire)
        # Pipecat's runner ends its pipeline when it is cancelled, and says nothing of it.
        if task.cancelling():
            raise asyncio.CancelledError
    return result


def show(event: "Event") -> None:
    """Print what a caller and an agent said; other events are for the record."""
    from callwright.calls import events as ev

    match event:
        case ev.Connected():
            typer.echo("(connected; Ctrl-C hangs up)")
        case ev.Heard():
            typer.echo(f"caller: {event.text}")
        case ev.Said() if event.text:
            typer.echo(f" agent: {event.text}")
        case _:
            pass


def _complain(message: str) -> None:
    typer.echo(message, err=True)
