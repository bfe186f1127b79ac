"""Stand-in of Cartesia's speech: ``/tts/websocket``, ``/tts/bytes``, ``/tts/sse``, ``/voices``.

Protocol of api.cartesia.ai, version 2026-08-14 (2026-03-01 looks the same here), as published on
2026-11-20. Left out: phonemes, MP3, speed, volume and emotion, pronunciation dictionaries; a
request may name them, and nothing happens. A context's sound stops at once when it is cancelled,
and nothing more is said of it.
"""

import io
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import numpy as np
import soundfile as sf
from aiohttp import WSMsgType, hdrs, web

from callwright.emulators.cartesia_contexts import Context
from callwright.emulators.cartesia_requests import (
    VOICE_ID,
    Refusal,
    Speak,
    check_version,
    malformed,
    speak_of,
)
from callwright.emulators.cartesia_speech import Speaker, timestamps
from callwright.emulators.deepgram_door import request_id
from callwright.emulators.encodings import decoded
from callwright.emulators.outbox import Outbox
from callwright.emulators.parts import Voice
from callwright.emulators.sse import stream
from callwright.emulators.standin import Failed, Gone, StandIn, close

_TITLES = {
    401: ("unauthorized", "Unauthorized"),
    403: ("forbidden", "Forbidden"),
    429: ("concurrency_limited", "Too many concurrent requests"),
    500: ("internal_error", "Internal server error"),
}
_BROKEN = Refusal(500, "internal_error", "Internal server error", "The generation failed.")

# The provider closes a connection on which nothing was asked for so long, seconds.
_IDLE_SECONDS = 300.0


class CartesiaTTS(StandIn):
    """Cartesia's speech.

    Args:
        scene: How it sounds, and how late it is.
    """

    uses = ("cartesia_tts",)
    hosts = ("api.cartesia.ai",)
    cancels = True

    def routes(self) -> list[web.RouteDef]:
        """The three ways to ask for speech, and the voices."""
        return [
            web.get("/tts/websocket", self._websocket),
            web.post("/tts/bytes", self._bytes),
            web.post("/tts/sse", self._sse),
            web.get("/voices", self._voices),
            web.get("/voices/", self._voices),
            web.get("/voices/{id}", self._voice),
        ]

    def key_of(self, request: web.Request) -> str | None:
        """From either header, or from the query."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
        return (
            request.headers.get("X-API-Key")
            or request.query.get("api_key")
            or request.query.get("access_token")
        )

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """The error body of Cartesia."""
        code, title = _TITLES.get(status, ("invalid_request", "Invalid request"))
        return Refusal(status, code, title, message).body(request_id("refused", status))

    @property
    def voice(self) -> Voice:
        """The voice of the scene.

        Raises:
            RuntimeError: It has none.
        """
        if self.scene.voice is None:
            raise RuntimeError("this stand-in has no voice: give its scene a `voice`")
        return self.scene.voice

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        try:
            check_version(_version(request))
        except Refusal as refusal:
            return _refused(request, refusal)
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        connection = request["number"]
        self.scene.received.append({"type": "connected", "number": connection})
        own_id = request_id(request.path, connection)
        contexts: dict[str, Context] = {}

        def failure(event: Mapping[str, Any]) -> Mapping[str, Any]:
            return _BROKEN.event(own_id, event.get("context_id"))

        async with Outbox(request, socket, self.way(request), failure) as out:
            try:
                await self._read(socket, connection, contexts, out, own_id)
            finally:
                for context in contexts.values():
                    context.cancel()
        return socket

    async def _read(
        self,
        socket: web.WebSocketResponse,
        connection: int,
        contexts: dict[str, Context],
        out: Outbox,
        own_id: str,
    ) -> None:
        while True:
            try:
                message = await socket.receive(timeout=_IDLE_SECONDS)
            except TimeoutError:
                await close(socket, 1000, "connection idle timeout")
                return
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            name: str | None = None
            try:
                asked = _asked(message.data)
                self.scene.received.append({"type": "request", **asked, "number": connection})
                name = _name(asked)
                self._take(asked, name, contexts, out)
            except Refusal as refusal:
                out.put(refusal.event(own_id if name is None else f"{own_id}:{name}", name))

    def _take(
        self, asked: Mapping[str, Any], name: str, contexts: dict[str, Context], out: Outbox
    ) -> None:
        for ended in [key for key, context in contexts.items() if context.ended]:
            del contexts[ended]
        if asked.get("cancel"):
            if name in contexts:
                contexts.pop(name).cancel()
            return
        speak = speak_of(asked, raw_only=True)
        if name not in contexts:
            if not speak.text.strip() and not speak.more:
                raise malformed("transcript is empty.")
            speaker = Speaker(self.voice, self.scene.first_byte)
            contexts[name] = Context(name, speaker, out)
        contexts[name].take(speak)

    async def _bytes(self, request: web.Request) -> web.StreamResponse:
        try:
            speak = await self._asked_of(request, raw_only=False)
        except Refusal as refusal:
            return _refused(request, refusal)
        sound = b""
        async for piece in self._speaker().say(speak.text, speak.rate, speak.encoding):
            sound += piece.sound
        if speak.container == "wav":
            sound = _wav(sound, speak)
        try:
            pieces = [piece async for piece in self.way(request).out(sound)]
        except Failed:
            return _refused(request, _BROKEN)
        except Gone:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        kind = "audio/wav" if speak.container == "wav" else "application/octet-stream"
        return web.Response(body=pieces[0] if pieces else b"", content_type=kind)

    async def _sse(self, request: web.Request) -> web.StreamResponse:
        try:
            speak = await self._asked_of(request, raw_only=True)
        except Refusal as refusal:
            return _refused(request, refusal)
        own_id = request_id(request.path, request["number"])
        failure = _BROKEN.event(own_id, None)
        events = self._events(speak)
        return await stream(
            request, self.way(request), self.scene, events, named=True, failure=lambda: failure
        )

    async def _events(self, speak: Speak) -> AsyncGenerator[Mapping[str, Any]]:
        async for piece in self._speaker().say(speak.text, speak.rate, speak.encoding):
            if speak.timestamps and piece.words:
                yield timestamps(piece.words, 0.0)
            yield piece.chunk()
        yield {"type": "done", "done": True, "status_code": 206}

    def _speaker(self) -> Speaker:
        return Speaker(self.voice, self.scene.first_byte)

    async def _asked_of(self, request: web.Request, *, raw_only: bool) -> Speak:
        check_version(_version(request))
        asked = _asked(await request.text())
        self.scene.received.append({"type": "request", **asked, "number": request["number"]})
        speak = speak_of(asked, raw_only=raw_only)
        if not speak.text.strip():
            raise malformed("transcript is empty.")
        return speak

    async def _voices(self, request: web.Request) -> web.StreamResponse:
        # Clients there are that ask for what comes after the last voice until nothing does.
        paged = "starting_after" in request.query or "ending_before" in request.query
        voices = [] if paged else [_described(VOICE_ID)]
        return web.json_response({"data": voices, "has_more": False})

    async def _voice(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(_described(request.match_info["id"]))


def _described(voice: str) -> dict[str, Any]:
    return {
        "id": voice,
        "name": "Stand-in",
        "tagline": "",
        "description": "The voice of the machine that this stand-in runs on.",
        "language": "en",
        "locales": [{"locale": "en-US", "is_native": True}],
        "access": "public",
        "visibility": "all",
        "is_owner": False,
        "created_at": "2026-11-20T00:00:00Z",
    }


def _version(request: web.Request) -> str | None:
    return request.headers.get("Cartesia-Version") or request.query.get("cartesia_version")


def _asked(text: str | bytes) -> dict[str, Any]:
    try:
        asked: Any = json.loads(text)
    except ValueError:
        raise malformed("The message is not JSON.") from None
    if not isinstance(asked, dict):
        raise malformed("The message is not a JSON object.")
    return asked


def _name(asked: Mapping[str, Any]) -> str:
    name = asked.get("context_id")
    if not isinstance(name, str) or not name:
        raise malformed("context_id is missing.")
    return name


def _refused(request: web.Request, refusal: Refusal) -> web.Response:
    body = refusal.body(request_id(request.path, request["number"]))
    return web.json_response(body, status=refusal.status)


def _wav(sound: bytes, speak: Speak) -> bytes:
    out = io.BytesIO()
    samples = np.frombuffer(decoded(sound, speak.encoding), "<i2")
    subtype = {"s16": "PCM_16", "f32": "FLOAT", "mulaw": "ULAW", "alaw": "ALAW"}[speak.encoding]
    sf.write(out, samples, speak.rate, format="WAV", subtype=subtype)
    return out.getvalue()
