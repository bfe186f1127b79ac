"""Stand-in of Deepgram's streaming recognition, nova models: ``/v1/listen``, websocket and POST.

Protocol version 1 of api.deepgram.com, as published on 2026-11-20. Left out: containers and
compressed encodings (a WAV may be posted), callbacks, several channels, speakers, entities,
redaction, numerals, translation of languages; a query may name them, and nothing happens.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import WSMsgType, web

from callwright.emulators import deepgram_prerecorded
from callwright.emulators.deepgram_door import (
    IDLE_SECONDS,
    BadQuery,
    DeepgramDoor,
    Intake,
    message_of,
    request_id,
    sound_of,
)
from callwright.emulators.deepgram_options import Options, alternative, options_of
from callwright.emulators.endpointing import RATE
from callwright.emulators.outbox import Outbox
from callwright.emulators.parts import Hearing, Listener, TimedWord
from callwright.emulators.standin import Scene, close

# Interim results come at most so often, seconds of sound, and only when the words have changed.
_INTERIM_SECONDS = 0.25
_STEP_BYTES = RATE // 20 * 2


class DeepgramListen(DeepgramDoor):
    """Deepgram's nova models.

    Args:
        scene: What it hears, and how late it is.
    """

    uses = ("deepgram_stt",)

    def routes(self) -> list[web.RouteDef]:
        """The streaming endpoint and the one for recordings."""
        return [
            web.get("/v1/listen", self._stream),
            web.post("/v1/listen", self._recording),
        ]

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        try:
            options, intake = options_of(request.query), sound_of(request.query)
        except BadQuery as error:
            return self.refused(400, str(error))
        socket = await self.open(request)
        own_id = request_id(request.path, request["number"])
        async with Outbox(request, socket, self.way(request), lambda _: _failure("")) as out:
            hearing = _Stream(self.scene, self.ears(), options, intake, out, own_id)
            await self._read(socket, request["number"], hearing, out)
        return socket

    async def _read(
        self, socket: web.WebSocketResponse, connection: int, hearing: "_Stream", out: Outbox
    ) -> None:
        while True:
            try:
                message = await socket.receive(timeout=IDLE_SECONDS)
            except TimeoutError:
                await close(socket, 1011, "NET-0001: no audio and no message within 10 seconds")
                return
            if message.type is WSMsgType.BINARY:
                self.note_sound(connection, len(message.data))
                hearing.sound(message.data)
            elif message.type is not WSMsgType.TEXT:
                return
            else:
                said = message_of(message.data)
                self.scene.received.append({**said, "number": connection})
                if said.get("type") == "CloseStream":
                    await hearing.end()
                    await out.emptied()
                    await close(socket)
                    return
                hearing.told(said, message.data)

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        try:
            options = options_of(request.query)
            body = await request.read()
            intake, sound = deepgram_prerecorded.opened(request, body)
        except BadQuery as error:
            return self.refused(400, str(error))
        self.scene.received.append(
            {"type": "recording", "number": request["number"], "bytes": len(body)}
        )
        words = deepgram_prerecorded.heard(self.ears(), intake.feed(sound))
        reading = alternative(words, options, ended=True)
        return await deepgram_prerecorded.answer(
            request, self.way(request), self.scene, intake, options.model, reading
        )


class _Stream:
    """One connection: sound and messages go in, events come out."""

    def __init__(
        self,
        scene: Scene,
        ears: Listener,
        options: Options,
        intake: Intake,
        out: Outbox,
        own_id: str,
    ) -> None:
        self._scene = scene
        self._ears = ears
        self._options = options
        self._intake = intake
        self._out = out
        self._own_id = own_id
        self._heard = Hearing()
        self._at = 0.0
        self._segment = 0.0
        self._interim_at = 0.0
        self._interim: tuple[TimedWord, ...] = ()
        self._announced: float | None = None
        self._last_word: float | None = None

    def sound(self, data: bytes) -> None:
        """Hear, and say what is new."""
        pcm = self._intake.feed(data)
        for start in range(0, len(pcm), _STEP_BYTES):
            step = pcm[start : start + _STEP_BYTES]
            self._at += len(step) / 2 / RATE
            self._heard = self._ears.hear(step)
            self._follow(self._heard)

    def told(self, said: Mapping[str, Any], raw: str) -> None:
        """Do what a message says."""
        match said.get("type"):
            case "Finalize":
                asyncio.get_running_loop().call_later(self._due(), self._finalized)
            case "KeepAlive":
                pass
            case "Configure":
                success: dict[str, Any] = {"type": "ConfigureSuccess", "request_id": self._own_id}
                if "keyterms" in said:
                    success["keyterms"] = said["keyterms"]
                self._out.put(success)
            case _:
                self._out.put(_failure(raw))

    async def end(self) -> None:
        """The client has nothing more to say: the last words, and what all of it was."""
        if self._heard.began is not None:
            await asyncio.sleep(self._due())
            self._final(speech_final=False)
        self._out.put(
            deepgram_prerecorded.metadata(self._intake, self._options.model, self._own_id)
        )

    def _follow(self, heard: Hearing) -> None:
        options = self._options
        if options.vad_events and heard.began is not None and heard.began != self._announced:
            self._announced = heard.began
            self._out.put({"type": "SpeechStarted", "channel": [0, 1], "timestamp": heard.began})
        if self._ended(heard):
            self._final(speech_final=True)
        elif (
            options.interim
            and heard.words
            and _texts(heard.words) != _texts(self._interim)
            and self._at - self._interim_at >= _INTERIM_SECONDS
        ):
            self._interim, self._interim_at = heard.words, self._at
            self._out.put(self._results(heard.words))
        self._end_utterance(heard)

    def _ended(self, heard: Hearing) -> bool:
        if self._options.endpointing is None or heard.quiet_since is None:
            return False
        silence = max(self._options.endpointing, self._scene.final_after)
        return self._at - heard.quiet_since >= silence - 1e-6

    def _end_utterance(self, heard: Hearing) -> None:
        gap, last = self._options.utterance_end, self._last_word
        if gap is None or last is None or heard.words or heard.speaking:
            return
        if self._at - last >= gap:
            self._last_word = None
            self._out.put({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": last})

    def _due(self) -> float:
        """Seconds until the final words are ready: some time after the end of speech."""
        if self._heard.began is None:
            return 0.0  # nothing has been said since the last final words
        quiet = self._heard.quiet_since
        silent = 0.0 if quiet is None else self._at - quiet
        return max(0.0, self._scene.final_after - silent)

    def _finalized(self) -> None:
        self._final(speech_final=False, from_finalize=True)

    def _final(self, *, speech_final: bool, from_finalize: bool = False) -> None:
        words = self._ears.finish()
        self._heard, self._interim = Hearing(), ()
        if words or from_finalize:
            self._out.put(
                self._results(
                    words, is_final=True, speech_final=speech_final, from_finalize=from_finalize
                )
            )
        if words:
            self._last_word = round(words[-1].end, 3)
        self._segment = self._at

    def _results(
        self,
        words: Sequence[TimedWord],
        *,
        is_final: bool = False,
        speech_final: bool = False,
        from_finalize: bool = False,
    ) -> dict[str, Any]:
        return {
            "type": "Results",
            "channel_index": [0, 1],
            "duration": round(self._at - self._segment, 3),
            "start": round(self._segment, 3),
            "is_final": is_final,
            "speech_final": speech_final,
            "channel": {"alternatives": [alternative(words, self._options, ended=is_final)]},
            "metadata": {
                "request_id": self._own_id,
                "model_info": deepgram_prerecorded.model_info(self._options.model),
                "model_uuid": request_id("model", self._options.model),
            },
            "from_finalize": from_finalize,
        }


def _texts(words: Sequence[TimedWord]) -> list[str]:
    return [word.text for word in words]


def _failure(raw: str) -> dict[str, Any]:
    """What the provider says of a message that it cannot read, or of itself when it fails."""
    if raw:
        described = "the message is not one that can be read"
        return {"type": "Error", "variant": "SchemaError", "description": described, "message": raw}
    return {"type": "Error", "variant": "InternalError", "description": "internal error"}
