"""`callwright run`: one live call, at the desk or in a Daily room."""

import os
import time
import webbrowser
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from callwright.cli.errors import bad_input
from callwright.cli.live import hold, set_log
from callwright.declarations.errors import InputError, listed, nearest_word, quoted

if TYPE_CHECKING:
    from callwright.declarations.load import Declared
    from callwright.lines.daily_rooms import Room
    from callwright.lines.line import Line

LINES = ("local", "daily", "webrtc")
LATER = ("livekit", "twilio", "telnyx", "plivo", "vonage")
# What each option belongs to: an option that would be ignored is an error.
_OPTIONS = {
    "--microphone": "local",
    "--speaker": "local",
    "--list-devices": "local",
    "--room": "daily",
    "--token": "daily",
    "--public": "daily",
    "--open": "daily",
    "--host": "webrtc",
    "--port": "webrtc",
}


@bad_input()
def run(
    transport: Annotated[
        str, typer.Option("-t", "--transport", help=f"Where: {listed(LINES, 'or')}.")
    ],
    agent: Annotated[str | None, typer.Option(help="Agent, by name or path.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack, by name or path.")] = None,
    microphone: Annotated[
        str | None, typer.Option(help="local: number, name or part of the name.")
    ] = None,
    speaker: Annotated[
        str | None, typer.Option(help="local: number, name or part of the name.")
    ] = None,
    list_devices: Annotated[
        bool, typer.Option("--list-devices", help="local: show the devices and stop.")
    ] = False,
    room: Annotated[
        str | None, typer.Option(help="daily: URL of a room; else DAILY_ROOM_URL, else a new one.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="daily: token for that room; better in DAILY_TOKEN.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="daily: the new room needs no invitation.")
    ] = False,
    open_page: Annotated[
        bool, typer.Option("--open", help="daily: join in this machine's browser.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="webrtc: address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="webrtc: port to listen on.")] = None,
    record_wire: Annotated[
        bool, typer.Option("--record-wire", help="Keep the services' traffic in the call's wire/.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show the log.")] = False,
) -> None:
    """Hold one live call: microphone and speaker, a Daily room, or a browser."""
    _known(transport)
    given = {
        "--microphone": microphone,
        "--speaker": speaker,
        "--list-devices": list_devices,
        "--room": room,
        "--token": token,
        "--public": public,
        "--open": open_page,
        "--host": host,
        "--port": port,
    }
    _refuse_ignored(given, transport)
    set_log(verbose)
    if transport == "webrtc":
        _talk(agent, stack, host, port, record_wire, verbose)
        return
    if list_devices:
        _list_devices()
        return
    from callwright.declarations.load import load

    declared = load(agent, stack)
    with ExitStack() as opened:
        if transport == "local":
            line = _desk_line(microphone, speaker)
        else:
            line = _daily_line(declared, _DailyOptions(room, token, public, open_page), opened)
        code = hold(declared, line, words=transport == "local", record_wire=record_wire)
    raise typer.Exit(code)


def _known(transport: str) -> None:
    if transport in LINES:
        return
    remedy = f"use -t {listed(LINES, 'or')}"
    if transport in LATER:
        raise InputError(f"{transport} lines are not in this version yet", remedy)
    near = nearest_word(transport, LINES + LATER)
    hint = f"; did you mean '{near}'?" if near else ""
    raise InputError(f"there is no line {quoted(transport)}{hint}", remedy)


def _refuse_ignored(given: Mapping[str, object], transport: str) -> None:
    for option, value in given.items():
        if value not in (None, False) and _OPTIONS[option] != transport:
            raise InputError(
                f"{option} means nothing to -t {transport}",
                f"leave it out, or use -t {_OPTIONS[option]}",
            )


def _talk(
    agent: str | None,
    stack: str | None,
    host: str | None,
    port: int | None,
    record_wire: bool,
    verbose: bool,
) -> None:
    from callwright.cli.talk import HOST, PORT, talk

    where = PORT if port is None else port
    talk(agent, stack, port=where, host=host or HOST, record_wire=record_wire, verbose=verbose)


def _list_devices() -> None:
    from callwright.lines.desk_devices import describe_devices

    lines = describe_devices()
    if not lines:
        raise InputError(
            "this machine has no sound device",
            "connect one, or start the sound server (PulseAudio, PipeWire)",
        )
    for line in lines:
        typer.echo(line)


def _desk_line(microphone: str | None, speaker: str | None) -> "AbstractAsyncContextManager[Line]":
    from callwright.lines.desk import desk_line

    return desk_line(microphone, speaker)


@dataclass(frozen=True, slots=True)
class _DailyOptions:
    room: str | None
    token: str | None
    public: bool
    open_page: bool


def _daily_line(
    declared: "Declared", options: _DailyOptions, opened: ExitStack
) -> "AbstractAsyncContextManager[Line]":
    try:
        from callwright.lines.daily import daily_line
        from callwright.lines.daily_rooms import API_URL, DailySettings
    except ImportError as error:
        raise InputError(
            "Daily rooms need the package `daily-python`",
            "install it: `uv sync --extra daily`, or `pip install 'callwright[daily]'`",
        ) from error
    env = os.environ
    room = options.room or env.get("DAILY_ROOM_URL") or None
    if room and options.public:
        raise InputError("--public is for a room made here", "leave out --public, or the room")
    settings = DailySettings(
        room=room,
        token=options.token or env.get("DAILY_TOKEN") or None,
        api_key=env.get("DAILY_API_KEY") or None,
        api_url=env.get("DAILY_API_URL") or API_URL,
        public=options.public,
    )
    return daily_line(
        settings,
        bot_name=declared.agent.agent,
        announce=lambda room: _announce(room, options.open_page, opened),
    )


def _announce(room: "Room", open_page: bool, opened: ExitStack) -> None:
    from callwright.lines.daily_invitation import invitation_file

    where = room.url
    typer.echo(f"room: {room.url}")
    if room.expires is not None:
        typer.echo(f"it expires at {time.strftime('%H:%M', time.localtime(room.expires))}")
    if room.invitation is not None:
        where = opened.enter_context(invitation_file(room.invitation)).as_uri()
        typer.echo(f"it is private; the caller's way in is {where}")
    if open_page:
        webbrowser.open(where)
    else:
        typer.echo("open it in a browser and speak; the agent waits for you")
