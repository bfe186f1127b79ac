"""A stand-in of the OpenAI Realtime API over websockets, and of Azure OpenAI's paths to it.

The general-availability events (sessions of type ``realtime``), as published on 2026-11-20. Not
here: transcription and translation sessions, WebRTC and SIP, MCP tools, images, the preview's
event names; Azure's dated ``api-version`` path is served, but with the same events.
"""

import asyncio
import json
import time
from collections.abc import Coroutine, Mapping
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from callwright.emulators.openai_errors import AZURE_HOST, openai_error
from callwright.emulators.outbox import Outbox
from callwright.emulators.realtime_config import usual
from callwright.emulators.realtime_session import Habits, Session
from callwright.emulators.standin import Scene, StandIn, close

_BROWSER_KEY = "openai-insecure-api-key."
_LONGEST_MESSAGE = 16 * 1024 * 1024


class OpenAIRealtime(StandIn):
    """Speech to speech over a websocket.

    Args:
        scene: What it plays.
        habits: How it behaves besides.
    """

    uses: ClassVar[tuple[str, ...]] = ("openai_realtime",)
    hosts: ClassVar[tuple[str, ...]] = ("api.openai.com",)

    def __init__(self, scene: Scene, habits: Habits | None = None) -> None:
        super().__init__(scene)
        self._habits = habits or Habits()

    def routes(self) -> list[web.RouteDef]:
        """OpenAI's path, Azure's, and Azure's with a dated version."""
        return [
            web.get("/v1/realtime", self._connect),
            web.get("/openai/v1/realtime", self._connect),
            web.get("/openai/realtime", self._connect),
        ]

    def key_of(self, request: web.Request) -> str | None:
        """A bearer token, or a browser's subprotocol; at Azure's paths also an ``api-key``."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            return token
        if request.path.startswith("/openai/"):
            return request.headers.get("api-key") or request.query.get("api-key")
        offered = request.headers.get("Sec-WebSocket-Protocol", "").split(", ")
        browsers = (name for name in offered if name.startswith(_BROWSER_KEY))
        return next(browsers, "").removeprefix(_BROWSER_KEY)

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body as OpenAI writes it over HTTP."""
        return openai_error(status, message)

    def serves(self, request: web.Request, model: str) -> bool:
        """Whether there is such a model; at an Azure resource its owner names them."""
        return request.path.startswith("/openai/") or "realtime" in model

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        model = request.query.get("model") or request.query.get("deployment")
        if not model:
            said = "You must provide a model parameter."
            return web.json_response(openai_error(400, said, "missing_model"), status=400)
        self.scene.received.append({"type": "connect", "path": request.path, "model": model})
        socket = web.WebSocketResponse(
            max_msg_size=_LONGEST_MESSAGE, protocols=("realtime",), compress=False
        )
        await socket.prepare(request)
        if not self.serves(request, model):
            await socket.send_json(_no_model(model))
            await close(socket, 4000, "invalid_request_error.model_not_found")
            return socket
        async with (
            Outbox(request, socket, self.way(request), _failure) as outbox,
            asyncio.TaskGroup() as group,
        ):
            connection = Connection(socket, outbox, group)
            await connection.run(self.scene, self._habits, model, request["number"])
        return socket


class AzureRealtime(OpenAIRealtime):
    """The same at an Azure resource."""

    uses: ClassVar[tuple[str, ...]] = ("azure_realtime",)
    hosts: ClassVar[tuple[str, ...]] = (AZURE_HOST,)
    addresses: ClassVar[Mapping[str, str]] = {
        "base_url": f"wss://{AZURE_HOST}/openai/v1/realtime",
    }


def _no_model(model: str) -> Mapping[str, Any]:
    said = f"The model `{model}` does not exist or you do not have access to it."
    error = openai_error(404, said, "model_not_found")["error"]
    return {"type": "error", "event_id": "event_refused", "error": {**error, "event_id": None}}


def _failure(unsent: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the service says that it failed, in place of an event."""
    error = {
        "type": "server_error",
        "code": None,
        "message": "The server had an error; the session is over.",
        "param": None,
        "event_id": None,
    }
    return {"type": "error", "event_id": unsent["event_id"], "error": error}


class Connection:
    """What carries one client's session.

    Args:
        socket: The websocket.
        outbox: What sends its events.
        group: Where its tasks run.
    """

    def __init__(
        self, socket: web.WebSocketResponse, outbox: Outbox, group: asyncio.TaskGroup
    ) -> None:
        self._socket = socket
        self._outbox = outbox
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, scene: Scene, habits: Habits, model: str, number: int) -> None:
        """Hold a session until either side ends it; nothing of it runs afterwards."""
        ends = int(time.time() + habits.session_seconds)
        config = usual(f"sess_{number:03d}", model, ends)
        session = Session(self, scene, habits, config, number)
        session.begin()
        self.spawn(self._expire(session, habits.session_seconds))
        async for message in self._socket:
            if message.type == WSMsgType.TEXT:
                event = _read(message.data)
                scene.received.append(_noted(event))
                session.take(event)
        for task in tuple(self._tasks):
            task.cancel()

    def out(self, event: Mapping[str, Any]) -> None:
        """Send an event after those before it."""
        self._outbox.put(event)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something until it is done or the connection is over."""
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _expire(self, session: Session, seconds: float) -> None:
        await asyncio.sleep(seconds)
        session.expire(seconds)
        await self._outbox.emptied()
        await close(self._socket)


def _read(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _noted(event: Any) -> Mapping[str, Any]:
    """A client's event to keep: its sound as a number of bytes."""
    if not isinstance(event, dict):
        return {"type": "unreadable"}
    known: dict[str, Any] = event
    return {name: _sized(name, value) for name, value in known.items()}


def _sized(name: str, value: Any) -> Any:
    if name == "audio" and isinstance(value, str):
        return len(value.rstrip("=")) * 3 // 4
    if isinstance(value, dict):
        fields: dict[str, Any] = value
        return {key: _sized(key, member) for key, member in fields.items()}
    if isinstance(value, list):
        members: list[Any] = value
        return [_sized("", member) for member in members]
    return value
