"""Expectations made of a run, for review in a diff.

What holds stays as it was written, patterns and all; what does not is replaced by what was seen.
A file that exists is only brought up to date in what it looks at; an empty section (`latency: {}`,
`made_of: {}`, `events: []`) asks to be filled. Pure but for `write`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from callwright.lab.expectations.reading import ExpectationFile
from callwright.lab.expectations.seen import Seen, SeenTurn
from callwright.lab.expectations.shape import SECTIONS, Band, Expected, TurnExpected
from callwright.lab.expectations.texts import heard_as_expected, holds
from callwright.lab.expectations.yaml_text import rewritten

# What a new file looks at.
USUAL = ("outcome", "turns", "entities", "checkpoints", "tools")

# Facts that stand like this have a value, which need not be looked at.
_HAVE_A_VALUE = ("captured", "confirmed")

# How far an accepted latency may go, per cent of what was measured.
_SPARE = 110


def accepted(
    file: ExpectationFile | None,
    seen: Seen,
    stack: str,
    own_stack: str,
    *,
    whole_make: bool = False,
    seed: int = 0,
) -> dict[str, Any]:
    """The content of `expect.yaml` by which a run is as expected.

    Args:
        file: The expectations so far; None where there are none.
        seen: The run.
        stack: Its stack, as the file has it or is to have it.
        own_stack: The agent's own, likewise.
        whole_make: Whether to write every part of `made_of`, whatever stood there for this stack;
            so wherever the file asks for it (`asks_for_whole_make`).
        seed: The run's, for a file that does not say yet which ones it holds under.
    """
    if file is None:
        whose: dict[str, Any] = {"stacks": [stack]} | ({"seeds": [seed]} if seed else {})
        return whose | _sections(Expected(), {}, seen, USUAL)
    raw = dict(file.raw)
    stacks = file.stacks(own_stack)
    written = file.raw_on(stack)
    if whole_make or asks_for_whole_make(file):
        written["made_of"] = {}
    before = Expected.model_validate_json(json.dumps(written))
    fresh = _sections(before, written, seen, tuple(written))
    key = file.special_key(stack)
    if stack == stacks[0]:
        own: dict[str, Any] = raw.get("per_stack", {}).get(key, {})
        raw |= {name: section for name, section in fresh.items() if name not in own}
    # What a stack shares with the others stands once.
    differing = {name: section for name, section in fresh.items() if raw.get(name) != section}
    if "turns" in differing:
        differing["turns"] = _turn_changes(raw.get("turns", []), fresh["turns"])
    every = {**raw.pop("per_stack", {}), key: differing}
    per_stack = {name: sections for name, sections in every.items() if sections}
    raw |= {"per_stack": per_stack} if per_stack else {}
    if stack in stacks:
        return raw
    raw.pop("stacks", None)
    return {"stacks": [*stacks, stack]} | raw


def asks_for_whole_make(file: ExpectationFile | None) -> bool:
    """Whether a `made_of: {}` for all stacks asks for every part, on every one of them.

    The first stack that is run fills it, so whoever runs several has to ask before.
    """
    return file is not None and file.raw.get("made_of") == {}


def _turn_changes(common: list[dict[str, Any]], fresh: list[dict[str, Any]]) -> Any:
    """The turns that differ by number, lane by lane; all of them where numbers would not do."""
    if len(common) != len(fresh):
        return fresh
    changes: dict[str, dict[str, Any]] = {}
    for number, (old, new) in enumerate(zip(common, fresh, strict=True), start=1):
        if not set(old) <= set(new):
            return fresh
        if lanes := {name: lane for name, lane in new.items() if old.get(name) != lane}:
            changes[str(number)] = lanes
    return changes


def write(path: Path, content: dict[str, Any]) -> tuple[str, str]:
    """Write `expect.yaml`, whole or not at all; the text before and the text now."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    now = rewritten(before, content)
    if now != before:
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text(now, encoding="utf-8")
        draft.replace(path)
    return before, now


def _sections(
    before: Expected, raw: dict[str, Any], seen: Seen, names: tuple[str, ...]
) -> dict[str, Any]:
    made = {n: _MAKERS[n](before, raw.get(n), seen) for n in SECTIONS if n in names}
    # An agent without steps has nothing to look at there; that no tool is called is worth a line.
    return {n: section for n, section in made.items() if section or n in raw or n == "tools"}


def _outcome(before: Expected, raw: Any, seen: Seen) -> str:
    return seen.outcome


def _turns(before: Expected, raw: Any, seen: Seen) -> list[dict[str, Any]]:
    old, old_raw = before.turns or [], raw or []
    return [
        _turn(old[index], old_raw[index], turn) if index < len(old) else _new_turn(turn, index)
        for index, turn in enumerate(seen.turns)
    ]


def _new_turn(turn: SeenTurn, index: int) -> dict[str, Any]:
    # That nobody is heard is written, too: elsewhere somebody may be. Who calls is greeted first.
    greeted = index == 0 and turn.user is None
    made: dict[str, Any] = {} if greeted else {"user": turn.user or ""}
    made["decided"] = turn.decided
    made["bot"] = turn.bot
    if turn.interrupted:
        made["interrupted"] = True
    return made


def _turn(old: TurnExpected, raw: dict[str, Any], turn: SeenTurn) -> dict[str, Any]:
    made = dict(raw)
    if old.user is not None and not heard_as_expected(old.user, turn.user):
        made["user"] = turn.user or ""
    if old.bot is not None and not holds(old.bot, turn.bot):
        made["bot"] = turn.bot
    if old.ended_by is not None and not holds(old.ended_by, turn.ended_by):
        made["ended_by"] = turn.ended_by
    if old.decided is not None:
        made["decided"] = turn.decided
    if old.interrupted != turn.interrupted:
        made["interrupted"] = turn.interrupted
    if old.response_ms is not None:
        made["response_ms"] = _band(old.response_ms, raw.get("response_ms"), turn.response_ms)
    return {key: value for key, value in made.items() if value is not None}


def _band(old: Band | None, raw: Any, got: int | None) -> Any:
    if got is None or (old is not None and old.least <= got <= old.most):
        return raw
    return {"most": 10 * -(-got * _SPARE // 1000)}  # rounded up to the next ten


def _entities(before: Expected, raw: Any, seen: Seen) -> dict[str, Any]:
    if not raw:
        return {name: _without_nothing(one) for name, one in seen.entities.items()}
    made: dict[str, Any] = {}
    for name, old in (before.entities or {}).items():
        if name not in seen.entities:
            continue
        got = seen.entities[name]
        made[name] = dict(raw[name]) | {"status": got["status"]}
        value = got["value"]
        if value is None:
            made[name].pop("value", None)
        elif old.value is None and old.status not in _HAVE_A_VALUE:
            made[name] = {"value": value} | made[name]  # there was none to look at
        elif old.value is not None and not holds(old.value, str(value)):
            made[name]["value"] = value
    return made


def _without_nothing(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if value is not None}


def _checkpoints(before: Expected, raw: Any, seen: Seen) -> dict[str, str]:
    return {n: s for n, s in seen.checkpoints.items() if not raw or n in raw}


def _tools(before: Expected, raw: Any, seen: Seen) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for index, got in enumerate(seen.tools):
        tool = {"name": got["name"]}
        if not got["allowed"]:
            tool["allowed"] = False
        if got["failed"]:
            tool["failed"] = True
        old = raw[index] if raw and index < len(raw) else None
        # Arguments that nobody looked at stay unlooked at.
        if old is None or old["name"] != got["name"] or "arguments" in old:
            tool["arguments"] = got["arguments"]
        made.append(tool)
    return made


def _events(before: Expected, raw: Any, seen: Seen) -> list[str]:
    return seen.events


def _latency(before: Expected, raw: Any, seen: Seen) -> dict[str, Any]:
    wanted = raw or {"p50": None, "p95": None}
    return {
        name: _band(getattr(before.latency, name, None), wanted[name], seen.latency.get(name))
        for name in wanted
        if seen.latency.get(name) is not None
    }


def _made_of(before: Expected, raw: Any, seen: Seen) -> dict[str, Any]:
    return {name: value for name, value in seen.made_of.items() if not raw or name in raw}


_MAKERS: dict[str, Callable[[Expected, Any, Seen], Any]] = {
    "outcome": _outcome,
    "turns": _turns,
    "entities": _entities,
    "checkpoints": _checkpoints,
    "tools": _tools,
    "events": _events,
    "latency": _latency,
    "made_of": _made_of,
}
