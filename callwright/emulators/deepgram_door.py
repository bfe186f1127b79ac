"""What Deepgram's listening protocols have in common: keys, errors, sound, the way words look.

Protocol of api.deepgram.com, as published on 2026-11-20.
"""

import hashlib
import json
import math
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import hdrs, web
from multidict import MultiMapping

from callwright.emulators.encodings import BYTES, Encoding, decoded
from callwright.emulators.endpointing import RATE
from callwright.emulators.parts import Listener, TimedWord
from callwright.emulators.standin import StandIn
from callwright.engines.resample import Resampler

# Encodings of headerless sound that can be decoded here, by the provider's names.
ENCODINGS: dict[str, Encoding] = {
    "linear16": "s16",
    "linear32": "f32",
    "mulaw": "mulaw",
    "alaw": "alaw",
}

# Without sound or a message for so long, seconds, the provider closes the connection.
IDLE_SECONDS = 10.0

_CODES = {
    400: "Bad Request",
    401: "INVALID_AUTH",
    403: "INSUFFICIENT_PERMISSIONS",
    404: "NOT_FOUND",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
}


class BadQuery(Exception):
    """The query asks for something that the provider refuses; says what."""


class DeepgramDoor(StandIn):
    """Keys and errors of Deepgram."""

    hosts = ("api.deepgram.com",)

    def key_of(self, request: web.Request) -> str | None:
        """From the header, or from the subprotocol, where browsers put it."""
        scheme, _, key = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() in ("token", "bearer") and key:
            return key.strip()
        offered = [
            part.strip() for part in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        ]
        return offered[1] if len(offered) > 1 and offered[0] in ("token", "bearer") else None

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """The error body of Deepgram."""
        return {
            "err_code": _CODES.get(status, "Bad Request"),
            "err_msg": message,
            "request_id": request_id("refused", status),
        }

    def refused(self, status: int, message: str) -> web.Response:
        """An error before the connection is taken; websocket clients read only its headers."""
        body = self.error(status, message)
        headers = {"dg-error": message, "dg-request-id": str(body["request_id"])}
        return web.json_response(body, status=status, headers=headers)

    def _refused(self, status: int, headers: Mapping[str, str]) -> web.Response:
        answer = super()._refused(status, headers)
        answer.headers["dg-error"] = _CODES[status]
        return answer

    def ears(self) -> Listener:
        """The ears of one connection.

        Raises:
            RuntimeError: The scene has none.
        """
        if self.scene.listen is None:
            raise RuntimeError("this stand-in has no ears: give its scene a `listen`")
        return self.scene.listen()

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Take a connection, with the subprotocol the client carried its key in."""
        socket = web.WebSocketResponse(
            protocols=("token", "bearer"), max_msg_size=0, compress=False
        )
        socket.headers["dg-request-id"] = request_id(request.path, request["number"])
        await socket.prepare(request)
        self.scene.received.append(
            {
                "type": "connected",
                "number": request["number"],
                "path": request.path,
                "query": {key: request.query.getall(key) for key in request.query},
            }
        )
        return socket

    def note_sound(self, number: int, size: int) -> None:
        """Note that sound came: in one entry as long as nothing else comes in between."""
        received = self.scene.received
        last = received[-1] if received else {}
        if last.get("type") == "audio" and last.get("number") == number:
            received[-1] = {**last, "bytes": last["bytes"] + size}
        else:
            received.append({"type": "audio", "number": number, "bytes": size})


class Intake:
    """A connection's sound, made fit for the ears: 16-bit mono at 16000 Hz.

    Args:
        encoding: How it comes.
        rate: Its sample rate, Hz.
        channels: How many, interleaved; the first is heard.
    """

    def __init__(self, encoding: Encoding, rate: int, channels: int = 1) -> None:
        self._encoding: Encoding = encoding
        self._channels = channels
        self._unit = BYTES[encoding] * channels
        self._rate = rate
        self._resampler = Resampler(rate, RATE)
        self._rest = b""
        self._samples = 0
        self._digest = hashlib.sha256()

    @property
    def seconds(self) -> float:
        """How much sound has come."""
        return self._samples / self._rate

    @property
    def sha256(self) -> str:
        """Of everything that came."""
        return self._digest.hexdigest()

    def feed(self, sound: bytes) -> bytes:
        """What is ready for the ears after this."""
        self._digest.update(sound)
        sound = self._rest + sound
        whole = len(sound) // self._unit * self._unit
        self._rest = sound[whole:]
        self._samples += whole // self._unit
        pcm = decoded(sound[:whole], self._encoding)
        if self._channels > 1:
            step = 2 * self._channels
            pcm = b"".join(pcm[at : at + 2] for at in range(0, len(pcm), step))
        return self._resampler.feed(pcm)


def message_of(text: str) -> dict[str, Any]:
    """What a client said; of type ``unreadable`` where that is no JSON object."""
    try:
        said: Any = json.loads(text)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"type": "unreadable", "text": text}


def request_id(*parts: object) -> str:
    """An id that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


def now_iso() -> str:
    """The time, as the provider writes it."""
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def flag(query: MultiMapping[str], name: str, usual: bool = False) -> bool:
    """A boolean of the query.

    Raises:
        BadQuery: It is something else.
    """
    value = query.get(name, str(usual)).lower()
    if value not in ("true", "false"):
        raise BadQuery(f"Invalid query string: {name} must be true or false, not {value!r}.")
    return value == "true"


def number(query: MultiMapping[str], name: str, least: float, most: float) -> float | None:
    """A number of the query within its bounds; None when it is not given.

    Raises:
        BadQuery: It is something else, or out of bounds.
    """
    if name not in query:
        return None
    try:
        value = float(query[name])
    except ValueError:
        raise BadQuery(f"Invalid query string: {name} must be a number.") from None
    if not least <= value <= most:
        raise BadQuery(f"Invalid query string: {name} must lie from {least:g} to {most:g}.")
    return value


def sound_of(query: MultiMapping[str]) -> Intake:
    """What takes the sound that the query announces.

    Raises:
        BadQuery: It announces none, or one that is not taken.
    """
    encoding = query.get("encoding", "")
    if encoding not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise BadQuery(f"Invalid query string: encoding must be one of {known}; got {encoding!r}.")
    rate = number(query, "sample_rate", 4000, 192000)
    if rate is None:
        raise BadQuery(f"Invalid query string: encoding {encoding} needs a sample_rate.")
    return Intake(ENCODINGS[encoding], int(rate), int(number(query, "channels", 1, 8) or 1))


def written(words: Sequence[TimedWord], *, ended: bool) -> list[str]:
    """The words with a sentence's capital, and its full stop where it has ended."""
    texts = [
        text[0].upper() + text[1:] if text == "i" or text.startswith("i'") else text
        for text in (word.text for word in words)
    ]
    if texts:
        texts[0] = texts[0][:1].upper() + texts[0][1:]
    if texts and ended and texts[-1][-1] not in ".?!":
        texts[-1] = texts[-1].rstrip(",;:") + "."
    return texts


def bare(text: str) -> str:
    """A word without capitals and punctuation."""
    return text.lower().strip('.,;:?!"') or text


def mean(words: Sequence[TimedWord]) -> float:
    """The confidence of all words together; 0 without any."""
    return round(math.fsum(word.confidence for word in words) / len(words), 4) if words else 0.0
