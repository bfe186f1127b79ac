"""OpenAI's Responses API: `POST /v1/responses`, streamed and whole, and the websocket there.

Written from the published reference, the guide to the websocket mode and the official client's
types as of 2026-11-20. Over the websocket, `response.create` runs one after the other, and
`previous_response_id` and `item_reference` find what the same connection answered; over HTTP, what
was to be stored.

`response.cancel` is not in the official client's types, but clients send it: here it ends the
answer with `response.incomplete` and the status ``cancelled``; when nothing runs, nothing happens.

What is not there: reasoning, the provider's own tools, conversations, background, steering.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from callwright.emulators import openai_prompt as prompt
from callwright.emulators.openai_answer import ResponseAnswer
from callwright.emulators.openai_errors import openai_error
from callwright.emulators.openai_models import model_routes
from callwright.emulators.sse import Event, hang_up, note_leaving, stream, whole
from callwright.emulators.standin import Failed, Gone, Scene, StandIn, close, send
from callwright.emulators.thinking import BadRequest, think
from callwright.emulators.tokens import Prompts

# What a response was answered to and what it answered, by its id.
_Kept = dict[str, list[Mapping[str, Any]]]


class OpenAIResponses(StandIn):
    """Answers for OpenAI's models.

    Args:
        scene: What it plays; its mind answers.
    """

    uses: ClassVar[tuple[str, ...]] = ("openai_responses_llm",)
    hosts: ClassVar[tuple[str, ...]] = ("api.openai.com",)
    cancels: bool = True

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._prompts = Prompts()
        self._stored: _Kept = {}
        self._answers = 0

    def routes(self) -> list[web.RouteDef]:
        """One path, for requests and for the websocket; and the models."""
        return [
            web.post("/v1/responses", self._post),
            web.get("/v1/responses", self._connect),
            *model_routes(),
        ]

    def key_of(self, request: web.Request) -> str | None:
        """The bearer token."""
        return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or None

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body."""
        return openai_error(status, message)

    async def respond(self, body: Mapping[str, Any], kept: _Kept) -> ResponseAnswer:
        """Think of the answer to a request, and keep what it goes on from.

        Args:
            body: The request's.
            kept: What earlier responses can be found in.

        Raises:
            BadRequest: The provider would refuse it.
        """
        model = prompt.model(body)
        sent: Any = body.get("input") or ()
        if isinstance(sent, str):
            sent = [{"role": "user", "content": sent}]
        before = body.get("previous_response_id")
        if before and before not in kept:
            raise BadRequest(
                f"previous response with id '{before}' not found",
                code="previous_response_not_found",
                param="previous_response_id",
            )
        items = [*kept.get(str(before), ()), *(_found(item, kept) for item in sent)]
        instructions = body.get("instructions")
        if not items and not instructions:
            raise BadRequest("missing required parameter: 'input'", param="input")
        messages = prompt.items(instructions, items)
        tools = prompt.tool_names(body.get("tools"))
        thought = await think(self.scene, messages, tools, body.get("max_output_tokens"))
        now = asyncio.get_running_loop().time()
        blocks = prompt.blocks(body.get("tools"), [instructions or "", *items])
        usage = prompt.counted(self._prompts, blocks, now)
        self._answers += 1
        answer = ResponseAnswer(self._answers, model, body, thought, usage, int(now))
        if body.get("store") is not False or kept is not self._stored:
            answer.when_done = lambda: kept.update({answer.identity: [*items, *answer.output()]})
        return answer

    async def _post(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await prompt.read(request, "model")
            entry = {"type": "request", "number": request["number"], "path": request.path_qs}
            self.scene.received.append(entry | {"body": body})
            answer = await self.respond(body, self._stored)
        except BadRequest as bad:
            return self._sorry(bad)
        except asyncio.CancelledError:
            note_leaving(request, self.scene, 0)
            raise
        way = self.way(request)
        if body.get("stream"):
            return await stream(
                request,
                way,
                self.scene,
                answer.events(),
                named=True,
                failure=lambda: answer.ended("failed"),
            )
        sorry = self._sorry(BadRequest("the server had an error", status=500))
        answer.when_done()
        done = answer.response("completed")
        return await whole(request, way, self.scene, done, answer.thought.seconds, sorry)

    def _sorry(self, bad: BadRequest) -> web.Response:
        body = openai_error(bad.status, bad.message, bad.code, bad.param)
        return web.json_response(body, status=bad.status)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self.scene.received.append({"type": "connected", "number": request["number"]})
        await _Connection(self, socket, request).run()
        return socket


def _found(item: Mapping[str, Any], kept: _Kept) -> Mapping[str, Any]:
    """An input item, or the one of an earlier response that it only names.

    Raises:
        BadRequest: There is none.
    """
    named = item.get("id")
    if item.get("type") != "item_reference" and set(item) - {"type", "id"}:
        return item
    items = (known for known_items in reversed(kept.values()) for known in reversed(known_items))
    for known in items:
        if known.get("id") == named:
            return known
    raise BadRequest(f"item with id '{named}' not found", status=404, param="input")


class _Connection:
    """One websocket: takes events while it answers, one response at a time."""

    def __init__(
        self, standin: OpenAIResponses, socket: web.WebSocketResponse, request: web.Request
    ) -> None:
        self._standin = standin
        self._socket = socket
        self._way = standin.way(request)
        self._request = request
        self._kept: _Kept = {}
        self._wanted: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._answering: asyncio.Task[None] | None = None
        self._now: ResponseAnswer | None = None

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        worker = asyncio.create_task(self._work())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(message.data)
        except Gone:
            hang_up(self._request)
        finally:
            if self._answering is not None:
                left = {"type": "cancelled", "number": self._request["number"]}
                self._standin.scene.received.append(left | {"sent": self._sent()})
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
            await close(self._socket)

    async def _take(self, text: str) -> None:
        try:
            event = json.loads(text)
        except ValueError:
            await self._refuse(BadRequest("the event is not valid JSON"), {})
            return
        self._standin.scene.received.append(event)
        match event.get("type"):
            case "response.create":
                self._wanted.put_nowait(event)
            case "response.cancel":
                self._cancel(event.get("response_id"))
            case kind:
                await self._refuse(BadRequest(f"unknown event type {kind!r}", param="type"), event)

    def _cancel(self, identity: Any) -> None:
        if self._answering is None or (self._now and identity not in (None, self._now.identity)):
            return
        self._answering.cancel()

    async def _work(self) -> None:
        while True:
            event = await self._wanted.get()
            self._answering = asyncio.create_task(self._answer(event))
            try:
                await asyncio.wait([self._answering])
                if self._answering.cancelled():
                    await self._cancelled(event)
                elif not isinstance(self._answering.exception(), ConnectionError):
                    self._answering.result()
            except Gone:
                hang_up(self._request)
                return
            finally:
                # Cancelled with the connection, the answer must not outlive it.
                self._answering.cancel()
                self._answering = self._now = None

    async def _answer(self, event: Mapping[str, Any]) -> None:
        try:
            self._now = await self._standin.respond(event, self._kept)
        except BadRequest as bad:
            await self._refuse(bad, event)
            return
        events = self._now.warmed_up() if event.get("generate") is False else self._now.events()
        try:
            await self._send_all(events, event)
        except Failed:
            await self._out(self._now.ended("failed"), event)

    async def _cancelled(self, event: Mapping[str, Any]) -> None:
        received = self._standin.scene.received
        received.append(
            {"type": "cancelled", "number": self._request["number"], "sent": self._sent()}
        )
        if self._now is not None:
            await self._out(self._now.ended("cancelled"), event)

    async def _send_all(self, events: AsyncGenerator[Event], event: Mapping[str, Any]) -> None:
        async with aclosing(events):
            async for answered in events:
                assert not isinstance(answered, str)
                await self._out(answered, event)

    async def _out(self, answered: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        lane = {"stream_id": event["stream_id"]} if event.get("stream_id") else {}
        await send(self._socket, self._way, {**answered, **lane})

    async def _refuse(self, bad: BadRequest, event: Mapping[str, Any]) -> None:
        body = openai_error(bad.status, bad.message, bad.code, bad.param)
        await self._out({"type": "error", "status": bad.status, **body}, event)

    def _sent(self) -> int:
        return self._now.sent if self._now is not None else 0
