"""A call in a Daily room."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pipecat.frames.frames import StartFrame
from pipecat.transports.daily.transport import DailyInputTransport, DailyParams, DailyTransport

from callwright.declarations.errors import InputError
from callwright.lines.daily_rooms import DailySettings, Room, open_room
from callwright.lines.line import Line
from callwright.lines.trouble import LineLost

BOT_NAME = "Callwright"
LONGEST = 200
_INNERMOST = re.compile(r'error: "([^"]+)"')


class RoomInput(DailyInputTransport):
    """Daily's input; a join that failed ends the call as soon as the pipeline runs."""

    async def start(self, frame: StartFrame) -> None:
        """Start listening, or give up when nobody was joined."""
        await super().start(frame)
        room = self._transport
        if isinstance(room, RoomTransport) and room.problem is not None:
            await room.hang_up()


class RoomTransport(DailyTransport):
    """Daily's transport, with the callers of a room seen as one.

    ``on_client_connected`` comes with the first caller only, ``on_client_disconnected`` when the
    last one has left, when the bot could not join, or when the room ended under it.
    """

    def __init__(self, url: str, token: str | None, bot_name: str) -> None:
        super().__init__(
            url,
            token,
            bot_name,
            DailyParams(audio_in_enabled=True, audio_out_enabled=True, camera_out_enabled=False),
        )
        self.problem: str | None = None
        self.joined = False
        self._token = token
        self._callers: set[str] = set()
        self._greeted = False
        self._leaving = False
        self._over = False

    def input(self) -> RoomInput:
        """The step that hears."""
        if not isinstance(self._input, RoomInput):
            self._input = RoomInput(self, self._client, self._params, name=self._input_name)
        return self._input

    async def hang_up(self) -> None:
        """Say that the callers have left; only the first call counts."""
        if not self._over:
            self._over = True
            await super()._call_event_handler("on_client_disconnected", None)

    async def _call_event_handler(self, event_name: str, *args: Any, **kwargs: Any) -> None:
        if event_name == "on_client_connected":
            if self._greeted:
                return
            self._greeted = True
        if event_name == "on_client_disconnected":
            if not self._callers:
                await self.hang_up()
            return
        await super()._call_event_handler(event_name, *args, **kwargs)

    async def _on_participant_joined(self, participant: Any) -> None:
        self._callers.add(participant["id"])
        await super()._on_participant_joined(participant)

    async def _on_participant_left(self, participant: Any, reason: Any) -> None:
        self._callers.discard(participant["id"])
        await super()._on_participant_left(participant, reason)

    async def _on_joined(self, data: Any) -> None:
        self.joined = True
        await super()._on_joined(data)

    async def _on_before_leave(self) -> None:
        self._leaving = True
        await super()._on_before_leave()

    async def _on_error(self, error: Any) -> None:
        if self.joined:
            await super()._on_error(error)
            return
        # The pipeline is still being set up: `RoomInput.start` ends it when it runs.
        self.problem = self.problem or self._plain(str(error))
        await self._call_event_handler("on_error", error)

    def _plain(self, error: str) -> str:
        error = error.split(": ", 1)[1] if error.startswith("Error joining") else error
        # Daily's errors are nested Rust values; the innermost says what happened.
        inner = _INNERMOST.search(error)
        plain = inner[1] if inner else error[:LONGEST]
        return plain.replace(self._token, "•••") if self._token else plain

    async def _on_call_state_updated(self, state: str) -> None:
        await super()._on_call_state_updated(state)
        if state == "left" and self.joined and not self._leaving:
            self.problem = self.problem or "the room ended or the connection was lost"
            await self.hang_up()


@asynccontextmanager
async def daily_line(
    settings: DailySettings,
    *,
    bot_name: str = BOT_NAME,
    announce: Callable[[Room], None] = lambda room: None,
) -> AsyncGenerator[Line]:
    """A Daily room for one call; joined when the pipeline starts, left when it ends.

    Args:
        settings: Which room, or what to make one with.
        bot_name: What the callers see.
        announce: Called with the room before it is joined.

    Raises:
        InputError: There is no room, or (on leaving) it could not be joined.
        LineLost: On leaving: the room ended, or the network did, before the caller left.
    """
    async with open_room(settings, bot_name) as room:
        transport = RoomTransport(room.url, room.token, bot_name)
        announce(room)
        yield Line("daily", transport)
    if transport.problem is None:
        return
    if not transport.joined:
        raise InputError(
            f"the Daily room {room.url} cannot be joined ({transport.problem})",
            "check the network, that the room exists and has not expired, and that the token is "
            "for this room",
        )
    raise LineLost(
        f"the Daily call was cut off: {transport.problem}",
        "if the room had expired, start again; if not, check the network",
    )
