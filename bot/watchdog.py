"""The promise that nobody waits in silence: after a turn, something is heard within the limit."""

import asyncio
from collections.abc import Awaitable, Callable

from callwright.calls import events as ev
from callwright.calls.latency import SILENCE_LIMIT


class SilenceWatch:
    """Speaks up when the caller's turn is over and nothing is heard, whatever failed.

    Args:
        speak_up: Called with how often in a row it happened, from 1.
        limit: Seconds of silence.
    """

    def __init__(
        self, speak_up: Callable[[int], Awaitable[None]], limit: float = SILENCE_LIMIT
    ) -> None:
        self._speak_up = speak_up
        self._limit = limit
        self._timer: asyncio.Task[None] | None = None
        self._in_a_row = 0

    def notice(self, event: ev.Event) -> None:
        """Follow the call; runs on the event loop."""
        match event:
            case ev.TurnEnded() | ev.Connected():
                self._start()
            case ev.BotAudible() | ev.TurnStarted():
                self.stop()
            case ev.ModelAnswered():
                self._in_a_row = 0
            case _:
                pass

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().create_task(self._wait(), name="silence-watch")

    async def _wait(self) -> None:
        await asyncio.sleep(self._limit)
        self._timer = None
        self._in_a_row += 1
        self._start()
        await self._speak_up(self._in_a_row)
