"""Errors in the shapes of OpenAI and of Azure's service for the same models, as of 2026-11-20."""

from collections.abc import Mapping
from typing import Any

# Azure serves under the host of a resource; its name is its owner's choice.
AZURE_HOST = "callwright.openai.azure.com"

_TYPES: dict[int, tuple[str, str | None]] = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", None),
    404: ("invalid_request_error", None),
    429: ("requests", "rate_limit_exceeded"),
    500: ("server_error", None),
}


def openai_error(
    status: int, message: str, code: str | None = None, param: str | None = None
) -> Mapping[str, Any]:
    """An error's body: the type and, unless another is given, the code that go with a status."""
    kind, usual = _TYPES.get(status, ("server_error", None))
    error = {"message": message, "type": kind, "param": param, "code": code or usual}
    return {"error": error}


def azure_error(status: int, message: str) -> Mapping[str, Any]:
    """An error's body as the gateway in front of Azure's deployments writes it."""
    return {"error": {"code": str(status), "message": message}}
