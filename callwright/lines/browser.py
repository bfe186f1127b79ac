"""Calls from a browser: our page, and the few requests it makes.

- ``POST /api/calls`` takes a seat: {id}, or 503 and a sentence
- ``POST /api/calls/{id}/offer``, the browser's offer: the answer; PATCH brings later candidates
- ``GET /api/calls/{id}``: {state, summary}
- ``DELETE /api/calls/{id}`` hangs up
- ``GET /api/about``: {agent, stack, ice_servers}
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pipecat.transports.smallwebrtc.request_handler import (
    IceCandidate,
    SmallWebRTCPatchRequest,
    SmallWebRTCRequest,
)
from pydantic import BaseModel, Field

from callwright.lines.browser_calls import BrowserCalls, CallRefusedError, StartCall
from callwright.lines.browser_guard import Guard

PAGE = Path(__file__).parent / "web" / "dist"


@dataclass(frozen=True, slots=True)
class PageAbout:
    """What the page says about itself.

    Args:
        agent: The agent's name.
        stack: The stack's name.
        ice_servers: STUN or TURN URLs for both ends.
    """

    agent: str
    stack: str
    ice_servers: tuple[str, ...] = ()


class Offer(BaseModel):
    """A WebRTC offer as the client sends it; what else it sends is not used."""

    sdp: str = Field(min_length=1, max_length=100_000)
    type: str = Field(pattern="^offer$")
    pc_id: str | None = None
    restart_pc: bool | None = None


class Candidate(BaseModel):
    """One address of the browser; an empty one ends the list."""

    candidate: str = Field(max_length=2_000)
    sdp_mid: str = Field(max_length=100)
    sdp_mline_index: int


class Candidates(BaseModel):
    """Addresses of the browser found after its offer."""

    pc_id: str
    candidates: list[Candidate] = Field(max_length=100)


def create_app(
    start_call: StartCall, about: PageAbout, max_calls: int = 8, names: tuple[str, ...] = ()
) -> FastAPI:
    """Return the page and its server.

    Args:
        start_call: Runs one call on a line until it is over.
        about: What the page shows.
        max_calls: Calls at a time; further ones are refused with 503.
        names: Host names under which the page may be opened, besides localhost and addresses.
    """
    calls = BrowserCalls(start_call, max_calls, about.ice_servers)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await calls.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.calls = calls
    app.add_middleware(Guard, names=names)
    app.add_exception_handler(CallRefusedError, _refused)
    _add_routes(app, calls, about)
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _add_routes(app: FastAPI, calls: BrowserCalls, about: PageAbout) -> None:
    @app.get("/api/about")
    async def _about() -> dict[str, Any]:
        return asdict(about)

    @app.post("/api/calls", status_code=201)
    async def _take_seat() -> dict[str, str]:
        return {"id": calls.take_seat()}

    @app.post("/api/calls/{call_id}/offer")
    async def _offer(call_id: str, offer: Offer) -> dict[str, str]:
        return await calls.offer(call_id, SmallWebRTCRequest(**offer.model_dump()))

    @app.patch("/api/calls/{call_id}/offer")
    async def _candidates(call_id: str, more: Candidates) -> dict[str, str]:
        found = [IceCandidate(**each.model_dump()) for each in more.candidates]
        await calls.candidates(call_id, SmallWebRTCPatchRequest(more.pc_id, found))
        return {}

    @app.get("/api/calls/{call_id}")
    async def _state(call_id: str) -> dict[str, Any]:
        return calls.state(call_id)

    @app.delete("/api/calls/{call_id}")
    async def _hang_up(call_id: str) -> dict[str, str]:
        await calls.hang_up(call_id)
        return {}


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CallRefusedError)
    return JSONResponse({"detail": str(error)}, error.status)
