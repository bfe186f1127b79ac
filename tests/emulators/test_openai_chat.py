"""The stand-in for OpenAI's Chat Completions, spoken to by the official client and by Pipecat."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import openai
import pytest
from pipecat.services.azure.llm import AzureLLMService
from pipecat.services.openai.llm import OpenAILLMService

from callwright.emulators.faults import Fault
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.openai_chat import AzureChat, OpenAIChat
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

MODEL = "gpt-4.1"
ASK = {"role": "user", "content": "How is the weather?"}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def scene_of(*replies, **settings):
    return Scene(mind=ScriptedMind(replies or weather), **settings)


@asynccontextmanager
async def served(scene, standin=OpenAIChat):
    scene.first_token = scene.each_token = 0.001
    async with serving(standin(scene), "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def client_of(scene):
    async with (
        served(scene) as url,
        openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1", max_retries=0, timeout=10) as client,
    ):
        yield client


async def chunks_of(client, **more):
    request = {"model": MODEL, "messages": [ASK], "stream": True} | more
    return [chunk async for chunk in await client.chat.completions.create(**request)]


async def raw(scene, **more):
    body = {"model": MODEL, "messages": [ASK], "stream": True} | more
    async with (
        served(scene) as url,
        aiohttp.ClientSession(headers={"Authorization": "Bearer k"}) as session,
        session.post(f"{url}/v1/chat/completions", json=body) as answer,
    ):
        *chunks, last = (await answer.text()).strip().split("\n\n")
    assert last == "data: [DONE]"
    return [json.loads(chunk.removeprefix("data: ")) for chunk in chunks]


async def test_chunks_have_the_published_shape():
    counted = {"stream_options": {"include_usage": True}}
    text = await raw(scene_of(Reply("Good day.")), **counted)
    assert lacks(example("openai/chat_text.json"), text) == []
    assert len(text) == 5
    tool = await raw(scene_of(Reply("", [ToolCall("open_door", {"d": 1})])))
    assert lacks(example("openai/chat_tool.json"), tool) == []
    assert "usage" not in tool[0]


async def test_text_streams_and_comes_whole():
    scene = scene_of(Reply("Good day to you."))
    async with client_of(scene) as client:
        chunks = await chunks_of(client, stream_options={"include_usage": True})
        whole = await client.chat.completions.create(model=MODEL, messages=[ASK])
    said = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert said == ["", "Good", " day", " to", " you.", None]
    assert whole.choices[0].message.content == "Good day to you."
    assert whole.choices[0].finish_reason == chunks[-2].choices[0].finish_reason == "stop"
    assert whole.usage.prompt_tokens == chunks[-1].usage.prompt_tokens > 0
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + 4
    assert scene.received[0]["body"]["messages"] == [ASK]


async def test_a_tool_is_called_and_its_result_answered():
    async with client_of(scene_of()) as client:
        request = {"model": MODEL, "tools": [TOOL]}
        first = await client.chat.completions.create(messages=[ASK], **request)
        streamed = await chunks_of(client, tools=[TOOL])
        message = first.choices[0].message
        result = {
            "role": "tool",
            "tool_call_id": message.tool_calls[0].id,
            "content": '{"sky": "clear"}',
        }
        second = await client.chat.completions.create(messages=[ASK, message, result], **request)
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Oslo", "days": 2}
    deltas = [chunk.choices[0].delta.tool_calls for chunk in streamed]
    parts = [part for delta in deltas for part in delta or ()]
    assert parts[0].function.name == "weather"
    assert "".join(part.function.arguments for part in parts) == '{"city": "Oslo", "days": 2}'
    assert second.choices[0].message.content == "It is clear in Oslo."


async def test_two_tools_come_one_after_the_other():
    calls = [ToolCall("a", {"x": 1}), ToolCall("b", {})]
    async with client_of(scene_of(Reply("", calls))) as client:
        chunks = await chunks_of(client)
    parts = [chunk.choices[0].delta.tool_calls for chunk in chunks]
    assert all(len(part) == 1 for part in parts if part)
    order = [part[0].index for part in parts if part]
    assert order == sorted(order)
    assert len({part[0].id for part in parts if part and part[0].id}) == 2


async def test_long_beginnings_are_cached():
    system = {"role": "system", "content": "Be kind. " * 700}
    async with client_of(scene_of(Reply("Yes."))) as client:
        first = await client.chat.completions.create(model=MODEL, messages=[system, ASK])
        again = [system, {"role": "user", "content": "And else?"}]
        second = await client.chat.completions.create(model=MODEL, messages=again)
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    cached = second.usage.prompt_tokens_details.cached_tokens
    assert cached >= 1024
    assert cached % 128 == 0
    assert second.usage.prompt_tokens > cached


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("unauthorized", openai.AuthenticationError, "invalid_api_key"),
        ("forbidden", openai.PermissionDeniedError, None),
        ("rate_limited", openai.RateLimitError, "rate_limit_exceeded"),
        ("server_error", openai.InternalServerError, None),
    ],
)
async def test_errors_at_the_door(fault, error, code):
    async with client_of(scene_of(faults=(Fault(fault, seconds=3),))) as client:
        with pytest.raises(error) as caught:
            await chunks_of(client)
    assert lacks(example("openai/error.json"), caught.value.response.json()) == []
    assert caught.value.code == code
    if fault == "rate_limited":
        assert caught.value.response.headers["retry-after"] == "3"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "claude-sonnet-5"}, 404, "does not exist"),
        ({"model": None}, 400, "model"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, 400, "invalid role"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "a"}]}, 400, "preceding"),
        (
            {
                "messages": [
                    {
                        "role": "assistant",
                        "tool_calls": [
                            {
                                "id": "a",
                                "type": "function",
                                "function": {"name": "b", "arguments": "{}"},
                            }
                        ],
                    },
                    ASK,
                ]
            },
            400,
            "must be followed by tool messages",
        ),
    ],
)
async def test_requests_the_provider_would_refuse(change, status, words):
    async with client_of(scene_of()) as client:
        with pytest.raises(openai.APIStatusError, match=words) as caught:
            await chunks_of(client, **change)
    assert caught.value.status_code == status


async def test_few_tokens_cut_the_answer():
    async with client_of(scene_of(Reply("one two three four"))) as client:
        chunks = await chunks_of(client, max_completion_tokens=2)
    assert chunks[-1].choices[0].finish_reason == "length"


async def test_faults_in_mid_answer():
    faults = (
        Fault("malformed", request=0, after=2),
        Fault("disconnect", request=1, after=2),
        Fault("error", request=2, after=2),
        Fault("refuse", request=3),
    )
    async with client_of(scene_of(faults=faults)) as client:
        with pytest.raises(json.JSONDecodeError):
            await chunks_of(client)
        with pytest.raises(openai.APIConnectionError):
            await chunks_of(client)
        with pytest.raises(openai.APIError, match="the server had an error"):
            await chunks_of(client)
        with pytest.raises(openai.APIConnectionError):
            await chunks_of(client)
        assert (await chunks_of(client))[-1].choices[0].finish_reason == "stop"


async def test_a_client_that_leaves_is_noticed_at_once():
    scene = scene_of(Reply("a b c d", each_token=60.0))
    async with client_of(scene) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=[ASK], stream=True)
        async for chunk in stream:
            if chunk.choices[0].delta.content:
                break
        await stream.close()
        async with asyncio.timeout(5):
            while scene.received[-1]["type"] != "cancelled":  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert scene.received[-1] == {"type": "cancelled", "number": 0, "sent": 2}


async def test_azure_names_the_model_by_its_deployment():
    scene = scene_of(Reply("Good day."), key="secret")
    async with (
        served(scene, AzureChat) as url,
        openai.AsyncAzureOpenAI(
            api_key="secret", azure_endpoint=url, api_version="2024-10-21", max_retries=0
        ) as client,
    ):
        answer = await client.chat.completions.create(model="my-deployment", messages=[ASK])
        assert answer.model == "my-deployment"
        other = client.with_options(api_key="wrong")
        with pytest.raises(openai.AuthenticationError) as caught:
            await other.chat.completions.create(model="my-deployment", messages=[ASK])
    assert caught.value.body["code"] == "401"
    assert "api-version=2024-10-21" in scene.received[0]["path"]


def service_of(url):
    settings = OpenAILLMService.Settings(model=MODEL)
    return OpenAILLMService(api_key="k", base_url=f"{url}/v1", settings=settings)


async def test_pipecat_speaks_its_text():
    async with served(scene_of()) as url:
        bot = SmallBot(service_of(url), ASK)
        await bot.run("Hello there, caller.")
    assert bot.errors == []
    assert bot.usage[0].prompt_tokens > 0


async def test_pipecat_calls_its_tool():
    async with served(scene_of()) as url:
        bot = SmallBot(service_of(url), ASK, tools=WEATHER)
        await bot.run("It is clear in Oslo.")
    assert bot.errors == []
    assert bot.asked == [("weather", {"city": "Oslo", "days": 2})]


async def test_pipecat_speaks_to_azure():
    async with served(scene_of(), AzureChat) as url:
        settings = AzureLLMService.Settings(model="my-deployment")
        for endpoint in (url, f"{url}/openai/v1"):
            llm = AzureLLMService(api_key="k", endpoint=endpoint, settings=settings)
            bot = SmallBot(llm, ASK)
            await bot.run("Hello there, caller.")
            assert bot.errors == []


async def test_a_call_with_the_receptionist_takes_the_message_and_ends():
    async with served(Scene(mind=reception())) as url:
        bot = SmallBot(service_of(url), GREETED, tools=MESSAGE)
        await bot.run("Goodbye.", turns=CALLER)
    assert bot.errors == []
    assert bot.asked == [("take_message", TAKEN), ("end_call", {})]
    assert "4711" in " ".join(bot.said)
