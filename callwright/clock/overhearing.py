"""Who listens in on the connections that a call opens: plain bytes, as its clients see them.

A listener holds for the task that sets it and for all tasks that come of it, as context variables
do: calls side by side each have their own.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

Bytes = bytes | bytearray | memoryview


class Overheard(Protocol):
    """Takes what passes on one connection, at the client's end."""

    def sent(self, data: Bytes) -> None:
        """The client has written this."""
        ...

    def received(self, data: Bytes) -> None:
        """The client has been given this."""
        ...

    def ended(self, *, ours: bool) -> None:
        """The client, or else its peer, has ended it; what is said first counts."""
        ...


class Overhearing(Protocol):
    """Decides which connections are listened to."""

    def connected(
        self, host: str, port: int | None = None, *, plain: bool = False
    ) -> Overheard | None:
        """A connection has been made; None when it is nobody's business.

        Args:
            host: To whom.
            port: At which port, where that is known.
            plain: Whether it is known only that it begins without TLS.
        """
        ...


_LISTENER: ContextVar[Overhearing | None] = ContextVar("overhearing", default=None)


def overheard(host: str, port: int | None = None, *, plain: bool = False) -> Overheard | None:
    """Who listens to a connection that is made here and now; None when nobody does.

    Args as `Overhearing.connected` takes them.
    """
    listener = _LISTENER.get()
    return listener.connected(host, port, plain=plain) if listener is not None else None


@contextmanager
def overhearing(listener: Overhearing | None) -> Generator[None]:
    """Have the connections listened to that are made by the block, and by tasks it starts."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
