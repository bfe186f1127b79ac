"""Providers' own clients on the virtual clock, at production addresses, without a socket."""

import asyncio
import json
import time
from typing import Any

import pytest
import websockets.asyncio.client
import websockets.asyncio.server
from small_world import FIRST_ANSWER, WAY, events, on_the_way, serving, since


@pytest.mark.filterwarnings("ignore:.*websockets.*:DeprecationWarning")
def test_the_deepgram_client() -> None:
    from deepgram import AsyncDeepgramClient
    from deepgram.core.events import EventType

    async def main() -> tuple[list[str], float]:
        heard: list[str] = []

        async def listen(link: websockets.asyncio.server.ServerConnection) -> None:
            audio = 0
            async for message in link:
                if isinstance(message, bytes):
                    audio += len(message)
                elif json.loads(message)["type"] == "CloseStream":
                    said = {
                        "type": "Metadata",
                        "transaction_key": "deprecated",
                        "request_id": "1",
                        "sha256": "",
                        "created": "2026-01-05T10:00:00Z",
                        "duration": audio / 32000,
                        "channels": 1,
                    }
                    await link.send(json.dumps(said))
                    return

        async with websockets.asyncio.server.serve(listen, "api.deepgram.com", 443):
            client = AsyncDeepgramClient(api_key="any")
            began = time.monotonic()
            async with client.listen.v1.connect(model="nova-3") as link:
                link.on(EventType.MESSAGE, lambda message: heard.append(str(message.duration)))
                listening = asyncio.create_task(link.start_listening())
                for _ in range(50):
                    await link.send_media(bytes(640))
                    await asyncio.sleep(0.02)
                await link.send_close_stream()
                await listening
            return heard, since(began)

    heard, took = on_the_way(main)
    assert heard == ["1.0"]
    # The audio, the last word and its answer, the closing handshake.
    assert took == pytest.approx(FIRST_ANSWER + 1 + 4 * WAY.latency)


def _sse(event: dict[str, Any]) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event)}"


def test_the_anthropic_client() -> None:
    from anthropic import AsyncAnthropic

    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "any",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 1},
    }
    said = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "text_delta", "text": word},
            }
            for word in ("Good ", "morning.")
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
    ]

    async def main() -> list[tuple[str, float]]:
        heard: list[tuple[str, float]] = []
        route = events("/v1/messages", *(_sse(event) for event in said), every=0.1)
        async with (
            serving("api.anthropic.com", route),
            AsyncAnthropic(api_key="any", max_retries=0) as client,
        ):
            began = time.monotonic()
            async with client.messages.stream(
                model="any", max_tokens=9, messages=[{"role": "user", "content": "hi"}]
            ) as stream:
                async for text in stream.text_stream:
                    heard.append((text, since(began)))
        return heard

    assert on_the_way(main) == [("Good ", 0.38), ("morning.", 0.48)]


def test_the_openai_client() -> None:
    from openai import AsyncOpenAI

    def chunk(text: str) -> str:
        delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        whole = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "any",
            "choices": [delta],
        }
        return f"data: {json.dumps(whole)}"

    async def main() -> list[tuple[str | None, float]]:
        heard: list[tuple[str | None, float]] = []
        lines = (chunk("Good "), chunk("morning."), "data: [DONE]")
        async with (
            serving("api.openai.com", events("/v1/chat/completions", *lines, every=0.1)),
            AsyncOpenAI(api_key="any", max_retries=0) as client,
        ):
            began = time.monotonic()
            stream = await client.chat.completions.create(
                model="any", messages=[{"role": "user", "content": "hi"}], stream=True
            )
            async for piece in stream:
                heard.append((piece.choices[0].delta.content, since(began)))
        return heard

    assert on_the_way(main) == [("Good ", 0.18), ("morning.", 0.28)]
