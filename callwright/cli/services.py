"""``callwright services``: every service a stack can use, and what it needs on this machine."""

import json
import os
from typing import Annotated, Any

import typer

from callwright.declarations import catalogue, extras
from callwright.declarations.resolving import is_installed
from callwright.emulators.providers import proven

_WIDTH = 80  # in a pipe, and at most where the terminal is wider

# What each role is, in the order of a call.
_ROLES = {
    "vad": "is somebody speaking?",
    "turn": "has the caller finished?",
    "stt": "sound to words",
    "llm": "words to an answer",
    "tts": "an answer to sound",
    "s2s": "hears and answers by itself",
}

# The kinds of stack that have a use for a role; an `stt` stands as `ears` in the last two.
_KINDS = {
    "llm": ("cascaded",),
    "tts": ("cascaded", "half-cascade"),
    "s2s": ("half-cascade", "s2s"),
}
_EVERY_KIND = ("cascaded", "half-cascade", "s2s")


def services(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the services as one line of JSON.")
    ] = False,
) -> None:
    """List the services a stack can use: role, key variables, and what is installed."""
    rows = [_row(service) for service in catalogue.services().values()]
    if as_json:
        typer.echo(json.dumps(rows))
    else:
        _tables(rows)


def _row(service: catalogue.Service) -> dict[str, Any]:
    installed = is_installed(service)
    keys = list(service.keys.values())
    return {
        "use": service.use,
        "kind": service.kind,
        "role": service.role,
        "stacks": list(_KINDS.get(service.role, _EVERY_KIND)),
        "extra": ",".join(service.extras) or None,
        "keys": keys,
        "present": [name for name in keys if os.environ.get(name)],
        "installed": installed,
        "install": None
        if installed
        else extras.hint(",".join(service.extras), service.distribution),
        "proven": service.proven or service.use in proven(),
        "notes": _notes(service),
    }


def _notes(service: catalogue.Service) -> str:
    stands = "Has a stand-in." if service.use in proven() else ""
    if service.role == "s2s" and not stands and not service.proven:
        stands = "Not tried on a stack yet."
    return " ".join(note for note in (service.notes, stands) if note)


def _tables(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if console.width > _WIDTH or not console.is_terminal:
        console.width = _WIDTH
    widest = max(len(row["use"]) for row in rows)
    for role, what in _ROLES.items():
        kinds = _KINDS.get(role, _EVERY_KIND)
        where = "every stack" if kinds == _EVERY_KIND else " and ".join(kinds)
        if role == "stt":
            where = "cascaded; as 'ears' in half-cascade and s2s"
        console.print(f"{role.upper()}: {what} ({where})", style="bold")
        _table(console, [row for row in rows if row["role"] == role], widest)
        console.print()
    console.print(
        "here: its library is installed (yes), and this project's tests run it (proven).\n"
        "A variable with + is set, one with - is not.\n"
        f"Libraries: {extras.hint('EXTRA')}\n"
        "'callwright emulate NAME' serves a stand-in, for calls without a key.\n"
        "Other classes: 'use: module:Class'."
    )


def _table(console: Any, rows: list[dict[str, Any]], widest: int) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column("use", no_wrap=True, min_width=widest)
    table.add_column("here", no_wrap=True, min_width=6)
    table.add_column("needs and notes", overflow="fold")
    for row in rows:
        here = "no" if not row["installed"] else "proven" if row["proven"] else "yes"
        table.add_row(row["use"], here, "; ".join(_needs(row)))
    console.print(table)


def _needs(row: dict[str, Any]) -> list[str]:
    keys = [f"{'+' if name in row['present'] else '-'}{name}" for name in row["keys"]]
    install = row["install"] or ""
    missing = install if "Python" in install else f"extra {row['extra']}" if install else ""
    return [part for part in (" ".join(keys), missing, row["notes"]) if part]
