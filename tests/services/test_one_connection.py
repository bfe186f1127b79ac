"""However many want to open or close a connection, there is one at most."""

import asyncio
from typing import Any

from pipecat.services.websocket_service import WebsocketService

from callwright.clock import run_virtual
from callwright.services.one_connection import OneConnection


class Plain(WebsocketService):
    """Takes its time to connect, as Pipecat's services do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._socket: object = None
        self.open: list[object] = []

    async def _connect_websocket(self) -> None:
        if self._socket is not None:
            return
        socket = object()
        await asyncio.sleep(0.05)
        self.open.append(socket)
        self._socket = socket

    async def _disconnect_websocket(self) -> None:
        closing = self._socket
        await asyncio.sleep(0.05)
        if closing is not None:
            self.open.remove(closing)
        self._socket = None

    async def _receive_messages(self) -> None: ...


class One(OneConnection, Plain):
    """The same, one step at a time."""


def left_open(service: Plain) -> int:
    async def play() -> int:
        # The receiver connects anew while somebody wants to speak; in the end all is closed.
        await asyncio.gather(service._connect_websocket(), service._connect_websocket())
        await asyncio.gather(again(service), service._connect_websocket())
        await service._disconnect_websocket()
        return len(service.open)

    return run_virtual(play())


async def again(service: Plain) -> None:
    await service._disconnect_websocket()
    await service._connect_websocket()


def test_nothing_is_forgotten_while_it_is_open() -> None:
    assert left_open(Plain()) > 0  # which is why
    assert left_open(One()) == 0
