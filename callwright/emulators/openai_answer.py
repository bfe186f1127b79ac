"""One response of OpenAI's Responses API: its events in their order, and the object as it stands.

Written from the published reference and the official client's types as of 2026-11-20.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Literal

from callwright.emulators.sse import Event
from callwright.emulators.thinking import Thought

Status = Literal["in_progress", "completed", "incomplete", "failed", "cancelled"]


class ResponseAnswer:
    """An answer and how far it has come.

    Args:
        number: Counts the stand-in's answers; ids are made of it.
        model: Who answers.
        body: The request, of which the object repeats a part.
        thought: What is answered.
        usage: Tokens of the prompt that are new, and that were cached.
        created: When, in seconds of the loop's clock.
    """

    def __init__(
        self,
        number: int,
        model: str,
        body: Mapping[str, Any],
        thought: Thought,
        usage: tuple[int, int],
        created: int,
    ) -> None:
        self.identity = f"resp_{number:032d}"
        self.thought = thought
        self.sent = 0
        self.when_done: Callable[[], object] = lambda: None
        self._number = number
        self._model = model
        self._body = body
        self._usage = usage
        self._created = created

    async def events(self) -> AsyncGenerator[Event]:
        """The whole answer as it comes; `when_done` is called before the last event."""
        yield self._event("response.created", response=self.response("in_progress"))
        yield self._event("response.in_progress", response=self.response("in_progress"))
        await asyncio.sleep(self.thought.first_token)
        if self.thought.words:
            async for event in self._message():
                yield event
        for at in range(len(self.thought.calls)):
            async for event in self._call(at):
                yield event
        yield self._last()

    async def warmed_up(self) -> AsyncGenerator[Event]:
        """The answer to a request that only prepares the next one: nothing is generated."""
        self.thought = Thought((), (), 0.0, 0.0, cut=False)
        yield self._event("response.created", response=self.response("in_progress"))
        yield self._last()

    def ended(self, how: Literal["failed", "cancelled"]) -> dict[str, Any]:
        """The last event of an answer that was not finished."""
        kind = "response.failed" if how == "failed" else "response.incomplete"
        return self._event(kind, response=self.response(how))

    def output(self) -> list[dict[str, Any]]:
        """All items of the finished answer."""
        status = "incomplete" if self.thought.cut else "completed"
        text = [self._message_item(status)] if self.thought.words else []
        return text + [self._call_item(at, "completed") for at in range(len(self.thought.calls))]

    def response(self, status: Status) -> dict[str, Any]:
        """The object at some moment; items and costs are in it when it is finished."""
        done = status in ("completed", "incomplete")
        body = self._body
        failure = {"code": "server_error", "message": "the server had an error"}
        return {
            "id": self.identity,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "background": False,
            "error": failure if status == "failed" else None,
            "incomplete_details": (
                {"reason": "max_output_tokens"} if status == "incomplete" else None
            ),
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "metadata": body.get("metadata") or {},
            "model": self._model,
            "output": self.output() if done else [],
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": body.get("previous_response_id"),
            "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
            "service_tier": "default",
            "store": body.get("store") is not False,
            "temperature": body.get("temperature", 1.0),
            "text": body.get("text") or {"format": {"type": "text"}},
            "tool_choice": body.get("tool_choice") or "auto",
            "tools": body.get("tools") or [],
            "top_p": body.get("top_p", 1.0),
            "truncation": body.get("truncation") or "disabled",
            "usage": self._counted() if done else None,
            "user": None,
        }

    def _last(self) -> dict[str, Any]:
        self.when_done()
        status = "incomplete" if self.thought.cut else "completed"
        return self._event(f"response.{status}", response=self.response(status))

    def _counted(self) -> dict[str, Any]:
        new, cached = self._usage
        return {
            "input_tokens": new + cached,
            "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
            "output_tokens": self.thought.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": new + cached + self.thought.tokens,
        }

    async def _message(self) -> AsyncGenerator[Event]:
        item = self._message_item("in_progress") | {"content": []}
        where = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        yield self._event("response.output_item.added", output_index=0, item=item)
        yield self._event("response.content_part.added", **where, part=_part(""))
        async for piece in self.thought.paced(self.thought.words):
            yield self._event("response.output_text.delta", **where, delta=piece, logprobs=[])
        text = self.thought.text
        yield self._event("response.output_text.done", **where, text=text, logprobs=[])
        yield self._event("response.content_part.done", **where, part=_part(text))
        status = "incomplete" if self.thought.cut else "completed"
        done = self._message_item(status)
        yield self._event("response.output_item.done", output_index=0, item=done)

    async def _call(self, at: int) -> AsyncGenerator[Event]:
        call = self.thought.calls[at]
        index = at + bool(self.thought.words)
        item = self._call_item(at, "in_progress") | {"arguments": ""}
        where = {"item_id": item["id"], "output_index": index}
        kind = "response.function_call_arguments"
        yield self._event("response.output_item.added", output_index=index, item=item)
        async for piece in self.thought.paced(call.pieces):
            yield self._event(f"{kind}.delta", **where, delta=piece)
        yield self._event(f"{kind}.done", **where, name=call.name, arguments=call.arguments)
        done = self._call_item(at, "completed")
        yield self._event("response.output_item.done", output_index=index, item=done)

    def _message_item(self, status: str) -> dict[str, Any]:
        return {
            "id": f"msg_{self._number:032d}",
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": [_part(self.thought.text)],
        }

    def _call_item(self, at: int, status: str) -> dict[str, Any]:
        call = self.thought.calls[at]
        return {
            "id": f"fc_{self._number:028d}{at:04d}",
            "type": "function_call",
            "status": status,
            "call_id": f"call_{self._number:020d}{at:04d}",
            "name": call.name,
            "arguments": call.arguments,
        }

    def _event(self, kind: str, **fields: Any) -> dict[str, Any]:
        event = {"type": kind, "sequence_number": self.sent, **fields}
        self.sent += 1
        return event


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
