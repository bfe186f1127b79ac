"""Server-sent events and single answers over HTTP, through the way out that lets faults happen.

The framing is that of the WHATWG HTML standard, section "Server-sent events": an optional line
with the event's name, a line of data, an empty line.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from aiohttp import web

from callwright.emulators.standin import Failed, Gone, Scene, Way

# One event: an object, or a text that is no JSON (OpenAI's closing mark).
Event = Mapping[str, Any] | str

_NAME = re.compile(r'\{"type": "([\w.]+)"')


def framed(data: str, *, named: bool) -> bytes:
    """One event as it stands on the wire.

    Args:
        data: Its JSON text, whole or spoiled.
        named: Whether the event's type is also its name, in a line of its own.
    """
    found = _NAME.match(data) if named else None
    name = f"event: {found[1]}\n" if found else ""
    return f"{name}data: {data}\n\n".encode()


async def stream(
    request: web.Request,
    way: Way,
    scene: Scene,
    events: AsyncGenerator[Event],
    *,
    named: bool,
    failure: Callable[[], Mapping[str, Any]],
) -> web.StreamResponse:
    """Answer a request with events as they come; the headers go out with the first one.

    A client that leaves in mid-answer ends the events at once, and is put among what was received.

    Args:
        request: What is answered.
        way: Its way out.
        scene: Where it is noted that the client left.
        events: What to send; closed in any case.
        named: See `framed`.
        failure: Makes the event by which this provider says in mid-answer that it failed.
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
    )
    sent = 0
    try:
        async with aclosing(events):
            async for event in events:
                if not response.prepared:
                    await response.prepare(request)
                text = event if isinstance(event, str) else json.dumps(event)
                async for piece in way.out(text):
                    await response.write(framed(str(piece), named=named))
                sent += 1
    except Failed:
        await response.write(framed(json.dumps(failure()), named=named))
    except Gone:
        hang_up(request)
    except (asyncio.CancelledError, ConnectionError) as error:
        note_leaving(request, scene, sent)
        if isinstance(error, asyncio.CancelledError):
            raise
    return response


async def whole(
    request: web.Request,
    way: Way,
    scene: Scene,
    body: Mapping[str, Any],
    after: float,
    failure: web.Response,
) -> web.StreamResponse:
    """Answer a request with one body.

    Args:
        request: What is answered.
        way: Its way out; the body counts as one event.
        scene: Where it is noted that the client left.
        body: What to send.
        after: Seconds until it is ready.
        failure: What is answered when the provider is to fail.
    """
    try:
        await asyncio.sleep(after)
        pieces = [str(piece) async for piece in way.out(json.dumps(body))]
    except Failed:
        return failure
    except Gone:
        hang_up(request)
        return web.Response(status=500)
    except asyncio.CancelledError:
        note_leaving(request, scene, 0)
        raise
    # What stays away (reorder, with nothing to come after) leaves an empty body behind.
    return web.Response(text=pieces[0] if pieces else "", content_type="application/json")


def note_leaving(request: web.Request, scene: Scene, sent: int) -> None:
    """Note that the client of a request has left, when it was the client."""
    if request.transport is None or request.transport.is_closing():
        scene.received.append({"type": "cancelled", "number": request["number"], "sent": sent})


def hang_up(request: web.Request) -> None:
    """Break the connection off."""
    if request.transport is not None:
        request.transport.abort()
