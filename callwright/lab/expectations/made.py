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
        different = list(differences(f"made_of.{name}", wanted, found))
        failures += different
        same += not different
    return same, failures


def differences(at: str, wanted: Any, found: Any) -> Iterator[Failure]:
    """Yield in what plain data differs, each with its path; of a prompt, its sentences.

    Args:
        at: The path of the data.
        wanted: As it was.
        found: As it is.
    """
    match at.rpartition(".")[2], wanted, found:
        case "prompt", str(), str():
            yield from _pieces(at, _sentences(wanted), _sentences(found))
        case "steps", list(), list():
            yield from _pieces(at, wanted, found)
        case name, dict(), dict():
            if name == "checkpoints":
                yield from _ordered(at, wanted, found)
            for key in sorted({*wanted, *found}, key=str):
                sides = (side.get(key, _ABSENT) for side in (wanted, found))
                yield from differences(f"{at}.{key}", *sides)
        case _ if wanted != found:
            yield Failure(at, _told(wanted), _told(found))
        case _:
            pass


def _ordered(at: str, wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[Failure]:
    """Steps are taken in the order of their declaration.

    A file in which they stand by the alphabet tells none: what sorts keys may have written it.
    """
    before = [name for name in wanted if name in found]
    after = [name for name in found if name in wanted]
    if before != after and before != sorted(before):
        yield Failure(f"{at}, in order", ", ".join(before), ", ".join(after))


def _sentences(text: str) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?:]) |\n+", text) if piece.strip()]


def _pieces(what: str, wanted: list[str], found: list[str]) -> Iterator[Failure]:
    matcher = SequenceMatcher(a=wanted, b=found, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            before, after = " ".join(wanted[i:j]), " ".join(found[k:m])
            yield Failure(what, before or _ABSENT, after or _ABSENT)


def _told(value: Any) -> str:
    return _ABSENT if value is None else str(value)
