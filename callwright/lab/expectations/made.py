"""What a call was made of, against what it was made of before: every difference named. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from callwright.lab.expectations.shape import MadeOf
from callwright.lab.expectations.verdict import Failure

_ABSENT = "nothing"


def made_differences(expected: MadeOf, got: dict[str, Any]) -> tuple[int, list[Failure]]:
    """How many parts are the same, and what differs."""
    same, failures = 0, list[Failure]()
    for name in sorted(expected.model_fields_set):
        wanted, found = getattr(expected, name), got.get(name)
        different = list(_differences(name, wanted, found))
        failures += different
        same += not different
    return same, failures


def _differences(name: str, wanted: Any, found: Any) -> Iterator[Failure]:
    match name, wanted, found:
        case "prompt", str(), str():
            yield from _pieces("made_of.prompt", _sentences(wanted), _sentences(found))
        case "steps", list(), list():
            yield from _pieces("made_of.steps", wanted, found)
        case _:
            yield from _leaves(f"made_of.{name}", wanted, found)


def _sentences(text: str) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?:]) |\n+", text) if piece.strip()]


def _pieces(what: str, wanted: list[str], found: list[str]) -> Iterator[Failure]:
    matcher = SequenceMatcher(a=wanted, b=found, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            before, after = " ".join(wanted[i:j]), " ".join(found[k:m])
            yield Failure(what, before or _ABSENT, after or _ABSENT)


def _leaves(at: str, wanted: Any, found: Any) -> Iterator[Failure]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            yield from _leaves(f"{at}.{key}", wanted.get(key, _ABSENT), found.get(key, _ABSENT))
    elif wanted != found:
        yield Failure(at, str(wanted), _ABSENT if found is None else str(found))
