"""``callwright emulate``: a stand-in of a provider on this machine, for any client."""

import asyncio
import contextlib
import errno
import signal
import sys
import textwrap
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import INTERRUPTED, TERMINATED
from callwright.declarations import catalogue
from callwright.declarations.errors import InputError, listed, nearest_word, quoted
from callwright.emulators.providers import PROVIDERS, stand_in_for

if TYPE_CHECKING:
    from callwright.emulators.standin import StandIn


@bad_input()
def emulate(
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help=f"One of {listed(PROVIDERS, 'or')}.")
    ],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https and wss, with a certificate for this run.")
    ] = False,
    script: Annotated[
        Path | None, typer.Option(help="YAML that says what is heard, answered, and fails.")
    ] = None,
) -> None:
    """Stand in for a provider, so that its clients work without a key and without a network.

    Prints the base URL when it is ready (with a websocket, its base URL next; with --tls, the
    path of the certificate authority last), each on a line of its own; all else goes to stderr.
    """
    use = _known(provider)
    standin = _stand_in(use, script)
    with _certified(tls) as (context, authority):
        try:
            asyncio.run(_serve(use, standin, port, context, authority))
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except asyncio.CancelledError:
            raise typer.Exit(TERMINATED) from None


def _known(provider: str) -> str:
    """The catalogue name of what was asked for."""
    use = provider.lower().replace("-", "_")
    if use in PROVIDERS:
        return use
    remedy = f"use {listed(PROVIDERS, 'or')}"
    if use in catalogue.services():
        raise InputError(f"{use!r} has no stand-in yet", remedy)
    near = nearest_word(use, PROVIDERS)
    hint = f"; did you mean {near!r}?" if near else ""
    raise InputError(f"the provider {quoted(provider)} is unknown{hint}", remedy)


def _stand_in(use: str, path: Path | None) -> "StandIn":
    from callwright.cli.emulate_scene import scene_of
    from callwright.emulators.script import Script, read_script

    script = read_script(path) if path else Script()
    service, kind = catalogue.services()[use], stand_in_for(use)
    assert kind is not None
    scene, unused = scene_of(service.role, script, path.parent if path else Path())
    for key in unused:
        _tell(f"{path}: {key!r} means nothing to {use}")
    return kind(scene)


@contextmanager
def _certified(tls: bool) -> Generator[tuple[SSLContext | None, Path | None]]:
    if not tls:
        yield None, None
        return
    from callwright.emulators.throwaway_tls import throwaway_tls

    with throwaway_tls() as (context, authority):
        yield context, authority


async def _serve(
    use: str, standin: "StandIn", port: int, context: SSLContext | None, authority: Path | None
) -> None:
    """Serve until the program is interrupted or terminated."""
    from callwright.emulators.standin import serving

    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with contextlib.AsyncExitStack() as served:
        try:
            port = await served.enter_async_context(serving(standin, "127.0.0.1", port, context))
        except OSError as error:
            raise InputError(*_no_port(port, error)) from None
        _announce(use, standin, port, authority)
        await asyncio.Event().wait()


def _no_port(port: int, error: OSError) -> tuple[str, str]:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use", "give another --port, or 0 for a free one"
    why = error.strerror or str(error)
    return f"port {port} cannot be had ({why})", "give another --port, or 0 for a free one"


def _announce(use: str, standin: "StandIn", port: int, authority: Path | None) -> None:
    provider, secure = PROVIDERS[use], "s" if authority else ""
    http, ws = (provider.url(f"{scheme}{secure}", port) for scheme in ("http", "ws"))
    key = "only the script's key" if standin.scene.key else "any key"
    how = provider.client.format(http=http, ws=ws)
    _tell(f"{use} is ready and accepts {key}. Ctrl-C ends.")
    _tell(f"The official client wants:\n{textwrap.indent(how, '    ')}")
    if authority:
        _tell(f"    SSL_CERT_FILE={authority}")
    # One piece, so that who reads the first line can read them all.
    facts: list[Any] = [http, ws] if provider.websocket else [http]
    facts += [authority] if authority else []
    sys.stdout.write("".join(f"{fact}\n" for fact in facts))
    sys.stdout.flush()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
