"""Simulated calls that are done, kept beside their folders: what was interrupted goes on there.

One file a kind of run, named after what the run follows from; a run that was finished is not gone
on with, but made again.
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from callwright.declarations.load import Declared
from callwright.lab.simulate import Simulated, SimulateOptions

_FINISHED = {"finished": True}


class DoneCalls:
    """The calls of one run that are done already.

    Args:
        options: How calls are simulated.
        declared: Agent and stack.
    """

    def __init__(self, options: SimulateOptions, declared: Declared) -> None:
        self._path = options.out / f".simulate-{_what_follows_from(options, declared)}.jsonl"

    def read(self, seeds: Iterable[int]) -> dict[int, Simulated]:
        """Those of an interrupted run, by seed; empty where there is none to go on with."""
        if not self._path.is_file():
            return {}
        lines = [_data(line) for line in self._path.read_text(encoding="utf-8").splitlines()]
        if _FINISHED in lines:
            self._path.unlink()
            return {}
        done = [call for line in lines if (call := _call(line)) is not None]
        # What was cut off must not run into what comes.
        self._path.write_text("".join(_line(asdict(call)) for call in done), encoding="utf-8")
        return {call.seed: call for call in done if call.seed in seeds}

    def add(self, call: Simulated) -> None:
        """One more is done."""
        self._append(asdict(call))

    def finish(self) -> None:
        """All of them are."""
        self._append(_FINISHED)

    def _append(self, data: dict[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(data))


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _data(line: str) -> dict[str, Any]:
    """A line's data; nothing for one that was cut off."""
    try:
        data = json.loads(line)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _call(data: dict[str, Any]) -> Simulated | None:
    try:
        call = Simulated(**data)
    except TypeError:
        return None
    return replace(call, leftovers=tuple(call.leftovers))


def _what_follows_from(options: SimulateOptions, declared: Declared) -> str:
    asked = asdict(options) | {"out": None}
    for key in ("caller", "faults"):
        path = Path(str(asked[key]))
        asked[key] = path.read_text() if path.suffix else asked[key]
    declarations = [declared.agent_digest, declared.stack_digest]
    versions = [importlib.metadata.version(name) for name in ("callwright", "pipecat-ai")]
    text = json.dumps([asked, declarations, versions], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
