"""The answer of Deepgram's ``POST /v1/listen`` to a whole recording, and what its answers share.

Protocol version 1 of api.deepgram.com, as published on 2026-11-20.
"""

import io
from collections.abc import Mapping
from typing import Any

import soundfile as sf
from aiohttp import web

from callwright.emulators.deepgram_door import BadQuery, Intake, now_iso, request_id, sound_of
from callwright.emulators.endpointing import RATE
from callwright.emulators.parts import Listener, TimedWord
from callwright.emulators.sse import whole
from callwright.emulators.standin import Scene, Way

_STEP_BYTES = RATE // 20 * 2
_UTTERANCE_PAUSE = 0.5


def opened(request: web.Request, body: bytes) -> tuple[Intake, bytes]:
    """The recording in a request's body, and what takes it.

    Raises:
        BadQuery: There is none, or none that can be read.
    """
    if request.content_type == "application/json":
        raise BadQuery("Bad Request: this stand-in fetches no URL; send the sound itself.")
    if "encoding" in request.query:
        return sound_of(request.query), body
    try:
        samples, rate = sf.read(io.BytesIO(body), dtype="int16", always_2d=True)
    except sf.LibsndfileError:
        said = "Bad Request: failed to process audio: corrupt or unsupported data"
        raise BadQuery(said) from None
    return Intake("s16", int(rate)), samples[:, 0].tobytes()


def heard(ears: Listener, pcm: bytes) -> list[TimedWord]:
    """All words of a recording at 16000 Hz."""
    words: list[TimedWord] = []
    for start in range(0, len(pcm), _STEP_BYTES):
        now = ears.hear(pcm[start : start + _STEP_BYTES])
        at = (start + _STEP_BYTES) / 2 / RATE
        if now.quiet_since is not None and at - now.quiet_since >= _UTTERANCE_PAUSE:
            words += ears.finish()
    return [*words, *ears.finish()]


async def answer(
    request: web.Request,
    way: Way,
    scene: Scene,
    intake: Intake,
    model: str,
    reading: Mapping[str, Any],
) -> web.StreamResponse:
    """Send the words of a recording."""
    own_id = request_id(request.path, request["number"])
    about = {key: value for key, value in metadata(intake, model, own_id).items() if key != "type"}
    body = {"metadata": about, "results": {"channels": [{"alternatives": [reading]}]}}
    failure = web.json_response({"err_code": "INTERNAL_SERVER_ERROR", "err_msg": ""}, status=500)
    return await whole(request, way, scene, body, scene.final_after, failure)


def metadata(intake: Intake, model: str, own_id: str) -> dict[str, Any]:
    """What a connection or recording was."""
    uuid = request_id("model", model)
    return {
        "type": "Metadata",
        "transaction_key": "deprecated",
        "request_id": own_id,
        "sha256": intake.sha256,
        "created": now_iso(),
        "duration": round(intake.seconds, 3),
        "channels": 1,
        "models": [uuid],
        "model_info": {uuid: model_info(model)},
    }


def model_info(model: str) -> dict[str, str]:
    """A model's description."""
    arch = "-".join(model.split("-")[:2])
    return {"name": model, "version": "2026-11-20.0", "arch": arch}
