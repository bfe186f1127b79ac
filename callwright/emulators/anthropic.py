"""Anthropic's Messages API: `POST /v1/messages`, streamed and whole; counting of tokens; models.

Version 2023-06-01.

Written from the published reference and the official client's types as of 2026-11-20.

What is not there: images and documents, thinking, server tools, batches. The first message may be
the assistant's, as a bot that greets by itself sends it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, ClassVar

from aiohttp import web

from callwright.emulators import anthropic_prompt as prompt
from callwright.emulators.anthropic_models import described, page
from callwright.emulators.anthropic_threads import Threads
from callwright.emulators.sse import Event, note_leaving, stream, whole
from callwright.emulators.standin import Scene, StandIn
from callwright.emulators.thinking import BadRequest, Thought, think
from callwright.emulators.tokens import Prompts, tokens

_TYPES: dict[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_LIFETIME: dict[str, float] = {"5m": 300.0, "1h": 3600.0}


class AnthropicMessages(StandIn):
    """Answers for Claude.

    Args:
        scene: What it plays; its mind answers.
        cached_from: The least tokens a beginning must have to be cached; the real least depends
            on the model, from 512 to 4096.
    """

    uses: ClassVar[tuple[str, ...]] = ("anthropic_llm",)
    hosts: ClassVar[tuple[str, ...]] = ("api.anthropic.com",)
    cancels: bool = True

    def __init__(self, scene: Scene, cached_from: int = 1024) -> None:
        super().__init__(scene)
        self._cached_from = cached_from
        self._prompts = Prompts()
        self._threads = Threads()

    def routes(self) -> list[web.RouteDef]:
        """The paths there are."""
        return [
            web.post("/v1/messages", self._messages),
            web.post("/v1/messages/count_tokens", self._count),
            web.get("/v1/models", self._models),
            web.get("/v1/models/{id}", self._model),
        ]

    def key_of(self, request: web.Request) -> str | None:
        """The key from ``x-api-key``, or a bearer token."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return request.headers.get("x-api-key") or bearer or None

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body."""
        kind = _TYPES.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": None}

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await prompt.read(request)
            self.scene.received.append(
                {
                    "type": "request",
                    "number": request["number"],
                    "path": request.path,
                    "version": request.headers.get("anthropic-version", ""),
                    "body": body,
                }
            )
            now = asyncio.get_running_loop().time()
            body = self._threads.whole(body, request.headers.get("anthropic-beta", ""), now)
            messages = prompt.messages(body)
            thought = await think(
                self.scene, messages, prompt.tool_names(body), int(body["max_tokens"])
            )
        except BadRequest as bad:
            return self._sorry(bad)
        except asyncio.CancelledError:
            note_leaving(request, self.scene, 0)
            raise
        answer = _Answer(request["number"], str(body["model"]), thought, self._usage(body))
        answer.when_done = lambda: self._threads.keep(
            body, answer.identity, answer.content(), asyncio.get_running_loop().time()
        )
        way = self.way(request)
        if not body.get("stream"):
            failure = self._sorry(BadRequest("internal server error", status=500))
            message = answer.whole()
            answer.when_done()
            return await whole(request, way, self.scene, message, thought.seconds, failure)
        return await stream(
            request,
            way,
            self.scene,
            answer.events(),
            named=True,
            failure=lambda: self.error(529, "Overloaded"),
        )

    async def _count(self, request: web.Request) -> web.Response:
        try:
            body = await prompt.read(request, ("model", "messages"))
            prompt.messages(body)
        except BadRequest as bad:
            return self._sorry(bad)
        counted = sum(tokens(block) for block in prompt.blocks(body)[0])
        return web.json_response({"input_tokens": counted})

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response(page(request.query))

    async def _model(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if not name.startswith("claude-"):
            return self._sorry(BadRequest(f"model: {name}", status=404))
        return web.json_response(described(name))

    def _sorry(self, bad: BadRequest) -> web.Response:
        body = dict(self.error(bad.status, bad.message))
        if bad.code is not None:
            body["error"] |= {"details": {"error_code": bad.code}}
        return web.json_response(body, status=bad.status)

    def _usage(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the prompt counts: new, written to the cache, read from it."""
        blocks, marks = prompt.blocks(body)
        sizes = [tokens(block) for block in blocks]
        now = asyncio.get_running_loop().time()
        marks = {at: ttl for at, ttl in marks.items() if sum(sizes[:at]) >= self._cached_from}
        upto = max(marks, default=0)
        read = self._prompts.known(blocks[:upto], now)
        written = {"5m": 0, "1h": 0}
        begun = read
        for at in sorted(marks):
            if at > begun:
                written[marks[at]] += sum(sizes[begun:at])
                begun = at
            self._prompts.keep(blocks[:at], now + _LIFETIME[marks[at]])
        return {
            "input_tokens": sum(sizes[upto:]),
            "cache_creation_input_tokens": sum(written.values()),
            "cache_read_input_tokens": sum(sizes[:read]),
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
            "service_tier": "standard",
        }


class _Answer:
    """One message of the model's, as events and as a whole."""

    def __init__(self, number: int, model: str, thought: Thought, usage: dict[str, Any]) -> None:
        self.identity = f"msg_{number:024d}"
        self.when_done: Callable[[], object] = lambda: None
        self._number = number
        self._model = model
        self._thought = thought
        self._usage = usage

    def content(self) -> list[dict[str, Any]]:
        """All blocks of the message."""
        words = [{"type": "text", "text": self._thought.text}] if self._thought.words else []
        return words + [prompt.tool_use(*call) for call in self._calls()]

    def whole(self) -> dict[str, Any]:
        """The message as one."""
        return self._message(self.content(), self._reason(), self._thought.tokens)

    async def events(self) -> AsyncGenerator[Event]:
        """The message as it comes; `when_done` is called before the last event."""
        await asyncio.sleep(self._thought.first_token)
        yield {"type": "message_start", "message": self._message([], None, 1)}
        index = 0
        if self._thought.words:
            yield _block_start(index, {"type": "text", "text": ""})
            yield {"type": "ping"}
            async for piece in self._thought.paced(self._thought.words):
                yield _delta(index, {"type": "text_delta", "text": piece})
            yield {"type": "content_block_stop", "index": index}
            index += 1
        for at, (identity, call, _) in enumerate(self._calls()):
            yield _block_start(index, prompt.tool_use(identity, call, {}))
            pieces = ["", *self._thought.calls[at].pieces]
            async for piece in self._thought.paced(pieces):
                yield _delta(index, {"type": "input_json_delta", "partial_json": piece})
            yield {"type": "content_block_stop", "index": index}
            index += 1
        keys = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        yield {
            "type": "message_delta",
            "delta": {"stop_reason": self._reason(), "stop_sequence": None},
            "usage": {k: self._usage[k] for k in keys} | {"output_tokens": self._thought.tokens},
        }
        self.when_done()
        yield {"type": "message_stop"}

    def _message(
        self, content: Sequence[Mapping[str, Any]], reason: str | None, output: int
    ) -> dict[str, Any]:
        return {
            "id": self.identity,
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": list(content),
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": self._usage | {"output_tokens": output},
        }

    def _reason(self) -> str:
        if self._thought.cut:
            return "max_tokens"
        return "tool_use" if self._thought.calls else "end_turn"

    def _calls(self) -> list[tuple[str, str, Any]]:
        return [
            (f"toolu_{self._number:020d}{at:04d}", call.name, call.read())
            for at, call in enumerate(self._thought.calls)
        ]


def _block_start(index: int, block: Mapping[str, Any]) -> Event:
    return {"type": "content_block_start", "index": index, "content_block": block}


def _delta(index: int, delta: Mapping[str, Any]) -> Event:
    return {"type": "content_block_delta", "index": index, "delta": delta}
