"""What a stand-in has still to say on a websocket: one after another, through the way out."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from callwright.emulators.sse import hang_up
from callwright.emulators.standin import Failed, Gone, Way, close, send

Event = Mapping[str, Any]

# A connection that is to end is held up by what stalls on it for no longer than this.
LAST_SECONDS = 10.0


class Outbox:
    """Sends events in order while its block runs; whoever puts one in does not wait.

    Args:
        request: The connection's request; broken off when a fault says so.
        socket: Where the events go.
        way: What happens to them on the way.
        failure: Makes the event by which this provider says that it failed, from the one that
            was to be sent.
    """

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        way: Way,
        failure: Callable[[Event], Event],
    ) -> None:
        self._request = request
        self._socket = socket
        self._way = way
        self._failure = failure
        self._waiting: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def put(self, event: Event) -> None:
        """Have an event sent after those that wait already."""
        self._waiting.put_nowait(event)

    async def emptied(self) -> None:
        """Wait until everything is sent, nothing can be sent any more, or nobody waits for it."""
        assert self._task is not None
        joined = asyncio.ensure_future(self._waiting.join())
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait([joined, self._task], timeout=LAST_SECONDS, return_when=first)
        joined.cancel()

    async def __aenter__(self) -> "Outbox":
        self._task = asyncio.create_task(self._send())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _send(self) -> None:
        event: Event = {}
        try:
            while True:
                event = await self._waiting.get()
                await send(self._socket, self._way, event)
                self._waiting.task_done()
        except Failed:
            await self._socket.send_json(self._failure(event))
            await close(self._socket, 1011)
        except Gone:
            hang_up(self._request)
        except ConnectionError:
            pass  # The client left; the reading side notices it, too.
