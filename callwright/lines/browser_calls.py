"""The calls that browsers hold with this process: seats, connections, and how each call ended."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from loguru import logger
from pipecat.transports.base_transport import TransportParams
from pipecat.transports.smallwebrtc.connection import IceServer, SmallWebRTCConnection
from pipecat.transports.smallwebrtc.request_handler import (
    SmallWebRTCPatchRequest,
    SmallWebRTCRequest,
    SmallWebRTCRequestHandler,
)
from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport

from callwright.lines.line import Line

SEAT_SECONDS = 30.0  # between taking a seat and the offer: a slow machine, not a walk
CONNECT_SECONDS = 20.0
FAREWELL_SECONDS = 0.2  # so that the last message leaves before its channel is closed
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class CallSummary:
    """What the page tells the caller afterwards.

    Args:
        outcome: An outcome of the contract (``completed``, ``handed_off`` …).
        seconds: Length of the call, seconds.
        folder: Where the record of the call is; None when there is none.
    """

    outcome: str
    seconds: float
    folder: str | None


StartCall = Callable[[Line], Awaitable[CallSummary]]


class CallRefusedError(Exception):
    """A call cannot be had; the message is a sentence for the caller.

    Args:
        status: The HTTP status that says the same.
        sentence: What is the matter and what to do.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(slots=True, eq=False)
class _Seat:
    """One call, from the moment its seat is taken until long after it ended."""

    taken_at: float
    state: Literal["waiting", "live", "ended"] = "waiting"
    connection: SmallWebRTCConnection | None = None
    task: asyncio.Task[None] | None = None
    summary: CallSummary | None = None


class BrowserCalls:
    """Places calls for browsers, each with a connection and a pipeline of its own.

    Args:
        start_call: Runs one call on a line until it is over. It ends when the client disconnects.
        max_calls: Seats; whoever comes when all are taken is refused.
        ice_servers: STUN or TURN URLs; none are needed on one machine or in one network.
    """

    def __init__(
        self, start_call: StartCall, max_calls: int = 8, ice_servers: tuple[str, ...] = ()
    ) -> None:
        self._start_call = start_call
        self._max_calls = max_calls
        self._handler = SmallWebRTCRequestHandler([IceServer(urls=url) for url in ice_servers])
        self._seats: dict[str, _Seat] = {}
        self._closed = False

    @property
    def live(self) -> int:
        """How many calls are connected or connecting."""
        return sum(seat.state == "live" for seat in self._seats.values())

    def take_seat(self) -> str:
        """Return the id of a call that may now be offered.

        Raises:
            CallRefusedError: All seats are taken, or the server is closing.
        """
        self._forget()
        if self._closed:
            raise CallRefusedError(503, "The server is shutting down.")
        taken = sum(seat.state != "ended" for seat in self._seats.values())
        if taken >= self._max_calls:
            many = "one call" if self._max_calls == 1 else f"{self._max_calls} calls"
            raise CallRefusedError(
                503, f"This server takes {many} at a time. Try again when another call has ended."
            )
        call_id = secrets.token_urlsafe(9)
        self._seats[call_id] = _Seat(asyncio.get_running_loop().time())
        return call_id

    async def offer(self, call_id: str, request: SmallWebRTCRequest) -> dict[str, str]:
        """Answer an offer: the first one begins the call, later ones renegotiate it.

        Raises:
            CallRefusedError: The call is unknown or over, or the offer is unusable.
        """
        seat = self._seat(call_id)
        known = seat.connection.pc_id if seat.connection else None
        if seat.state == "ended" or (known and request.pc_id != known):
            raise CallRefusedError(409, "This call is over; start a new one.")
        request.pc_id = known

        async def begin(connection: SmallWebRTCConnection) -> None:
            seat.connection, seat.state = connection, "live"
            seat.task = asyncio.create_task(self._hold(seat, connection))

        if "m=audio " not in request.sdp:
            raise CallRefusedError(400, "The browser offered no sound.")
        try:
            answer = await self._handler.handle_web_request(request, begin)
        except Exception as error:
            raise CallRefusedError(400, "The browser's offer could not be used.") from error
        return answer or {}

    async def candidates(self, call_id: str, request: SmallWebRTCPatchRequest) -> None:
        """Take addresses at which the browser can be reached.

        Raises:
            CallRefusedError: The call is unknown or over, or an address is unreadable.
        """
        seat = self._seat(call_id)
        if not seat.connection or request.pc_id != seat.connection.pc_id:
            raise CallRefusedError(409, "This call is over; start a new one.")
        try:
            await self._handler.handle_patch_request(request)
        except Exception as error:
            raise CallRefusedError(400, "The browser's address could not be used.") from error

    def state(self, call_id: str) -> dict[str, Any]:
        """Return ``state`` and, once the call is over, ``summary``.

        Raises:
            CallRefusedError: The call is unknown.
        """
        seat = self._seat(call_id)
        return {"state": seat.state, "summary": asdict(seat.summary) if seat.summary else None}

    async def hang_up(self, call_id: str) -> None:
        """End a call for the caller, or give the seat back. A call that is over stays so.

        Raises:
            CallRefusedError: The call is unknown.
        """
        seat = self._seat(call_id)
        if seat.connection:
            await seat.connection.disconnect()
        elif seat.state == "waiting":
            seat.state = "ended"

    async def close(self, grace: float = 10.0) -> None:
        """End all calls politely; after `grace` seconds, firmly."""
        self._closed = True
        live = [seat for seat in self._seats.values() if seat.state == "live"]
        for seat in live:
            if seat.connection:
                seat.connection.send_app_message(_server_message({"callwright": "closing"}))
        if live:
            await asyncio.sleep(FAREWELL_SECONDS)
        for seat in live:
            if seat.connection:
                await seat.connection.disconnect()
        tasks = {seat.task for seat in live if seat.task}
        if tasks:
            _, slow = await asyncio.wait(tasks, timeout=grace)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
        await self._handler.close()

    async def _hold(self, seat: _Seat, connection: SmallWebRTCConnection) -> None:
        try:
            if await _connected(connection, CONNECT_SECONDS):
                seat.summary = await self._start_call(_line(connection))
            else:
                logger.warning("A browser offered a call and never connected.")
        except Exception as error:
            logger.exception(f"A call from a browser failed: {error}")
            seat.summary = CallSummary("failed", 0.0, None)
        finally:
            seat.state = "ended"
            seat.connection = seat.task = None
            await connection.disconnect()

    def _seat(self, call_id: str) -> _Seat:
        seat = self._seats.get(call_id)
        if seat is None:
            raise CallRefusedError(404, "The server does not know this call; start a new one.")
        return seat

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        for call_id, seat in list(self._seats.items()):
            if seat.state == "waiting" and now - seat.taken_at > SEAT_SECONDS:
                del self._seats[call_id]
        ended = [call_id for call_id, seat in self._seats.items() if seat.state == "ended"]
        for call_id in ended[:-REMEMBERED]:
            del self._seats[call_id]


def _line(connection: SmallWebRTCConnection) -> Line:
    rates = Line.__dataclass_fields__
    rate_in, rate_out = rates["audio_in_rate"].default, rates["audio_out_rate"].default
    transport = SmallWebRTCTransport(
        connection,
        TransportParams(
            audio_in_enabled=True,
            audio_in_sample_rate=rate_in,
            audio_out_enabled=True,
            audio_out_sample_rate=rate_out,
        ),
    )
    return Line("webrtc", transport, "client_ready", rate_in, rate_out)


async def _connected(connection: SmallWebRTCConnection, timeout: float) -> bool:
    """Wait until sound can flow, so that a stray offer starts no pipeline."""
    settled = asyncio.Event()
    peer = connection.pc
    peer.on("connectionstatechange", settled.set)
    try:
        async with asyncio.timeout(timeout):
            while peer.connectionState not in ("connected", "closed", "failed"):
                settled.clear()
                await settled.wait()
    except TimeoutError:
        return False
    finally:
        peer.remove_listener("connectionstatechange", settled.set)
    return peer.connectionState == "connected"


def _server_message(data: dict[str, str]) -> dict[str, Any]:
    return {"label": "rtvi-ai", "type": "server-message", "data": data}
