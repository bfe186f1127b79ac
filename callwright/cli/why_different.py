"""`callwright replay --why-different A B`: the first event in which two calls part."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import typer

from callwright.calls.folder import BOT_WAV, USER_WAV, CallFolderError, CallRecord, read_call
from callwright.calls.parting import Parting, Side, partings
from callwright.declarations.errors import InputError
from callwright.lab.expectations.verdict import Failure
from callwright.lab.made_otherwise import made_otherwise

SAME, DIFFERENT = 0, 1


def tell(first: Path, second: Path, *, as_json: bool) -> int:
    """Say where two calls part; the exit code: 0 for the same, 1 for different.

    Raises:
        InputError: One of them is no call folder.
    """
    one, other = _read(first), _read(second)
    found = partings(one.events, other.events)
    sounds = [] if found else [name for name in (USER_WAV, BOT_WAV) if not _same(one, other, name)]
    otherwise = made_otherwise(one.meta, other.meta)
    if as_json:
        data = {
            "same": not found and not sounds,
            "made_otherwise": [
                {"what": part.what, "first": part.expected, "second": part.got}
                for part in otherwise
            ],
            "partings": [asdict(parting) for parting in found],
            "sounds": sounds,
        }
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    else:
        _print(one, other, found, sounds)
        _print_otherwise(otherwise)
    return DIFFERENT if found or sounds else SAME


def _read(path: Path) -> CallRecord:
    try:
        record = read_call(path)
    except CallFolderError as error:
        raise InputError(str(error)) from None
    if record.cut_off and not record.events:
        raise InputError(f"{path}: {record.cut_off}", "give a call that has a record")
    return record


def _same(one: CallRecord, other: CallRecord, name: str) -> bool:
    sides = [record.path / name for record in (one, other)]
    return len({side.read_bytes() if side.is_file() else b"" for side in sides}) == 1


def _print(one: CallRecord, other: CallRecord, found: list[Parting], sounds: list[str]) -> None:
    for name in sounds:
        typer.echo(f"every event is the same, and {name} sounds different")
    if not found and not sounds:
        typer.echo(f"the same: {len(one.events)} events, and the sound of both sides")
    for parting in found:
        _print_parting(parting, one.path, other.path)


def _print_parting(parting: Parting, first: Path, second: Path) -> None:
    how = "in time only" if parting.only_in_time else "in what happened"
    turn = parting.first.turn or parting.second.turn
    typer.echo(f"parted {how} at event {parting.number}, turn {turn}")
    for path, side in ((first, parting.first), (second, parting.second)):
        typer.echo(f"  {path}")
        typer.echo(f"    {_event(side)}")
        typer.echo(f"    turn {side.turn}: caller {side.heard!r}, agent {side.said!r}")
    one, other = parting.first.event or {}, parting.second.event or {}
    if one and other and one["event"] == other["event"]:
        for name in {**one, **other}:
            if one.get(name) != other.get(name):
                typer.echo(f"  {name}: {one.get(name)!r} and {other.get(name)!r}")


def _print_otherwise(otherwise: list[Failure]) -> None:
    if otherwise:
        typer.echo("made otherwise:")
    for part in otherwise:
        typer.echo(f"  {part.what}\n    {part.expected}\n    {part.got}")


def _event(side: Side) -> str:
    if side.event is None:
        return "has no more events"
    fields = {key: value for key, value in side.event.items() if key not in ("at", "event")}
    told = ", ".join(f"{key} {value!r}" for key, value in fields.items())
    return f"{side.event['at']:.3f} s  {side.event['event']}  {told}".rstrip()
