"""Stand-ins for Daily: its REST API on loopback, and the call client of `daily-python`.

The REST stand-in keeps to what docs.daily.co publishes of rooms, meeting tokens and errors. The
client answers from threads of its own, as the real one does.
"""

import asyncio
import secrets
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "the-key-of-the-account"
ROOM_PROPERTIES = {
    "exp", "nbf", "enable_chat", "enable_prejoin_ui", "enable_emoji_reactions",
    "eject_at_room_exp", "start_video_off", "max_participants", "enable_knocking",
}  # fmt: skip
TOKEN_PROPERTIES = {
    "room_name", "exp", "nbf", "eject_at_token_exp", "is_owner", "user_name", "start_video_off",
}  # fmt: skip


class RestStandIn:
    """Daily's REST API for one account; ``faults`` maps "METHOD /path" to a status to answer."""

    def __init__(self) -> None:
        self.rooms: dict[str, dict] = {}
        self.tokens: dict[str, dict] = {}
        self.seen: list[str] = []
        self.faults: dict[str, int] = {}
        self.garbage = False
        app = web.Application(middlewares=[self._guard])
        app.router.add_post("/v1/rooms", self._create)
        app.router.add_get("/v1/rooms/{name}", self._get)
        app.router.add_delete("/v1/rooms/{name}", self._delete)
        app.router.add_post("/v1/meeting-tokens", self._token)
        self._server = TestServer(app)
        self.url = ""

    async def __aenter__(self) -> "RestStandIn":
        await self._server.start_server()
        self.url = f"http://127.0.0.1:{self._server.port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable) -> web.StreamResponse:
        path = request.path.removeprefix("/v1")
        self.seen.append(f"{request.method} {path}")
        kind = f"{request.method} /{path.split('/')[1]}"
        if kind in self.faults:
            status = self.faults[kind]
            name = {429: "rate-limit-error"}.get(status, "server-error")
            return web.json_response({"error": name, "info": f"as told, key {KEY}"}, status=status)
        if self.garbage:
            return web.Response(text="<html>hello</html>", content_type="text/html")
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer "):
            return web.json_response({"error": "authorization-header-error"}, status=400)
        if given != f"Bearer {KEY}":
            return web.json_response({"error": "authentication-error"}, status=401)
        return await handler(request)

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        wrong = set(body) - {"name", "privacy", "properties"}
        wrong |= set(body.get("properties", {})) - ROOM_PROPERTIES
        if wrong or body.get("privacy", "public") not in ("public", "private"):
            return _invalid(f"unknown parameter {sorted(wrong)}")
        name = body.get("name") or secrets.token_urlsafe(12)
        room = {
            "id": secrets.token_hex(8),
            "name": name,
            "api_created": True,
            "privacy": body.get("privacy", "public"),
            "url": f"https://stand-in.daily.co/{name}",
            "created_at": "2026-01-26T09:01:22.000Z",
            "config": body.get("properties", {}),
        }
        self.rooms[name] = room
        return web.json_response(room)

    async def _get(self, request: web.Request) -> web.Response:
        room = self.rooms.get(request.match_info["name"])
        return web.json_response(room) if room else _missing()

    async def _delete(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if self.rooms.pop(name, None) is None:
            return _missing()
        return web.json_response({"deleted": True, "name": name})

    async def _token(self, request: web.Request) -> web.Response:
        properties = (await request.json()).get("properties", {})
        wrong = set(properties) - TOKEN_PROPERTIES
        if wrong:
            return _invalid(f"unknown parameter {sorted(wrong)}")
        token = f"eyJ.{secrets.token_urlsafe(24)}"
        self.tokens[token] = properties
        return web.json_response({"token": token})


def _invalid(info: str) -> web.Response:
    return web.json_response({"error": "invalid-request-error", "info": info}, status=400)


def _missing() -> web.Response:
    return web.json_response({"error": "not-found", "info": "room does not exist"}, status=404)


def _on_thread(call: Callable[..., None], *args: Any) -> None:
    threading.Thread(target=call, args=args, daemon=True).start()


class FakeTrack:
    def __init__(self, source: "FakeSource") -> None:
        self.id = f"track-{id(source)}"


class FakeSource:
    """Daily's CustomAudioSource: takes audio at ``pace`` times real time."""

    pace = 20.0
    made: ClassVar[list["FakeSource"]] = []

    def __init__(self, rate: int, channels: int, auto_silence: bool = True) -> None:
        self.rate, self.channels = rate, channels
        self.audio = bytearray()
        self.timer: threading.Timer | None = None
        FakeSource.made.append(self)

    def write_frames(self, frames: bytes, completion: Callable | None = None) -> None:
        self.audio += frames
        count = len(frames) // (2 * self.channels)
        if completion:
            self.timer = threading.Timer(count / self.rate / self.pace, completion, [count])
            self.timer.daemon = True
            self.timer.start()

    def stop(self) -> None:
        """Forget the audio that waits, as the track does when its call is over."""
        if self.timer:
            self.timer.cancel()


class FakeDaily:
    @staticmethod
    def init(*_: Any, **__: Any) -> None:
        pass


class FakeCallClient:
    """Daily's CallClient, in a room that the test fills and empties."""

    made: ClassVar[list["FakeCallClient"]] = []
    join_error: str | None = None

    def __init__(self, event_handler: Any) -> None:
        self.handler = event_handler
        self.calls: list[str] = []
        self.settings: dict[str, Any] = {}
        self.token: str | None = None
        self.renderers: dict[str, tuple[Callable, int]] = {}
        self.joined = threading.Event()
        self.released = False
        FakeCallClient.made.append(self)

    # What Pipecat calls.

    def update_subscription_profiles(self, profiles: dict, completion: Any = None) -> None:
        self.calls.append("update_subscription_profiles")

    def set_user_name(self, name: str) -> None:
        self.calls.append(f"set_user_name {name}")

    def join(self, url, token=None, client_settings=None, completion=None) -> None:
        self.calls.append(f"join {url}")
        self.token, self.settings = token, client_settings
        if self.join_error:
            _on_thread(completion, None, self.join_error)
            return
        self.joined.set()
        data = {"participants": {"local": {"id": "bot"}}, "meetingSession": {"id": "meeting"}}
        _on_thread(completion, data, None)
        _on_thread(self.handler.on_call_state_updated, "joined")

    def leave(self, completion: Callable | None = None) -> None:
        self.calls.append("leave")
        self.joined.clear()

        def answer() -> None:
            self.handler.on_call_state_updated("left")
            if completion:
                completion(None)

        _on_thread(answer)

    def release(self) -> None:
        self.calls.append("release")
        for source in FakeSource.made:
            source.stop()
        self.released = True

    def update_subscriptions(self, participant_settings=None, profile_settings=None,
                             completion=None) -> None:  # fmt: skip
        _on_thread(completion, None)

    def set_audio_renderer(self, participant_id, callback, audio_source="microphone",
                           sample_rate=16000, callback_interval_ms=20) -> None:  # fmt: skip
        self.renderers[participant_id] = (callback, sample_rate)

    def send_app_message(self, message, participant=None, completion=None) -> None:
        _on_thread(completion, None)

    def participants(self) -> dict:
        return {}

    # What a test does.

    async def caller_joins(self, who: str) -> None:
        await asyncio.to_thread(self.handler.on_participant_joined, {"id": who, "info": {}})

    async def caller_leaves(self, who: str) -> None:
        self.renderers.pop(who, None)
        await asyncio.to_thread(
            self.handler.on_participant_left, {"id": who, "info": {}}, "leftCall"
        )

    async def caller_says(self, who: str, audio: bytes) -> None:
        """One block of 16-bit mono at the rate the bot asked for."""
        callback, rate = self.renderers[who]
        data = SimpleNamespace(audio_frames=audio, sample_rate=rate, num_channels=1)
        await asyncio.to_thread(callback, who, data, "microphone")

    async def network(self, event: str) -> None:
        status = {"connection": "signalling", "event": event}
        await asyncio.to_thread(self.handler.on_network_connection_status_updated, status)

    async def room_ends(self) -> None:
        self.joined.clear()
        await asyncio.to_thread(self.handler.on_call_state_updated, "left")


def install(monkeypatch: Any) -> type[FakeCallClient]:
    """Put the fakes where Pipecat looks for `daily-python`."""
    from pipecat.transports.daily import transport

    monkeypatch.setattr(FakeCallClient, "made", [])
    monkeypatch.setattr(FakeCallClient, "join_error", None)
    monkeypatch.setattr(FakeSource, "made", [])
    monkeypatch.setattr(transport, "CallClient", FakeCallClient)
    monkeypatch.setattr(transport, "CustomAudioSource", FakeSource)
    monkeypatch.setattr(transport, "CustomAudioTrack", FakeTrack)
    monkeypatch.setattr(transport, "Daily", FakeDaily)
    return FakeCallClient
