"""A cassette as files: `wire/index.json`, and for each connection its lines and its sound."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from callwright.wire.entries import (
    Close,
    Entry,
    Gone,
    Message,
    Over,
    Part,
    Request,
    Response,
    Unread,
)
from callwright.wire.masking import Masks
from callwright.wire.recorder import Overheard

FORMAT = 1

WIRE = "wire"
INDEX = "index.json"

_KINDS: dict[str, type[Entry]] = {
    "request": Request,
    "response": Response,
    "part": Part,
    "over": Over,
    "message": Message,
    "close": Close,
    "gone": Gone,
    "unread": Unread,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class CassetteError(ValueError):
    """There is no cassette, or not one that this version reads; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection as it can be played.

    Args:
        name: Its file, without its ending.
        host: To whom it led.
        services: Who is found there, by the catalogue's names.
        opened: Seconds of the call.
        entries: What was said.
        sound: Their sound.
    """

    name: str
    host: str
    services: tuple[str, ...]
    opened: float
    entries: tuple[Entry, ...]
    sound: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Cassette:
    """A call's traffic.

    Args:
        path: Its folder.
        agent: The agent's name.
        stack: The stack's name.
        started: When the call began, ISO 8601.
        connections: In the order in which they were opened.
    """

    path: Path
    agent: str
    stack: str
    started: str
    connections: tuple[Connection, ...]


def write_cassette(
    folder: Path, heard: Sequence[Overheard], masks: Masks, facts: Mapping[str, Any]
) -> None:
    """Write a call's traffic into its folder; the index comes last, so that it means all is there.

    Args:
        folder: The call's folder.
        heard: What was heard.
        masks: What is not to be written.
        facts: agent, stack, started, masked.
    """
    wire = folder / WIRE
    wire.mkdir()
    listed: list[dict[str, Any]] = []
    for number, connection in enumerate(heard, start=1):
        name = f"{number:03}-{connection.services[0]}"
        entries = masks.masked(connection)
        lines = [json.dumps(_line(entry), ensure_ascii=False) + "\n" for entry in entries]
        text = "".join(lines).encode("utf-8", "backslashreplace")
        (wire / f"{name}.jsonl").write_bytes(text)
        if connection.sound:
            (wire / f"{name}.sound").write_bytes(connection.sound)
        listed.append(
            {
                "name": name,
                "host": connection.host,
                "services": list(connection.services),
                "opened": round(connection.opened, 6),
                "lines": len(lines),
                "sound": len(connection.sound),
            }
        )
    index = {"format": FORMAT, **facts, "connections": listed}
    (wire / INDEX).write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_cassette(folder: Path) -> Cassette:
    """Read the traffic of a call from its folder.

    Raises:
        CassetteError: There is none, it is damaged, or of another version.
    """
    path = folder / WIRE / INDEX
    if not path.is_file():
        raise CassetteError(
            f"{folder}: no {WIRE}/{INDEX} in it, so its services cannot be played; "
            "record one with `callwright replay --record-wire`, or on a live call"
        )
    index = _json(path, path.read_bytes(), 1)
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        found = index.get("format") if isinstance(index, dict) else None
        raise CassetteError(
            f"{path}:1:1: format {found!r} is not readable by this version (it reads {FORMAT}); "
            "play it with the version that wrote it, or record it again"
        )
    try:
        listed = [_Listed(**one) for one in index["connections"]]
        facts = {key: str(index[key]) for key in ("agent", "stack", "started")}
    except (KeyError, TypeError) as error:
        raise CassetteError(f"{path}:1:1: it lacks what an index has ({error}); {_AGAIN}") from None
    connections = tuple(_connection(folder / WIRE, one) for one in listed)
    return Cassette(folder / WIRE, **facts, connections=connections)


_AGAIN = "restore the file, or record the call again"


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    host: str
    services: list[str]
    opened: float
    lines: int
    sound: int


def _connection(wire: Path, listed: _Listed) -> Connection:
    if Path(listed.name).name != listed.name:
        raise CassetteError(f"{wire / INDEX}:1:1: {listed.name!r} is no name of a file; {_AGAIN}")
    path, sounds = wire / f"{listed.name}.jsonl", wire / f"{listed.name}.sound"
    try:
        lines = path.read_bytes().splitlines()
        sound = sounds.read_bytes() if listed.sound else b""
    except OSError as error:
        raise CassetteError(f"{error.filename}: {error.strerror}; {_AGAIN}") from None
    if len(lines) != listed.lines:
        raise CassetteError(
            f"{path}:{len(lines)}:1: {len(lines)} lines where {listed.lines} were written; {_AGAIN}"
        )
    if len(sound) != listed.sound:
        raise CassetteError(
            f"{sounds}: {len(sound)} bytes where {listed.sound} were written; {_AGAIN}"
        )
    entries = tuple(_entry(path, line, number) for number, line in enumerate(lines, start=1))
    services = tuple(listed.services)
    return Connection(listed.name, listed.host, services, listed.opened, entries, sound)


def _line(entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = {"at": round(entry.at, 6), "kind": _NAMES[type(entry)]}
    for name, value in asdict(entry).items():
        if name == "asked" or value is None or name in data:
            continue
        if name == "until":
            value = round(value, 6)
        data[name] = _said(value) if name in ("said", "body") else value
    return data


def _said(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _json(path: Path, raw: bytes, number: int) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        column = getattr(error, "colno", 1)
        number += getattr(error, "lineno", 1) - 1
        raise CassetteError(f"{path}:{number}:{column}: this is no JSON; {_AGAIN}") from None


def _entry(path: Path, raw: bytes, number: int) -> Entry:
    data = _json(path, raw, number)
    kind = _KINDS.get(data.pop("kind", "")) if isinstance(data, dict) else None
    if kind is None:
        raise CassetteError(f"{path}:{number}:1: this is no entry of a cassette; {_AGAIN}")
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise CassetteError(f"{path}:{number}:1: {where}: {wrong['msg']}; {_AGAIN}") from None


@cache
def _adapter(kind: type[Entry]) -> TypeAdapter[Entry]:
    return TypeAdapter(kind)
