"""How the way to a host behaves, and what becomes of one connection on it."""

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

Failing = Literal["refuse", "reset", "close", "stall"]


@dataclass(frozen=True)
class Link:
    """The way to a host. It can be replaced at any time; what is sent afterwards goes the new way.

    Args:
        latency: Seconds each way.
        jitter: Up to this many seconds more, drawn for each piece; order is kept all the same.
        fragment: Largest piece in bytes: what is written arrives in pieces of 1 up to so many.
        stall: While true nothing arrives, and nobody gets a connection; nothing is lost either.
        fails: What goes wrong with a connection: `refuse` it, `reset` it (both ends see an error),
            `close` it (both ends see an ordinary end), or let it `stall` for good.
        after: How many bytes, both ways together, pass before that; a range is drawn from.
        chance: How likely that happens to a connection, from 0 to 1.
    """

    latency: float = 0.0
    jitter: float = 0.0
    fragment: int | None = None
    stall: bool = False
    fails: Failing | None = None
    after: int | tuple[int, int] = 0
    chance: float = 1.0

    def __post_init__(self) -> None:
        if self.latency < 0 or self.jitter < 0:
            raise ValueError("latency and jitter of a link are seconds, and not negative")
        if self.fragment is not None and self.fragment < 1:
            raise ValueError(f"a piece has at least one byte, not {self.fragment}")

    def delay(self, draw: random.Random) -> float:
        """Seconds that one piece takes, one way."""
        return self.latency + (draw.random() * self.jitter if self.jitter else 0.0)

    def pieces(self, data: bytes, draw: random.Random) -> Generator[bytes]:
        """What was written at once, as it travels."""
        if self.fragment is None:
            yield data
            return
        start = 0
        while start < len(data):
            end = start + draw.randint(1, self.fragment)
            yield data[start:end]
            start = end


class Fate:
    """What becomes of one connection, drawn when it is asked for.

    Args:
        link: The way as it is at that moment.
        draw: The connection's own source of chance.
    """

    def __init__(self, link: Link, draw: random.Random) -> None:
        struck = link.fails is not None and (link.chance >= 1 or draw.random() < link.chance)
        self.failing: Failing | None = link.fails if struck else None
        self._left = link.after if isinstance(link.after, int) else draw.randint(*link.after)

    def passing(self, size: int) -> int:
        """How many of so many bytes still pass; fewer than `size` means: now it happens."""
        if self.failing is None:
            return size
        passing = min(size, self._left)
        self._left -= passing
        return passing
