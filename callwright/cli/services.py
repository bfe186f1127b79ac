"""``callwright services``: every service a stack can use, and what it needs on this machine."""

import json
from typing import Annotated, Any

import typer

from callwright.declarations import catalogue
from callwright.declarations.resolving import is_installed
from callwright.emulators.providers import proven

_WIDTH = 80  # in a pipe, and at most where the terminal is wider


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
        _table(rows)


def _row(service: catalogue.Service) -> dict[str, Any]:
    return {
        "use": service.use,
        "kind": service.kind,
        "role": service.role,
        "extra": ",".join(service.extras) or None,
        "keys": list(service.keys.values()),
        "installed": is_installed(service),
        "proven": service.proven or service.use in proven(),
        "notes": _notes(service),
    }


def _notes(service: catalogue.Service) -> str:
    stands = "Has a stand-in." if service.use in proven() else ""
    if service.role == "s2s" and not stands and not service.proven:
        stands = "Not tried on a stack yet."
    return " ".join(note for note in (service.notes, stands) if note)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if console.width > _WIDTH or not console.is_terminal:
        console.width = _WIDTH
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("use", no_wrap=True)
    table.add_column("role", no_wrap=True)
    table.add_column("here", no_wrap=True)
    table.add_column("needs and notes", overflow="fold")
    for row in rows:
        here = "proven" if row["proven"] else "yes" if row["installed"] else "no"
        here = here if row["installed"] else "no"
        needs = " ".join(row["keys"])
        notes = "; ".join(part for part in (needs, row["notes"]) if part)
        table.add_row(row["use"], row["role"], here, notes)
    console.print(table)
    console.print(
        "\nhere: its library is installed (yes), and this project's tests run it (proven).\n"
        "'callwright emulate NAME' serves its stand-in, for calls without a key.\n"
        "Other classes: 'use: module:Class'."
    )
