"""The way to the model is open before the first question, and still open after a long pause."""

import asyncio
from typing import Any

from callwright.clock import Link, Network, run_virtual
from callwright.clock.doors import network_now
from callwright.emulators.anthropic import AnthropicMessages
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.parts import Reply
from callwright.emulators.standin import Scene, serving
from callwright.services.anthropic_llm import KeptAnthropicLLMService

WAY = 0.1
REQUEST: dict[str, Any] = {
    "model": "claude-sonnet-4-6",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "hello"}],
}


def test_no_question_waits_for_a_connection() -> None:
    async def waits() -> list[float]:
        scene = Scene(mind=ScriptedMind([Reply("Hi.")]), first_token=0.0, each_token=0.0)
        async with serving(AnthropicMessages(scene), "api.anthropic.com", 443):
            service = KeptAnthropicLLMService(
                api_key="k", settings=KeptAnthropicLLMService.Settings(model=REQUEST["model"])
            )
            await service._knock()
            loop = asyncio.get_running_loop()
            took: list[float] = []
            for pause in (10.0, 60.0):
                await asyncio.sleep(pause)
                began = loop.time()
                await service._client.messages.create(**REQUEST)
                took.append(round(loop.time() - began, 3))
            await service._client.close()
            assert [note["type"] for note in scene.received] == ["request", "request"]
            return took

    # A question and its answer, and no handshake.
    took = run_virtual(waits(), network=Network(0, link=Link(latency=WAY)))
    assert took == [2 * WAY, 2 * WAY]


def test_a_knock_at_a_closed_door_is_no_trouble() -> None:
    async def knock() -> None:
        service = KeptAnthropicLLMService(
            api_key="k", settings=KeptAnthropicLLMService.Settings(model=REQUEST["model"])
        )
        await service._knock()
        await service._client.close()

    run_virtual(knock(), network=Network(0))


def test_a_question_taken_back_during_the_handshake_leaves_no_connection() -> None:
    async def held() -> list[int]:
        scene = Scene(mind=ScriptedMind([Reply("Hi.")]))
        async with serving(AnthropicMessages(scene), "api.anthropic.com", 443):
            service = KeptAnthropicLLMService(api_key="k")
            counts: list[int] = []
            # The connection takes two ways, the handshake two, the question and its answer two.
            for ways in range(6):
                asking = asyncio.create_task(service._client.messages.create(**REQUEST))
                await asyncio.sleep((ways + 0.5) * WAY)
                asking.cancel()
                await asyncio.wait([asking])
                await asyncio.sleep(1)
                network = network_now()
                assert network is not None
                counts.append(network.held().get("api.anthropic.com", 0))
            await service._client.close()
            return counts

    assert run_virtual(held(), network=Network(0, link=Link(latency=WAY))) == [0] * 6


def test_another_address_is_asked_when_it_is_given() -> None:
    async def asked() -> str:
        service = KeptAnthropicLLMService(api_key="k", base_url="http://127.0.0.1:1")
        await service._client.close()
        return str(service._client.base_url)

    assert run_virtual(asked(), network=Network(0)).rstrip("/") == "http://127.0.0.1:1"
