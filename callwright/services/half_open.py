"""HTTP connections that were given up in the middle of their handshake, closed.

A caller who speaks takes a question back that may not even have its connection yet. The HTTP client
closes a connection whose handshake fails, and forgets one whose handshake is cancelled: it would be
held until the provider ends it.
"""

from typing import Any

import httpx2


async def close_half_open(request: httpx2.Request) -> None:
    """A request's hook, see ``event_hooks`` of a client: what the request opens, it also closes."""
    request.extensions["trace"] = _Handshake()


class _Handshake:
    """Follows a request on its way to a connection."""

    def __init__(self) -> None:
        self._stream: Any = None

    async def __call__(self, step: str, info: dict[str, Any]) -> None:
        if step == "connection.connect_tcp.complete":
            self._stream = info["return_value"]
        elif step == "connection.start_tls.failed" and self._stream is not None:
            await self._stream.aclose()
