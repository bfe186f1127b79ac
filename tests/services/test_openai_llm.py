"""OpenAI's chat models leave no connection behind."""

import asyncio
from typing import Any

from callwright.clock import Link, Network, run_virtual
from callwright.clock.doors import network_now
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.openai_chat import OpenAIChat
from callwright.emulators.parts import Reply
from callwright.emulators.standin import Scene, serving
from callwright.services.openai_llm import ClosingOpenAILLMService

WAY = 0.1
REQUEST: dict[str, Any] = {"model": "gpt-5", "messages": [{"role": "user", "content": "hello"}]}


def _held() -> int:
    network = network_now()
    assert network is not None
    return network.held().get("api.openai.com", 0)


def test_the_connection_is_kept_for_the_call_and_closed_with_it() -> None:
    async def held() -> list[int]:
        scene = Scene(mind=ScriptedMind([Reply("Hi.")] * 2))
        async with serving(OpenAIChat(scene), "api.openai.com", 443):
            service = ClosingOpenAILLMService(api_key="k")
            counts = [_held()]
            for _ in range(2):
                await service._client.chat.completions.create(**REQUEST)
                await asyncio.sleep(60.0)
                counts.append(_held())
            await service.cleanup()
            return [*counts, _held()]

    assert run_virtual(held(), network=Network(0, link=Link(latency=WAY))) == [0, 1, 1, 0]


def test_a_question_taken_back_during_the_handshake_leaves_no_connection() -> None:
    async def held() -> list[int]:
        scene = Scene(mind=ScriptedMind([Reply("Hi.")]))
        async with serving(OpenAIChat(scene), "api.openai.com", 443):
            service = ClosingOpenAILLMService(api_key="k")
            counts: list[int] = []
            # The connection takes two ways, the handshake two, the question and its answer two.
            for ways in range(6):
                asking = asyncio.create_task(service._client.chat.completions.create(**REQUEST))
                await asyncio.sleep((ways + 0.5) * WAY)
                asking.cancel()
                await asyncio.wait([asking])
                await asyncio.sleep(1)
                counts.append(_held())
            await service.cleanup()
            return counts

    assert run_virtual(held(), network=Network(0, link=Link(latency=WAY))) == [0] * 6


def test_another_address_is_asked_when_it_is_given() -> None:
    async def asked() -> str:
        service = ClosingOpenAILLMService(api_key="k", base_url="http://127.0.0.1:1")
        await service.cleanup()
        return str(service._client.base_url)

    assert run_virtual(asked(), network=Network(0)).rstrip("/") == "http://127.0.0.1:1"
