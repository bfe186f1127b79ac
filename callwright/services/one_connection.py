"""A websocket service that never has two connections."""

import asyncio
from typing import Any

from pipecat.services.websocket_service import WebsocketService


class OneConnection(WebsocketService):
    """Opens and closes its connection one step at a time.

    Pipecat's receiver opens a new connection where one broke, and so does whoever wants to speak.
    Both at once, and one of the two is forgotten while it is open, which nobody closes any more.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._one_at_a_time = asyncio.Lock()

    async def _connect_websocket(self) -> None:
        async with self._one_at_a_time:
            await super()._connect_websocket()

    async def _disconnect_websocket(self) -> None:
        async with self._one_at_a_time:
            await super()._disconnect_websocket()
