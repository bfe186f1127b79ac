"""What clients ask of Cartesia's speech, and what is wrong with it. Pure.

Protocol of api.cartesia.ai, version 2026-08-14 (2026-03-01 looks the same here), as published on
2026-11-20.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callwright.emulators.encodings import Encoding

ENCODINGS: dict[str, Encoding] = {
    "pcm_s16le": "s16",
    "pcm_f32le": "f32",
    "pcm_mulaw": "mulaw",
    "pcm_alaw": "alaw",
}

# The voice of the list of voices; any other id must at least look like one.
VOICE_ID = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MODEL = re.compile(r"sonic(-[\w.-]+)?")
_VERSION = re.compile(r"20\d\d-\d\d-\d\d")

# The provider waits so long, milliseconds, for a sentence to be complete, unless it is told.
_USUAL_BUFFER = 3000


@dataclass
class Refusal(Exception):
    """A request that the provider answers with an error."""

    status: int
    code: str
    title: str
    message: str

    def body(self, request_id: str) -> dict[str, Any]:
        """The error as JSON over HTTP."""
        return {
            "error_code": self.code,
            "title": self.title,
            "message": self.message,
            "request_id": request_id,
        }

    def event(self, request_id: str, context: str | None) -> dict[str, Any]:
        """The error as an event of a stream."""
        event = {
            "type": "error",
            "done": True,
            "status_code": self.status,
            **self.body(request_id),
        }
        return event if context is None else {**event, "context_id": context}


def malformed(message: str) -> Refusal:
    """The refusal of a request that lacks something."""
    return Refusal(400, "invalid_request", "Invalid request", message)


@dataclass(frozen=True, slots=True)
class Speak:
    """A request for speech.

    Args:
        text: The transcript; may be empty, where only the end or a flush is meant.
        encoding: How the sound is sent.
        rate: Its sample rate, Hz.
        container: ``raw`` or ``wav``.
        more: Whether more text follows in the same context.
        flush: Whether this ends what was sent so far, and begins anew.
        timestamps: Whether to tell when each word is spoken.
        buffer: Seconds to wait for the end of a sentence; 0 speaks at once.
    """

    text: str
    encoding: Encoding
    rate: int
    container: str = "raw"
    more: bool = False
    flush: bool = False
    timestamps: bool = False
    buffer: float = 0.0


def check_version(version: str | None) -> None:
    """Refuse a client that does not say which version of the protocol it speaks."""
    if version is None or not _VERSION.fullmatch(version):
        raise Refusal(
            400,
            "invalid_version",
            "Invalid version",
            "The Cartesia-Version header (or cartesia_version) must be a date: YYYY-MM-DD.",
        )


def speak_of(asked: Mapping[str, Any], *, raw_only: bool) -> Speak:
    """Read a request.

    Raises:
        Refusal: The provider would not take it.
    """
    model = asked.get("model_id")
    if not isinstance(model, str) or not _MODEL.fullmatch(model):
        raise Refusal(400, "model_not_found", "Invalid model", f"There is no model {model!r}.")
    _check_voice(asked.get("voice"))
    form = asked.get("output_format")
    if not isinstance(form, Mapping):
        raise malformed("output_format is missing.")
    rate, encoding, container = _form(form, raw_only=raw_only)
    text = asked.get("transcript")
    if not isinstance(text, str):
        raise malformed("transcript is missing.")
    buffer = asked.get("max_buffer_delay_ms")
    if buffer is not None and not 0 <= buffer <= 5000:
        raise malformed("max_buffer_delay_ms must lie from 0 to 5000.")
    return Speak(
        text=text,
        encoding=encoding,
        rate=rate,
        container=container,
        more=bool(asked.get("continue")),
        flush=bool(asked.get("flush")),
        timestamps=bool(asked.get("add_timestamps")),
        buffer=(_USUAL_BUFFER if buffer is None else buffer) / 1000,
    )


def _check_voice(voice: Any) -> None:
    found: Any = voice.get("id") if isinstance(voice, Mapping) else voice
    if found is None:
        raise malformed("voice is missing.")
    if not isinstance(found, str) or not _UUID.fullmatch(found):
        raise Refusal(404, "voice_not_found", "Voice not found", f"There is no voice {found!r}.")


def _form(form: Mapping[str, Any], *, raw_only: bool) -> tuple[int, Encoding, str]:
    container: Any = form.get("container")
    if container not in (("raw",) if raw_only else ("raw", "wav")):
        raise malformed(f"output_format.container {container!r} is not supported here.")
    encoding: Any = form.get("encoding")
    if encoding not in ENCODINGS:
        raise malformed(f"output_format.encoding must be one of {', '.join(ENCODINGS)}.")
    rate: Any = form.get("sample_rate")
    if not isinstance(rate, int) or not 8000 <= rate <= 48000:
        raise malformed("output_format.sample_rate must lie from 8000 to 48000.")
    return rate, ENCODINGS[encoding], container
