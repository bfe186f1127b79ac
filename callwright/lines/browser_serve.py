"""Listening for browsers until Ctrl-C."""

import errno
import socket

import uvicorn
from fastapi import FastAPI

from callwright.declarations.errors import InputError

OPEN_REQUESTS_SECONDS = 3


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens already; port 0 takes a free one.

    Raises:
        InputError: The port is taken or reserved, or the host is not one of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise InputError(
            f"--host {host!r} is not a known address",
            "use 127.0.0.1, or an address of this machine",
        ) from error
    family, _, _, _, address = found[0]
    try:
        return socket.create_server(address[:2], family=family, backlog=128)
    except PermissionError as error:
        raise InputError(
            f"port {port} is reserved for the system", "choose one above 1023 with --port"
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} is in use on {host}", "choose another with --port, or stop its user"
            ) from error
        raise InputError(
            f"cannot listen on {host}", "use 127.0.0.1, or an address of this machine"
        ) from error


def address_of(listening: socket.socket) -> str:
    """Return the URL under which a browser on this machine opens the page."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: FastAPI, listening: socket.socket) -> None:
    """Serve until interrupted; calls in progress are ended before this returns.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; everything is closed by then.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=OPEN_REQUESTS_SECONDS,
        server_header=False,
    )
    uvicorn.Server(config).run([listening])
