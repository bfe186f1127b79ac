"""OpenAI's list of models, for clients that look before they ask.

``GET /v1/models`` and ``GET /v1/models/{model}`` as published on 2026-11-20. What is listed is a
choice: stand-ins answer under any name that looks like one of the provider's.
"""

from typing import Any

from aiohttp import web

from callwright.emulators import openai_prompt as prompt
from callwright.emulators.openai_errors import openai_error
from callwright.emulators.thinking import BadRequest

_LISTED = ("gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "gpt-realtime")


def model_routes() -> list[web.RouteDef]:
    """The list, and each model by itself."""
    return [web.get("/v1/models", _list), web.get("/v1/models/{model}", _one)]


async def _list(_: web.Request) -> web.Response:
    data = [_described(name) for name in _LISTED]
    return web.json_response({"object": "list", "data": data})


async def _one(request: web.Request) -> web.Response:
    try:
        name = prompt.model(request.match_info)
    except BadRequest as bad:
        body = openai_error(bad.status, bad.message, bad.code, bad.param)
        return web.json_response(body, status=bad.status)
    return web.json_response(_described(name))


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "openai"}
