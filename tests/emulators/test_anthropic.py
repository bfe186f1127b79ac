"""The stand-in for Anthropic, spoken to by the official client and by Pipecat's service."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import anthropic
import pytest
from pipecat.services.anthropic.llm import AnthropicLLMService

from callwright.clock import Network, run_virtual
from callwright.emulators.anthropic import AnthropicMessages
from callwright.emulators.faults import Fault
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.parts import Reply, ToolCall
from callwright.emulators.standin import Scene, serving
from tests.emulators.models import (
    CALLER,
    GREETED,
    MESSAGE,
    TAKEN,
    WEATHER,
    SmallBot,
    example,
    lacks,
    reception,
    weather,
)

MODEL = "claude-sonnet-5"
TOOL = {"name": "weather", "input_schema": {"type": "object"}}
ASK = {"role": "user", "content": "How is the weather?"}


@asynccontextmanager
async def client_of(scene, cached_from=1024, **options):
    scene.first_token = scene.each_token = 0.001
    async with serving(AnthropicMessages(scene, cached_from), "127.0.0.1") as port:
        url = f"http://127.0.0.1:{port}"
        async with anthropic.AsyncAnthropic(
            api_key="k", base_url=url, max_retries=0, timeout=10, **options
        ) as client:
            yield client


def scene_of(*replies, **settings):
    return Scene(mind=ScriptedMind(replies or weather), **settings)


async def events_of(client, **more):
    request = {"model": MODEL, "max_tokens": 100, "messages": [ASK], "stream": True} | more
    return [event async for event in await client.messages.create(**request)]


async def raw(scene, **more):
    """The events as they stand on the wire, their names checked against their types."""
    scene.first_token = scene.each_token = 0.0
    body = {"model": MODEL, "max_tokens": 100, "messages": [ASK], "stream": True} | more
    async with serving(AnthropicMessages(scene), "127.0.0.1") as port:
        url = f"http://127.0.0.1:{port}/v1/messages"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=body, headers={"x-api-key": "k"}) as answer,
        ):
            assert answer.content_type == "text/event-stream"
            found = []
            for block in (await answer.text()).strip().split("\n\n"):
                name, data = block.split("\n")
                event = json.loads(data.removeprefix("data: "))
                assert name == f"event: {event['type']}"
                found.append(event)
            return found


async def test_events_have_the_published_shape():
    text = await raw(scene_of(Reply("Good day.")))
    assert lacks(example("anthropic/text.json"), text) == []
    tool = await raw(scene_of(Reply("", [ToolCall("open_door", {"d": 1})])))
    assert lacks(example("anthropic/tool.json"), tool) == []
    assert len(text) == 8


async def test_text_streams_and_comes_whole():
    scene = scene_of(Reply("Good day to you."))
    async with client_of(scene) as client:
        async with client.messages.stream(model=MODEL, max_tokens=99, messages=[ASK]) as stream:
            assert [text async for text in stream.text_stream] == ["Good", " day", " to", " you."]
            message = await stream.get_final_message()
        whole = await client.messages.create(model=MODEL, max_tokens=99, messages=[ASK])
    for one in (message, whole):
        assert one.content[0].text == "Good day to you."
        assert one.stop_reason == "end_turn"
        assert one.usage.output_tokens == 4
        assert one.usage.input_tokens > 0
    assert scene.received[0]["body"]["messages"] == [ASK]


async def test_a_tool_is_called_and_its_result_answered():
    async with client_of(scene_of()) as client:
        request = {"model": MODEL, "max_tokens": 99, "tools": [TOOL]}
        async with client.messages.stream(messages=[ASK], **request) as stream:
            first = await stream.get_final_message()
        assert first.stop_reason == "tool_use"
        assert first.content[1].input == {"city": "Oslo", "days": 2}
        result = {
            "type": "tool_result",
            "tool_use_id": first.content[1].id,
            "content": [{"type": "text", "text": '{"sky": "clear"}'}],
        }
        messages = [ASK, first.to_param(), {"role": "user", "content": [result]}]
        second = await client.messages.create(messages=messages, **request)
        assert second.content[0].text == "It is clear in Oslo."


async def test_the_cache_is_counted_as_written_then_read():
    system = [{"type": "text", "text": "Be kind. " * 40, "cache_control": {"type": "ephemeral"}}]
    request = {"model": MODEL, "max_tokens": 99, "messages": [ASK], "system": system}
    async with client_of(scene_of(Reply("Yes.")), cached_from=50) as client:
        first = (await client.messages.create(**request)).usage
        request["messages"] = [{"role": "user", "content": "And else?"}]
        second = (await client.messages.create(**request)).usage
        third = (await client.messages.create(**request | {"system": "Be kind."})).usage
    assert first.cache_read_input_tokens == 0
    assert first.cache_creation_input_tokens > 80
    assert first.cache_creation.ephemeral_5m_input_tokens == first.cache_creation_input_tokens
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert second.cache_creation_input_tokens == 0
    assert (third.cache_read_input_tokens, third.cache_creation_input_tokens) == (0, 0)


async def test_short_prompts_are_not_cached():
    system = [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]
    async with client_of(scene_of(Reply("Yes."))) as client:
        for _ in range(2):
            answer = await client.messages.create(
                model=MODEL, max_tokens=99, messages=[ASK], system=system
            )
            assert answer.usage.cache_read_input_tokens == 0
            assert answer.usage.cache_creation_input_tokens == 0


@pytest.mark.parametrize(
    ("fault", "error", "kind"),
    [
        ("unauthorized", anthropic.AuthenticationError, "authentication_error"),
        ("forbidden", anthropic.PermissionDeniedError, "permission_error"),
        ("rate_limited", anthropic.RateLimitError, "rate_limit_error"),
        ("server_error", anthropic.InternalServerError, "api_error"),
    ],
)
async def test_errors_at_the_door(fault, error, kind):
    async with client_of(scene_of(faults=(Fault(fault, seconds=3),))) as client:
        with pytest.raises(error) as caught:
            await events_of(client)
    assert lacks(example("anthropic/error.json"), caught.value.body) == []
    assert caught.value.body["error"]["type"] == kind
    if fault == "rate_limited":
        assert caught.value.response.headers["retry-after"] == "3"


async def test_the_key_is_looked_at():
    async with client_of(scene_of(key="other")) as client:
        with pytest.raises(anthropic.AuthenticationError):
            await events_of(client)
    scene = scene_of(key="token")
    async with client_of(scene, auth_token="token", default_headers={"x-api-key": ""}) as client:
        assert (await events_of(client))[-1].type == "message_stop"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "gpt-5"}, 404, "model: gpt-5"),
        ({"max_tokens": None}, 400, "max_tokens"),
        ({"messages": []}, 400, "at least one message"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, "role"),
        ({"messages": [{"role": "user", "content": ""}]}, 400, "non-empty"),
        ({"messages": [ASK, {"role": "assistant", "content": "So"}]}, 400, "prefill"),
        (
            {
                "messages": [
                    ASK,
                    {
                        "role": "assistant",
                        "content": [{"type": "tool_use", "id": "a", "name": "b", "input": {}}],
                    },
                    ASK,
                ]
            },
            400,
            "tool_result",
        ),
    ],
)
async def test_requests_the_provider_would_refuse(change, status, words):
    async with client_of(scene_of()) as client:
        with pytest.raises(anthropic.APIStatusError, match=words) as caught:
            await events_of(client, **change)
    assert caught.value.status_code == status


async def test_a_script_that_is_over_says_so():
    messages = [ASK, {"role": "assistant", "content": "a"}, ASK]
    async with client_of(scene_of(Reply("one"))) as client:
        with pytest.raises(anthropic.BadRequestError, match="holds 1 answers"):
            await events_of(client, messages=messages)


async def test_few_tokens_cut_the_answer():
    async with client_of(scene_of(Reply("one two three four"))) as client:
        message = await client.messages.create(model=MODEL, max_tokens=2, messages=[ASK])
    assert message.stop_reason == "max_tokens"
    assert message.content[0].text == "one two"


async def test_faults_in_mid_answer():
    faults = (
        Fault("malformed", request=0, after=3),
        Fault("disconnect", request=1, after=3),
        Fault("error", request=2, after=3),
        Fault("stall", request=3, after=3),
        Fault("refuse", request=4),
    )
    async with client_of(scene_of(faults=faults)) as client:
        with pytest.raises(json.JSONDecodeError):
            await events_of(client)
        # httpx's own error, not wrapped by the client once the stream is open.
        with pytest.raises(Exception, match=r"(?i)incomplete|closed|disconnect"):
            await events_of(client)
        with pytest.raises(anthropic.APIStatusError, match="Overloaded"):
            await events_of(client)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await events_of(client)
        with pytest.raises(anthropic.APIConnectionError):
            await events_of(client)
        assert (await events_of(client))[-1].type == "message_stop"


async def test_a_client_that_leaves_is_noticed_at_once():
    scene = scene_of(Reply("a b c d", each_token=60.0))
    before = asyncio.all_tasks()
    async with client_of(scene) as client:
        stream = await client.messages.create(
            model=MODEL, max_tokens=99, messages=[ASK], stream=True
        )
        async for event in stream:
            if event.type == "content_block_delta":
                break
        await stream.close()
        async with asyncio.timeout(5):
            while scene.received[-1]["type"] != "cancelled":  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert scene.received[-1] == {"type": "cancelled", "number": 0, "sent": 4}
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def service_of(client):
    return AnthropicLLMService(
        api_key="k", client=client, settings=AnthropicLLMService.Settings(model=MODEL)
    )


async def test_pipecat_speaks_its_text():
    async with client_of(scene_of()) as client:
        bot = SmallBot(await service_of(client), ASK)
        await bot.run("Hello there, caller.")
    assert bot.errors == []
    assert bot.usage[0].prompt_tokens > 0
    assert bot.usage[0].completion_tokens == 5


async def test_pipecat_calls_its_tool():
    async with client_of(scene_of()) as client:
        bot = SmallBot(await service_of(client), ASK, tools=WEATHER)
        await bot.run("It is clear in Oslo.")
    assert bot.errors == []
    assert bot.asked == [("weather", {"city": "Oslo", "days": 2})]


async def test_pipecat_reports_an_overloaded_provider():
    async with client_of(scene_of(faults=(Fault("error", after=4),))) as client:
        bot = SmallBot(await service_of(client), ASK)
        await bot.run()
    assert "Overloaded" in bot.errors[0]


async def test_a_call_with_the_receptionist_takes_the_message_and_ends():
    async with client_of(Scene(mind=reception())) as client:
        bot = SmallBot(await service_of(client), GREETED, tools=MESSAGE)
        await bot.run("Goodbye.", turns=CALLER)
    assert bot.errors == []
    assert bot.asked == [("take_message", TAKEN), ("end_call", {})]
    assert "4711" in " ".join(bot.said)


def test_the_pace_holds_on_the_virtual_clock_at_the_production_address():
    async def main():
        scene = Scene(mind=ScriptedMind([Reply("one two three", first_token=0.4, each_token=0.1)]))
        async with (
            serving(AnthropicMessages(scene), "api.anthropic.com", 443),
            anthropic.AsyncAnthropic(api_key="k") as client,
        ):
            began = time.monotonic()
            stream = await client.messages.create(
                model=MODEL, max_tokens=99, messages=[ASK], stream=True
            )
            return [
                (round(time.monotonic() - began, 6), event.delta.text)
                async for event in stream
                if event.type == "content_block_delta"
            ]

    assert run_virtual(main(), network=Network()) == [(0.4, "one"), (0.5, " two"), (0.6, " three")]


async def test_tokens_are_counted_as_the_answer_counts_them() -> None:
    async with client_of(scene_of()) as client:
        counted = await client.messages.count_tokens(model=MODEL, messages=[ASK], tools=[TOOL])
        answer = await client.messages.create(
            model=MODEL, messages=[ASK], tools=[TOOL], max_tokens=50
        )
    assert counted.input_tokens == answer.usage.input_tokens > 0


async def test_a_text_that_cites_nothing_has_no_citations() -> None:
    """Clients that read strictly take them for a list or for nothing at all."""
    scene = scene_of(Reply("Good day."))
    async with client_of(scene) as client:
        answer = await client.messages.create(model=MODEL, messages=[ASK], max_tokens=50)
    assert answer.content[0].to_dict() == {"type": "text", "text": "Good day."}
