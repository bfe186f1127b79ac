"""One response of a realtime session: what the model says and calls, event by event."""

import asyncio
import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callwright.emulators.parts import Message, Reply, ToolCall, pieces
from callwright.emulators.realtime_audio import Format
from callwright.emulators.realtime_items import Conversation, Item, pieces_of
from callwright.emulators.realtime_speech import speech
from callwright.emulators.realtime_usage import audio_tokens
from callwright.emulators.standin import Scene
from callwright.emulators.thinking import BadRequest
from callwright.emulators.tokens import tokens

Emit = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Order:
    """What a response is made from.

    Args:
        id: Its id.
        messages: What the model is sent.
        tools: The tools it may call.
        modality: ``audio`` or ``text``.
        wire: The format of its sound.
        voice: The name of the voice, as the session configures it.
        limit: Most output tokens; None for no limit.
        metadata: What the client tags it with.
        conversation: The conversation it is added to; None when it is out of band.
        conversation_id: That one's id.
        input_usage: What its input is billed.
    """

    id: str
    messages: Sequence[Message]
    tools: Sequence[str]
    modality: str
    wire: Format
    voice: Any
    limit: int | None = None
    metadata: Mapping[str, str] | None = None
    conversation: Conversation | None = None
    conversation_id: str | None = None
    input_usage: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Full(Exception):
    """The response has used the tokens it was allowed."""


class Response:
    """A response while it lasts.

    Args:
        order: What it is made from.
        scene: Who thinks and speaks, and how fast.
        pace: How much faster than it sounds the sound is sent.
        emit: Sends an event, at once and in order.
        new_id: Makes an id of a kind.
    """

    def __init__(
        self, order: Order, scene: Scene, pace: float, emit: Emit, new_id: Callable[[str], str]
    ) -> None:
        self.order = order
        self.items: list[Item] = []
        self.status = "in_progress"
        self.sound_began: float | None = None
        self._scene = scene
        self._pace = pace
        self._emit = emit
        self._new_id = new_id
        self._details: Mapping[str, Any] | None = None

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.status == "in_progress"

    def seconds(self) -> float:
        """How long the sound of it is that was sent."""
        return math.fsum(item.seconds for item in self.items)

    def begin(self) -> None:
        """Send the first event."""
        self._emit("response.created", {"response": self.shape()})

    async def run(self) -> None:
        """Answer, until ``response.done``."""
        try:
            reply = await self._answer()
        except BadRequest as wrong:
            error = {"type": "server_error", "code": wrong.code, "message": wrong.message}
            return self.end("failed", error=error)
        usual = self._scene.first_token
        await asyncio.sleep(usual if reply.first_token is None else reply.first_token)
        try:
            if reply.text and self.order.modality == "audio":
                await self._speak(reply)
            elif reply.text:
                await self._write(reply)
            for call in reply.calls:
                await self._call(call, self._gap(reply))
        except Full:
            return self.end("incomplete", "max_output_tokens")
        self.end("completed")

    def end(
        self, status: str, reason: str | None = None, error: Mapping[str, Any] | None = None
    ) -> None:
        """End it now, closing what is open; one that has ended stays as it is."""
        if not self.active:
            return
        if self.items and self.items[-1].status == "in_progress":
            self._close("completed" if status == "completed" else "incomplete")
        self.status = status
        if status != "completed":
            details = {"type": status, "reason": reason, "error": error}
            self._details = {name: value for name, value in details.items() if value is not None}
        self._emit("response.done", {"response": self.shape()})
        total = self._usage()["total_tokens"] if status != "failed" else 0
        limits = [("requests", 1000, 1), ("tokens", 100_000, total)]
        rates = [
            {"name": name, "limit": limit, "remaining": limit - used,
             "reset_seconds": round(60 * used / limit, 3)}
            for name, limit, used in limits
        ]  # fmt: skip
        self._emit("rate_limits.updated", {"rate_limits": rates})

    async def _answer(self) -> Reply:
        if self._scene.mind is None:
            raise BadRequest("this stand-in was given no mind to answer with")
        return await self._scene.mind.answer(self.order.messages, self.order.tools)

    async def _speak(self, reply: Reply) -> None:
        item = self._open(
            Item(self._new_id("item"), role="assistant", part="output_audio", wire=self.order.wire)
        )
        where = self._part_added({"type": "audio", "transcript": ""})
        await asyncio.sleep(self._scene.first_byte)
        self._scene.spoken.append(reply.text)
        self.sound_began = asyncio.get_running_loop().time()
        for chunk in speech(self._scene.voice, reply.text, self.order.wire):
            for word in chunk.words:
                delta = f" {word.text}" if item.text else word.text
                item.text += delta
                item.words.append(word)
                self._emit("response.output_audio_transcript.delta", {**where, "delta": delta})
            if chunk.audio:
                item.audio.extend(chunk.audio)
                item.seconds += chunk.seconds
                delta = base64.b64encode(chunk.audio).decode()
                self._emit("response.output_audio.delta", {**where, "delta": delta})
            self._check_limit()
            await asyncio.sleep(chunk.seconds / self._pace)
        self._close("completed")

    async def _write(self, reply: Reply) -> None:
        item = self._open(Item(self._new_id("item"), role="assistant", part="output_text"))
        where = self._part_added({"type": "text", "text": ""})
        for delta in pieces(reply.text):
            item.text += delta
            self._emit("response.output_text.delta", {**where, "delta": delta})
            self._check_limit()
            await asyncio.sleep(self._gap(reply))
        self._close("completed")

    async def _call(self, call: ToolCall, gap: float) -> None:
        item = self._open(
            Item(
                self._new_id("item"),
                "function_call",
                part="",
                name=call.name,
                call_id=self._new_id("call"),
            )
        )
        where = {**self._where(item), "call_id": item.call_id}
        for delta in pieces_of(json.dumps(dict(call.arguments))):
            item.text += delta
            self._emit("response.function_call_arguments.delta", {**where, "delta": delta})
            self._check_limit()
            await asyncio.sleep(gap)
        self._close("completed")

    def _open(self, item: Item) -> Item:
        item.status = "in_progress"
        self.items.append(item)
        shape = item.shape()
        place = {"response_id": self.order.id, "output_index": len(self.items) - 1}
        self._emit("response.output_item.added", {**place, "item": shape})
        if self.order.conversation is not None:
            before = self.order.conversation.add(item)
            self._emit("conversation.item.added", {"previous_item_id": before, "item": shape})
        return item

    def _part_added(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        where = {**self._where(self.items[-1]), "content_index": 0}
        self._emit("response.content_part.added", {**where, "part": part})
        return where

    def _where(self, item: Item) -> dict[str, Any]:
        index = self.items.index(item)
        return {"response_id": self.order.id, "item_id": item.id, "output_index": index}

    def _close(self, status: str) -> None:
        """Close the open item with all the ends of what it holds."""
        item = self.items[-1]
        item.status = status
        where = self._where(item)
        part = {**where, "content_index": 0}
        match item.part:
            case "output_audio":
                self._emit("response.output_audio.done", part)
                said = {"transcript": item.text}
                self._emit("response.output_audio_transcript.done", {**part, **said})
                done = {"part": {"type": "audio", **said}}
                self._emit("response.content_part.done", {**part, **done})
            case "output_text":
                self._emit("response.output_text.done", {**part, "text": item.text})
                done = {"part": {"type": "text", "text": item.text}}
                self._emit("response.content_part.done", {**part, **done})
            case _:
                call = {"call_id": item.call_id, "name": item.name, "arguments": item.text}
                self._emit("response.function_call_arguments.done", {**where, **call})
        if self.order.conversation is not None:
            before = self.order.conversation.before(item)
            self._emit("conversation.item.done", {"previous_item_id": before, "item": item.shape()})
        place = {"response_id": self.order.id, "output_index": where["output_index"]}
        self._emit("response.output_item.done", {**place, "item": item.shape()})

    def _gap(self, reply: Reply) -> float:
        return self._scene.each_token if reply.each_token is None else reply.each_token

    def _check_limit(self) -> None:
        if self.order.limit is not None and sum(self._spent()) >= self.order.limit:
            raise Full

    def _spent(self) -> tuple[int, int]:
        """Output tokens so far: of text, a transcript's included, and of sound."""
        written = sum(tokens(item.text) for item in self.items)
        return written, sum(audio_tokens(item.seconds, heard=False) for item in self.items)

    def _usage(self) -> dict[str, Any]:
        text, audio = self._spent()
        given = self.order.input_usage
        return {
            "total_tokens": given.get("input_tokens", 0) + text + audio,
            **given,
            "output_tokens": text + audio,
            "output_token_details": {"text_tokens": text, "audio_tokens": audio},
        }

    def shape(self) -> dict[str, Any]:
        """The response as the protocol writes it."""
        done = self.status not in ("in_progress", "failed")
        return {
            "object": "realtime.response",
            "id": self.order.id,
            "status": self.status,
            "status_details": self._details,
            "output": [] if self.active else [item.shape() for item in self.items],
            "conversation_id": self.order.conversation_id,
            "output_modalities": [self.order.modality],
            "max_output_tokens": self.order.limit or "inf",
            "audio": {"output": {"format": self.order.wire.shape(), "voice": self.order.voice}},
            "usage": self._usage() if done else None,
            "metadata": self.order.metadata,
        }
