"""What stands in a record instead of a sensitive value: a mask, and where it helps a keyed hash.

The hash lets two places of a record, or of two records of one installation, be compared without
the value. Its key never stands in a call's folder: four digits are found by trying them all.
"""

import hashlib
import hmac
import re
from typing import Any

MASK = "•••"

_HASHED = re.compile(f"{MASK}[0-9a-f]{{32}}")


def hashed(key: bytes, entity: str, value: str) -> str:
    """Return the mask of a canonical value with its keyed hash: HMAC-SHA256, cut to 128 bits.

    Args:
        key: Secret of the installation.
        entity: Whose value it is; the same digits of two entities have two hashes.
        value: Canonical.
    """
    digest = hmac.new(key, f"{entity}\0{value}".encode(), hashlib.sha256).hexdigest()
    return f"{MASK}{digest[:32]}"


def is_hashed(value: object) -> bool:
    """Whether a value is nothing but a mask with its hash."""
    return isinstance(value, str) and _HASHED.fullmatch(value) is not None


def shown(value: Any) -> Any:
    """Return plain data of a record as people see it: masks without their hashes."""
    match value:
        case str():
            return _HASHED.sub(MASK, value)
        case dict():
            return {key: shown(one) for key, one in value.items()}
        case list():
            return [shown(one) for one in value]
        case _:
            return value


def masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return text with the pieces from `start` to `end` masked; neighbours become one mask."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        piece = text[start:end]
        start, end = (
            start + len(piece) - len(piece.lstrip()),
            end - len(piece) + len(piece.rstrip()),
        )
        if end <= at or not any(char.isalnum() for char in piece):
            continue
        between = text[at : max(at, start)]
        # Two masks with nothing but marks between them are one: their number tells nobody anything.
        if any(char.isalnum() for char in between) or not parts:
            parts += [between, MASK]
        at = end
    return "".join(parts) + text[at:]
