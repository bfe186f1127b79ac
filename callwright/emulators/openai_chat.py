"""OpenAI's Chat Completions, streamed and whole, and Azure's paths for the same.

`POST /v1/chat/completions`; on Azure `POST /openai/deployments/{name}/chat/completions` with
`api-version`, or `POST /openai/v1/chat/completions`. Written from the published reference and the
official client's types as of 2026-11-20.

What is not there: several choices, log probabilities, sound, images, stored completions.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any, ClassVar

from aiohttp import web

from callwright.emulators import openai_prompt as prompt
from callwright.emulators.openai_errors import AZURE_HOST, azure_error, openai_error
from callwright.emulators.openai_models import model_routes
from callwright.emulators.sse import Event, note_leaving, stream, whole
from callwright.emulators.standin import Scene, StandIn
from callwright.emulators.thinking import BadRequest, Thought, think
from callwright.emulators.tokens import Prompts


class OpenAIChat(StandIn):
    """Answers for OpenAI's models.

    Args:
        scene: What it plays; its mind answers.
    """

    uses: ClassVar[tuple[str, ...]] = ("openai_llm",)
    hosts: ClassVar[tuple[str, ...]] = ("api.openai.com",)
    cancels: bool = True

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._prompts = Prompts()

    def routes(self) -> list[web.RouteDef]:
        """The paths there are."""
        return [web.post("/v1/chat/completions", self._completions), *model_routes()]

    def key_of(self, request: web.Request) -> str | None:
        """The bearer token."""
        return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or None

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body."""
        return openai_error(status, message)

    def model(self, request: web.Request, body: Mapping[str, Any]) -> str:
        """Which model is asked.

        Raises:
            BadRequest: None that the provider knows.
        """
        return prompt.model(body)

    async def _completions(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await prompt.read(request, "messages")
            model = self.model(request, body)
            self.scene.received.append(
                {
                    "type": "request",
                    "number": request["number"],
                    "path": request.path_qs,
                    "body": body,
                }
            )
            most = body.get("max_completion_tokens") or body.get("max_tokens")
            messages = prompt.messages(body["messages"])
            tools = prompt.tool_names(body.get("tools"))
            thought = await think(self.scene, messages, tools, most)
        except BadRequest as bad:
            return self._sorry(bad)
        except asyncio.CancelledError:
            note_leaving(request, self.scene, 0)
            raise
        blocks = prompt.blocks(body.get("tools"), body["messages"])
        answer = _Answer(request["number"], model, thought, _usage(self._prompts, blocks, thought))
        way = self.way(request)
        if not body.get("stream"):
            sorry = self._sorry(BadRequest("the server had an error", status=500))
            return await whole(request, way, self.scene, answer.whole(), thought.seconds, sorry)
        counted = bool((body.get("stream_options") or {}).get("include_usage"))
        return await stream(
            request,
            way,
            self.scene,
            answer.events(counted),
            named=False,
            failure=lambda: self.error(500, "the server had an error"),
        )

    def _sorry(self, bad: BadRequest) -> web.Response:
        body = openai_error(bad.status, bad.message, bad.code, bad.param)
        return web.json_response(body, status=bad.status)


class AzureChat(OpenAIChat):
    """The same on Azure: a resource's own host, a deployment in the path, ``api-key`` for a key."""

    uses: ClassVar[tuple[str, ...]] = ("azure_llm",)
    hosts: ClassVar[tuple[str, ...]] = (AZURE_HOST,)
    addresses: ClassVar[Mapping[str, str]] = {"endpoint": f"https://{AZURE_HOST}"}

    def routes(self) -> list[web.RouteDef]:
        """The dated path and the one without a date."""
        dated = "/openai/deployments/{deployment}/chat/completions"
        return [
            web.post(dated, self._dated),
            web.post("/openai/v1/chat/completions", self._completions),
        ]

    def key_of(self, request: web.Request) -> str | None:
        """The key from ``api-key``, or the bearer token."""
        return request.headers.get("api-key") or super().key_of(request)

    def error(self, status: int, message: str) -> Mapping[str, Any]:
        """An error's body."""
        return azure_error(status, message)

    def model(self, request: web.Request, body: Mapping[str, Any]) -> str:
        """The deployment's name, which its owner chose."""
        return request.match_info.get("deployment") or str(body.get("model"))

    async def _dated(self, request: web.Request) -> web.StreamResponse:
        if not request.query.get("api-version"):
            return web.json_response(self.error(404, "Resource not found"), status=404)
        return await self._completions(request)


def _usage(prompts: Prompts, blocks: list[str], thought: Thought) -> dict[str, Any]:
    new, cached = prompt.counted(prompts, blocks, asyncio.get_running_loop().time())
    return {
        "prompt_tokens": new + cached,
        "completion_tokens": thought.tokens,
        "total_tokens": new + cached + thought.tokens,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


class _Answer:
    """One completion, in chunks and as a whole."""

    def __init__(self, number: int, model: str, thought: Thought, usage: dict[str, Any]) -> None:
        self._number = number
        self._model = model
        self._thought = thought
        self._usage = usage
        # Seconds of the loop's own clock: two virtual runs are to be the same to the byte.
        self._created = int(asyncio.get_running_loop().time())

    def whole(self) -> dict[str, Any]:
        """The completion as one."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": self._thought.text if self._thought.words else None,
            "refusal": None,
        }
        if self._thought.calls:
            message["tool_calls"] = [
                self._call(at) | {"function": {"name": call.name, "arguments": call.arguments}}
                for at, call in enumerate(self._thought.calls)
            ]
        choice = {"index": 0, "message": message, "finish_reason": self._reason(), "logprobs": None}
        return self._head("chat.completion") | {"choices": [choice], "usage": self._usage}

    async def events(self, counted: bool) -> AsyncGenerator[Event]:
        """The completion as it comes; `counted` adds what it has cost at the end."""
        extra: dict[str, Any] = {"usage": None} if counted else {}
        await asyncio.sleep(self._thought.first_token)
        yield self._chunk({"role": "assistant", "content": "", "refusal": None}) | extra
        async for piece in self._thought.paced(self._thought.words):
            yield self._chunk({"content": piece}) | extra
        # One call a chunk: clients there are that read the first of a chunk only.
        for at, call in enumerate(self._thought.calls):
            opened = {"index": at} | self._call(at)
            opened["function"] = {"name": call.name, "arguments": ""}
            yield self._chunk({"tool_calls": [opened]}) | extra
            async for piece in self._thought.paced(call.pieces):
                more = {"index": at, "function": {"arguments": piece}}
                yield self._chunk({"tool_calls": [more]}) | extra
        yield self._chunk({}, self._reason()) | extra
        if counted:
            head = self._head("chat.completion.chunk")
            yield head | {"choices": [], "usage": self._usage}
        yield "[DONE]"

    def _chunk(self, delta: Mapping[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return self._head("chat.completion.chunk") | {"choices": [choice]}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self._number:024d}",
            "object": kind,
            "created": self._created,
            "model": self._model,
            "service_tier": "default",
            "system_fingerprint": None,
        }

    def _call(self, at: int) -> dict[str, Any]:
        return {"id": f"call_{self._number:020d}{at:04d}", "type": "function"}

    def _reason(self) -> str:
        if self._thought.cut:
            return "length"
        return "tool_calls" if self._thought.calls else "stop"
