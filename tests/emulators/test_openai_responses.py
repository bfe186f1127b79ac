"""The stand-in for OpenAI's Responses API, over HTTP and websocket, official client and Pipecat."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import openai
import pytest
from pipecat.frames.frames import InterruptionFrame
from pipecat.services.openai.responses.llm import (
    OpenAIResponsesHttpLLMService,
    OpenAIResponsesLLMService,
)

from callwright.emulators.faults import Fault
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.openai_responses import OpenAIResponses
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
TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": None}


def scene_of(*replies, **settings):
    return Scene(mind=ScriptedMind(replies or weather), **settings)


@asynccontextmanager
async def served(scene):
    scene.first_token = scene.each_token = 0.001
    async with serving(OpenAIResponses(scene), "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}/v1"


@asynccontextmanager
async def client_of(scene):
    async with (
        served(scene) as url,
        openai.AsyncOpenAI(api_key="k", base_url=url, max_retries=0, timeout=10) as client,
    ):
        yield client


async def events_of(client, **more):
    request = {"model": MODEL, "input": [ASK], "stream": True} | more
    return [event async for event in await client.responses.create(**request)]


async def turn(connection, **more):
    """One response over the websocket: its events up to the last."""
    event = {"type": "response.create", "model": MODEL, "input": [ASK], "store": False} | more
    await connection.send(event)
    return await rest(connection)


async def rest(connection):
    last = ("response.completed", "response.failed", "response.incomplete", "error")
    events = []
    async with asyncio.timeout(5):
        while not events or events[-1].type not in last:
            events.append(await connection.recv())
    return events


async def test_earlier_items_may_be_named_only() -> None:
    call = Reply("A moment.", [ToolCall("weather", {})])
    async with client_of(scene_of(call, Reply("It rains."))) as client:
        first = await client.responses.create(model=MODEL, input=[ASK], tools=[TOOL])
        named = [{"type": "item_reference", "id": item.id} for item in first.output]
        told = {
            "type": "function_call_output",
            "call_id": first.output[1].call_id,
            "output": "rain",
        }
        second = await client.responses.create(model=MODEL, input=[ASK, *named, told])
        assert second.output_text == "It rains."
        with pytest.raises(openai.NotFoundError, match="msg_other"):
            await client.responses.create(model=MODEL, input=[ASK, {"id": "msg_other"}])


async def until_left(scene, times=1):
    async with asyncio.timeout(5):
        while [e["type"] for e in scene.received].count("cancelled") < times:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_events_have_the_published_shape():
    for reply, path in (
        (Reply("Good day."), "openai/responses_text.json"),
        (Reply("", [ToolCall("open_door", {"d": 1})]), "openai/responses_tool.json"),
    ):
        async with (
            served(scene_of(reply)) as url,
            aiohttp.ClientSession(headers={"Authorization": "Bearer k"}) as session,
            session.post(
                f"{url}/responses", json={"model": MODEL, "input": "Hello", "stream": True}
            ) as answer,
        ):
            blocks = [block.split("\n") for block in (await answer.text()).strip().split("\n\n")]
        events = [json.loads(data.removeprefix("data: ")) for _, data in blocks]
        assert [name for name, _ in blocks] == [f"event: {event['type']}" for event in events]
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        assert lacks(example(path), events) == []


async def test_text_streams_and_comes_whole():
    scene = scene_of(Reply("Good day to you."))
    async with client_of(scene) as client:
        async with client.responses.stream(model=MODEL, input=[ASK]) as stream:
            kinds = [event.type async for event in stream]
            streamed = await stream.get_final_response()
        whole = await client.responses.create(model=MODEL, input="How is the weather?")
    assert kinds.count("response.output_text.delta") == 4
    for one in (streamed, whole):
        assert one.output_text == "Good day to you."
        assert one.status == "completed"
        assert one.usage.output_tokens == 4
        assert one.usage.input_tokens > 0
    assert scene.received[0]["body"]["input"] == [ASK]


async def test_a_tool_is_called_and_its_result_answered():
    async with client_of(scene_of()) as client:
        request = {"model": MODEL, "tools": [TOOL]}
        events = await events_of(client, tools=[TOOL])
        first = events[-1].response
        call = first.output[1]
        assert json.loads(call.arguments) == {"city": "Oslo", "days": 2}
        result = {
            "type": "function_call_output",
            "call_id": call.call_id,
            "output": '{"sky": "clear"}',
        }
        said = [ASK, *(item.to_dict() for item in first.output), result]
        whole = await client.responses.create(input=said, **request)
        chained = await client.responses.create(
            input=[result], previous_response_id=first.id, **request
        )
    assert whole.output_text == chained.output_text == "It is clear in Oslo."


async def test_what_was_not_stored_is_not_found():
    async with client_of(scene_of()) as client:
        first = await client.responses.create(model=MODEL, input=[ASK], store=False)
        with pytest.raises(openai.BadRequestError) as caught:
            await client.responses.create(model=MODEL, input=[ASK], previous_response_id=first.id)
    assert caught.value.code == "previous_response_not_found"


async def test_long_beginnings_are_cached():
    request = {"model": MODEL, "instructions": "Be kind. " * 700}
    async with client_of(scene_of(Reply("Yes."))) as client:
        await client.responses.create(input="Well?", **request)
        usage = (await client.responses.create(input="And?", **request)).usage
    assert usage.input_tokens_details.cached_tokens >= 1024


async def test_the_websocket_answers_turn_by_turn():
    scene = scene_of()
    async with client_of(scene) as client, client.responses.connect() as connection:
        first = await turn(connection, tools=[TOOL])
        response = first[-1].response
        assert [event.type for event in first[:2]] == ["response.created", "response.in_progress"]
        assert response.output[0].content[0].text == "Let me look."
        result = {
            "type": "function_call_output",
            "call_id": response.output[1].call_id,
            "output": '{"sky": "clear"}',
        }
        second = await turn(
            connection, input=[result], previous_response_id=response.id, tools=[TOOL]
        )
        text = "".join(e.delta for e in second if e.type == "response.output_text.delta")
        assert text == "It is clear in Oslo."
        [lost] = await turn(connection, previous_response_id="resp_x")
        assert lost.error.code == "previous_response_not_found"
        assert lost.status == 400
        [unknown] = await turn(connection, type="response.sing")
        assert "response.sing" in unknown.error.message
    assert [event["type"] for event in scene.received][:2] == ["connected", "response.create"]


async def test_a_request_may_only_warm_up():
    async with client_of(scene_of()) as client, client.responses.connect() as connection:
        warm = await turn(connection, generate=False, stream_id="lane")
        assert warm[-1].response.output == []
        assert {event.stream_id for event in warm} == {"lane"}
        again = {"role": "user", "content": "And tomorrow?"}
        events = await turn(connection, input=[again], previous_response_id=warm[-1].response.id)
    assert events[-1].response.output[0].content[0].text == "Hello there, caller."


async def test_an_answer_is_cancelled_and_the_next_is_given():
    scene = scene_of(Reply("a b c d", each_token=60.0), Reply("done"))
    async with client_of(scene) as client, client.responses.connect() as connection:
        await connection.send({"type": "response.create", "model": MODEL, "input": [ASK]})
        identity = (await connection.recv()).response.id
        await connection.send({"type": "response.cancel", "response_id": identity})
        assert (await rest(connection))[-1].response.status == "cancelled"
        more = [ASK, {"role": "assistant", "content": "a"}, ASK]
        assert (await turn(connection, input=more))[-1].response.status == "completed"
        await connection.send({"type": "response.cancel", "response_id": identity})
        assert (await turn(connection, input=more))[-1].response.status == "completed"
    assert [e["type"] for e in scene.received].count("cancelled") == 1


async def test_clients_that_leave_are_noticed_at_once():
    scene = scene_of(Reply("a b c d", each_token=60.0))
    before = asyncio.all_tasks()
    async with client_of(scene) as client:
        stream = await client.responses.create(model=MODEL, input=[ASK], stream=True)
        async for event in stream:
            if event.type == "response.output_text.delta":
                break
        await stream.close()
        await until_left(scene)
        async with client.responses.connect() as connection:
            await connection.send({"type": "response.create", "model": MODEL, "input": [ASK]})
            while (await connection.recv()).type != "response.output_text.delta":
                pass
        await until_left(scene, times=2)
    left = [event for event in scene.received if event["type"] == "cancelled"]
    assert [(event["number"], event["sent"]) for event in left] == [(0, 5), (1, 5)]
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unauthorized", openai.AuthenticationError),
        ("rate_limited", openai.RateLimitError),
        ("server_error", openai.InternalServerError),
        ("refuse", openai.APIConnectionError),
    ],
)
async def test_errors_at_the_door(fault, error):
    async with client_of(scene_of(faults=(Fault(fault),))) as client:
        with pytest.raises(error):
            await events_of(client)
        with pytest.raises(Exception, match=r"(?i)401|429|500|did not receive|connection"):
            await client.responses.connect().enter()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "claude-sonnet-5"}, 404, "does not exist"),
        ({"input": []}, 400, "input"),
        ({"input": [{"role": "robot", "content": "x"}]}, 400, "invalid role"),
        (
            {"input": [{"type": "function_call_output", "call_id": "a", "output": "x"}]},
            400,
            "no tool call found",
        ),
        (
            {
                "input": [
                    {"type": "function_call", "call_id": "a", "name": "b", "arguments": "{}"},
                    ASK,
                ]
            },
            400,
            "no tool output found",
        ),
    ],
)
async def test_requests_the_provider_would_refuse(change, status, words):
    async with client_of(scene_of()) as client:
        with pytest.raises(openai.APIStatusError, match=words) as caught:
            await events_of(client, **change)
    assert caught.value.status_code == status


async def test_few_tokens_cut_the_answer():
    async with client_of(scene_of(Reply("one two three four"))) as client:
        events = await events_of(client, max_output_tokens=2)
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.incomplete_details.reason == "max_output_tokens"


async def test_faults_in_mid_answer():
    faults = (
        Fault("malformed", request=0, after=3),
        Fault("disconnect", request=1, after=3),
        Fault("error", request=2, after=3),
        Fault("error", request=4, after=3),
        Fault("disconnect", request=5, after=3),
    )
    async with client_of(scene_of(faults=faults)) as client:
        with pytest.raises(json.JSONDecodeError):
            await events_of(client)
        with pytest.raises(openai.APIConnectionError):
            await events_of(client)
        failed = (await events_of(client))[-1]
        assert failed.type == "response.failed"
        assert failed.response.error.code == "server_error"
        assert (await events_of(client))[-1].type == "response.completed"
        async with client.responses.connect() as connection:
            assert (await turn(connection))[-1].type == "response.failed"
            assert (await turn(connection))[-1].type == "response.completed"
        async with client.responses.connect() as connection:
            with pytest.raises(Exception, match=r"(?i)close frame|closed"):
                await turn(connection)


def http_service(url):
    settings = OpenAIResponsesHttpLLMService.Settings(model=MODEL)
    return OpenAIResponsesHttpLLMService(api_key="k", base_url=url, settings=settings)


def websocket_service(url):
    settings = OpenAIResponsesLLMService.Settings(model=MODEL)
    socket = f"{url.replace('http', 'ws', 1)}/responses"
    return OpenAIResponsesLLMService(api_key="k", base_url=url, ws_url=socket, settings=settings)


SERVICES = pytest.mark.parametrize("service", [http_service, websocket_service])


@SERVICES
async def test_pipecat_speaks_its_text(service):
    async with served(scene_of()) as url:
        bot = SmallBot(service(url), ASK)
        await bot.run("Hello there, caller.")
    assert bot.errors == []
    assert bot.usage[0].prompt_tokens > 0


@SERVICES
async def test_pipecat_calls_its_tool(service):
    scene = scene_of()
    async with served(scene) as url:
        bot = SmallBot(service(url), ASK, tools=WEATHER)
        await bot.run("It is clear in Oslo.")
    assert bot.errors == []
    assert bot.asked == [("weather", {"city": "Oslo", "days": 2})]


@SERVICES
async def test_a_call_with_the_receptionist_takes_the_message_and_ends(service):
    scene = Scene(mind=reception())
    async with served(scene) as url:
        bot = SmallBot(service(url), GREETED, tools=MESSAGE)
        await bot.run("Goodbye.", turns=CALLER)
    assert bot.errors == []
    assert bot.asked == [("take_message", TAKEN), ("end_call", {})]
    if service is websocket_service:
        # What the provider knows already is not sent again.
        created = [event for event in scene.received if event["type"] == "response.create"]
        assert created[1]["previous_response_id"]
        assert len(created[1]["input"]) == 1


async def test_pipecat_cancels_when_the_caller_interrupts():
    scene = scene_of(Reply("a b c d", each_token=60.0), Reply("Hello again."))
    async with served(scene) as url:
        bot = SmallBot(websocket_service(url))

        async def interrupt():
            while not scene.received or scene.received[-1]["type"] != "response.create":  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)
            await bot.worker.queue_frame(InterruptionFrame())

        interrupting = asyncio.create_task(interrupt())
        await bot.run("Hello again.", turns=("One", "Two"))
        await interrupting
    assert bot.errors == []
    assert [event["type"] for event in scene.received].count("cancelled") == 1
