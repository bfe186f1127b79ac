"""A call as a folder: `call.yaml`, `events.jsonl`, `user.wav`, `bot.wav`; reading what was written.

A folder may have been cut off at any moment (a crash, a full disk): it still opens, and says so.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from callwright.calls.event_lines import from_line
from callwright.calls.events import Ended, Event

FORMAT = 1

CALL_YAML = "call.yaml"
EVENTS = "events.jsonl"
USER_WAV = "user.wav"
BOT_WAV = "bot.wav"
CALLER_YAML = "caller.yaml"

_MAX_META_BYTES = 1_000_000


class CallFolderError(ValueError):
    """A folder is not a call, or not one that this version reads; the message says what to do."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call read from its folder.

    Args:
        path: The folder.
        meta: What `call.yaml` says.
        events: What happened, in order.
        cut_off: Why the record is incomplete; empty when it is whole.
    """

    path: Path
    meta: dict[str, Any]
    events: list[Event] = field(default_factory=list[Event])
    cut_off: str = ""


def make_folder(parent: Path, name: str) -> Path:
    """Create a new folder for a call under `parent`; `-2`, `-3` … where the name is taken."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "call"
    parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = parent / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def write_meta(path: Path, meta: dict[str, Any]) -> None:
    """Write `call.yaml` whole or not at all."""
    text = yaml.safe_dump({"format": FORMAT} | meta, sort_keys=False, allow_unicode=True)
    draft = path / f".{CALL_YAML}.draft"
    draft.write_text(text, encoding="utf-8")
    draft.replace(path / CALL_YAML)


def read_call(path: Path) -> CallRecord:
    """Read a call folder, however much of it there is.

    Raises:
        CallFolderError: There is no call in the folder, or an incompatible one.
    """
    if not path.is_dir():
        raise CallFolderError(f"{path}: there is no such call folder")
    meta = _read_meta(path / CALL_YAML)
    events, cut_off = _read_events(path / EVENTS)
    if meta.get("state") != "ended":
        cut_off = "the program stopped before the call ended"
    elif lost := meta.get("lost"):
        told = lost.items() if isinstance(lost, dict) else []
        cut_off = "the disk failed; lost: " + "; ".join(f"of {name} {what}" for name, what in told)
    elif not cut_off and not any(isinstance(event, Ended) for event in events):
        cut_off = f"{EVENTS} lacks the end of the call"
    return CallRecord(path, meta, events, cut_off)


def _read_meta(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_META_BYTES + 1)
    except OSError:
        raise CallFolderError(
            f"{path.parent}: no {CALL_YAML} in it, so it is not a call; "
            "give a folder that a call wrote"
        ) from None
    if len(raw) > _MAX_META_BYTES:
        raise CallFolderError(f"{path}: far too large for a {CALL_YAML}")
    try:
        meta = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise CallFolderError(f"{place}: this YAML cannot be read; restore the file") from None
    if not isinstance(meta, dict):
        raise CallFolderError(f"{path}: expected a mapping; restore the file")
    if meta.get("format") != FORMAT:
        raise CallFolderError(
            f"{path}: format {meta.get('format')!r} is not readable by this version "
            f"(it reads {FORMAT}); replay it with the version that wrote it"
        )
    return {str(key): value for key, value in meta.items()}


def _read_events(path: Path) -> tuple[list[Event], str]:
    if not path.is_file():
        return [], f"{EVENTS} is missing"
    events: list[Event] = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            events.append(from_line(json.loads(line)))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            if number >= len(lines) - 1:
                return events, "the last event was only half written"
            raise CallFolderError(f"{path}:{number}:1: {error}; restore the file") from None
    return events, ""
