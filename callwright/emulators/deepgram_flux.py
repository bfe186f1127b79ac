"""Stand-in of Deepgram's Flux recognition, which finds the turns itself: ``/v2/listen``.

Protocol version 2 of api.deepgram.com, as published on 2026-11-20. How sure it is that a turn has
ended is not a model's judgement here: it grows with the silence, and slowly where the words sound
unfinished. At the usual threshold a finished turn ends the scene's `final_after` after speech.
Left out: compressed encodings, redaction, numerals; Warning messages are never sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import WSMsgType, web

from callwright.emulators.deepgram_door import (
    IDLE_SECONDS,
    BadQuery,
    DeepgramDoor,
    Intake,
    message_of,
    request_id,
    sound_of,
    written,
)
from callwright.emulators.endpointing import RATE
from callwright.emulators.flux_turns import WHILE_SPEAKING, Turns, confidence, turns_of, within
from callwright.emulators.outbox import Outbox
from callwright.emulators.parts import Hearing, Listener, TimedWord
from callwright.emulators.standin import close

_UPDATE_SECONDS = 0.25
_STEP_BYTES = RATE // 20 * 2


class DeepgramFlux(DeepgramDoor):
    """Deepgram's Flux models.

    Args:
        scene: What it hears, and how soon a turn ends.
    """

    uses = ("deepgram_flux_stt",)

    def routes(self) -> list[web.RouteDef]:
        """The one endpoint."""
        return [web.get("/v2/listen", self._flux)]

    async def _flux(self, request: web.Request) -> web.StreamResponse:
        try:
            turns, intake = turns_of(request.query), sound_of(request.query)
        except BadQuery as error:
            return self.refused(400, str(error))
        socket = await self.open(request)
        connection = _Flux(request_id(request.path, request["number"]))
        failure = connection.failed
        async with Outbox(request, socket, self.way(request), failure) as out:
            connection.begin(self.ears(), intake, turns, self.scene.final_after, out)
            await self._take(socket, request["number"], connection, out)
        return socket

    async def _take(
        self, socket: web.WebSocketResponse, connection: int, flux: "_Flux", out: Outbox
    ) -> None:
        while True:
            try:
                message = await socket.receive(timeout=IDLE_SECONDS)
            except TimeoutError:
                out.put(flux.error("NET-0001", "no audio within 10 seconds"))
                await out.emptied()
                await close(socket, 1011, "NET-0001")
                return
            if message.type is WSMsgType.BINARY:
                self.note_sound(connection, len(message.data))
                flux.sound(message.data)
                continue
            if message.type is not WSMsgType.TEXT:
                return
            said = message_of(message.data)
            self.scene.received.append({**said, "number": connection})
            if not flux.told(said):
                await out.emptied()
                await close(socket, 1000 if said.get("type") == "CloseStream" else 1008)
                return


class _Flux:
    """One connection: sound and messages go in, turns come out."""

    _ears: Listener
    _intake: Intake
    _turns: Turns
    _usual: float
    _out: Outbox

    def __init__(self, own_id: str) -> None:
        self._own_id = own_id
        self._sequence = 0
        self._turn = 0
        self._speaking = False
        self._foretold: list[str] | None = None
        self._at = 0.0
        self._window = 0.0
        self._updated = 0.0
        self._heard = Hearing()

    def begin(
        self, ears: Listener, intake: Intake, turns: Turns, usual: float, out: Outbox
    ) -> None:
        """Say that the connection stands."""
        self._ears, self._intake, self._turns = ears, intake, turns
        self._usual, self._out = usual, out
        out.put(self._event("Connected"))

    def failed(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider says when it fails."""
        return self.error("INTERNAL_SERVER_ERROR", "an internal error ended the connection")

    def error(self, code: str, description: str) -> dict[str, Any]:
        """The message that goes before the end of a connection."""
        event = {**self._event("Error"), "code": code, "description": description}
        del event["request_id"]
        return event

    def sound(self, data: bytes) -> None:
        """Hear, and say how the turn stands."""
        pcm = self._intake.feed(data)
        for start in range(0, len(pcm), _STEP_BYTES):
            step = pcm[start : start + _STEP_BYTES]
            self._at += len(step) / 2 / RATE
            self._heard = self._ears.hear(step)
            self._follow(self._heard)

    def told(self, said: Mapping[str, Any]) -> bool:
        """Do what a message says; whether the connection goes on."""
        match said.get("type"):
            case "CloseStream":
                if self._speaking:
                    self._tell("Update", self._ears.finish(), WHILE_SPEAKING)
                return False
            case "Configure":
                self._configure(said)
            case "ForceEndTurn":
                if self._speaking:
                    self._end("manual")
            case _:
                described = "the message is not one that can be read"
                self._out.put(self.error("UNPARSABLE_CLIENT_MESSAGE", described))
                return False
        return True

    def _follow(self, heard: Hearing) -> None:
        words, turns = heard.words, self._turns
        silence = 0.0 if heard.quiet_since is None else self._at - heard.quiet_since
        sure = confidence(silence, words, self._usual)
        if words and not self._speaking:
            self._speaking = True
            self._tell("StartOfTurn", words, sure)
        texts = [word.text for word in words]
        if self._foretold is not None and (heard.speaking or texts != self._foretold):
            self._foretold = None
            self._tell("TurnResumed", words, sure)
        eager = self._speaking and turns.eager is not None and sure >= turns.eager
        if eager and self._foretold is None:
            self._foretold = texts
            self._tell("EagerEndOfTurn", words, sure)
        if self._speaking and turns.threshold < 1.0 and sure >= turns.threshold:
            self._end("model", sure)
        elif self._speaking and silence >= turns.timeout:
            self._end("timeout", sure)
        elif self._at - self._updated >= _UPDATE_SECONDS - 1e-6:
            self._tell("Update", words, sure)

    def _end(self, trigger: str, sure: float = 1.0) -> None:
        words = self._ears.finish()
        texts = [word.text for word in words]
        if self._foretold is not None and texts != self._foretold:
            # An end says the words that were foretold; the last look at the sound changed them.
            self._tell("TurnResumed", words, sure)
            self._tell("EagerEndOfTurn", words, sure)
        self._tell("EndOfTurn", words, sure, trigger=trigger)
        self._turn += 1
        self._speaking, self._foretold = False, None
        self._window, self._heard = self._at, Hearing()

    def _configure(self, said: Mapping[str, Any]) -> None:
        asked = said.get("thresholds") or {}
        now = self._turns
        try:
            now = replace(
                now,
                threshold=within(asked, "eot_threshold", 0.5, 1.0, now.threshold) or 0.7,
                eager=within(asked, "eager_eot_threshold", 0.3, 0.9, now.eager),
                timeout=(within(asked, "eot_timeout_ms", 500, 60000, None) or now.timeout * 1000)
                / 1000,
                keyterms=said.get("keyterms", now.keyterms),
                language_hints=said.get("language_hints", now.language_hints),
            )
        except BadQuery as error:
            failure = {"code": "INVALID_CONFIGURATION", "description": str(error)}
            self._out.put({**self._event("ConfigureFailure"), **failure})
            return
        self._turns = now
        thresholds = {
            "eot_threshold": now.threshold,
            "eager_eot_threshold": now.eager,
            "eot_timeout_ms": round(now.timeout * 1000),
        }
        said_now = {"thresholds": thresholds, "keyterms": list(now.keyterms)}
        self._out.put({**self._event("ConfigureSuccess"), **said_now})

    def _tell(
        self, event: str, words: Sequence[TimedWord], sure: float, trigger: str | None = None
    ) -> None:
        self._updated = self._at
        ended = event in ("EndOfTurn", "EagerEndOfTurn", "TurnResumed")
        texts = written(words, ended=ended and event != "TurnResumed")
        told: dict[str, Any] = {
            **self._event("TurnInfo"),
            "event": event,
            "turn_index": self._turn,
            "audio_window_start": round(self._window, 3),
            "audio_window_end": round(self._at, 3),
            "transcript": " ".join(texts),
            "words": [
                {
                    "word": text,
                    "confidence": word.confidence,
                    "start": round(word.start, 3),
                    "end": round(word.end, 3),
                }
                for text, word in zip(texts, words, strict=True)
            ],
            "end_of_turn_confidence": sure,
        }
        self._out.put({**told, "trigger": trigger} if trigger else told)

    def _event(self, kind: str) -> dict[str, Any]:
        event = {"type": kind, "request_id": self._own_id, "sequence_id": self._sequence}
        self._sequence += 1
        return event
