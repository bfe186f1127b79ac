"""Which files are scenarios, and what is in them, without Pipecat: for whoever only collects."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callwright.declarations import places
from callwright.declarations.errors import DeclarationError

STARTS = "'name: …' and 'scenarios: …'"
SUFFIXES = (".yaml", ".yml")

# Keys that say what a file's scenarios do; `persona` has a model of Pipecat's play the caller.
SCENARIO_KEYS = frozenset({"scenarios", "turns", "persona"})
_LOOKS_LIKE_ONE = re.compile(rf"^(?:{'|'.join(sorted(SCENARIO_KEYS))}):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outline:
    """A scenario that nobody has looked into yet.

    Args:
        name: As the file has it; empty where it has none.
        stack: On what it runs, where it says so.
    """

    name: str
    stack: str | None


def is_scenario(path: Path) -> bool:
    """Whether a file is a scenario, and not something that one includes or something else.

    One that cannot be read, or used, is taken for one when it looks like one: reading it says why.
    """
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        data = places.read_with_includes(path, STARTS).data
    except DeclarationError:
        return bool(_LOOKS_LIKE_ONE.search(path.read_text("utf-8", "replace")))
    return "scenarios" in data or ("name" in data and bool(data.keys() & SCENARIO_KEYS))


def outlines(path: Path) -> list[Outline]:
    """The scenarios of a file in their order.

    Raises:
        DeclarationError: It cannot be read.
    """
    data = places.read_with_includes(path, STARTS).data
    listed: Any = data.get("scenarios")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else [{}]
    return [_outline({**data, **one} if listed else data) for one in entries]


def _outline(entry: dict[str, Any]) -> Outline:
    stack = entry.get("stack")
    return Outline(str(entry.get("name") or ""), stack if isinstance(stack, str) else None)
