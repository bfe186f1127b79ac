"""Tokens, roughly, and which beginnings of prompts have been seen before.

The rule for tokens: one for every four bytes of UTF-8 that are begun. Real tokenizers differ by a
third either way; here only what is new, read and written has to add up.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def tokens(text: str) -> int:
    """How many tokens a text has, by the rule above."""
    return -(-len(text.encode()) // 4)


def canonical(block: Any) -> str:
    """A part of a prompt as text: the same for the same content, without marks for caching."""
    return json.dumps(_unmarked(block), sort_keys=True, ensure_ascii=False)


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _unmarked(v) for k, v in value.items() if k != "cache_control"}
    if isinstance(value, list):
        return [_unmarked(item) for item in value]
    return value


class Prompts:
    """Remembers beginnings of prompts, each for a time."""

    def __init__(self) -> None:
        self._until: dict[bytes, float] = {}

    def known(self, blocks: Sequence[str], now: float) -> int:
        """How many of a prompt's first blocks have been kept together before, at most."""
        keys = _prefixes(blocks)
        return next(
            (n for n in range(len(keys), 0, -1) if self._until.get(keys[n - 1], 0) > now), 0
        )

    def keep(self, blocks: Sequence[str], until: float, *, each: bool = False) -> None:
        """Keep a beginning.

        Args:
            blocks: All of its blocks.
            until: Seconds of the loop's clock.
            each: Keep all shorter beginnings too.
        """
        keys = _prefixes(blocks)
        for key in keys if each else keys[-1:]:
            self._until[key] = max(until, self._until.get(key, 0))


def _prefixes(blocks: Sequence[str]) -> list[bytes]:
    """A key for every beginning of a prompt, the shortest first."""
    running, keys = hashlib.sha256(), list[bytes]()
    for block in blocks:
        running.update(len(block).to_bytes(8, "big") + block.encode())
        keys.append(running.digest())
    return keys
