"""Message threads: what the official clients' tool runners send in place of the conversation."""

import asyncio
from contextlib import asynccontextmanager

import anthropic
import pytest

from callwright.emulators import anthropic_threads
from callwright.emulators.anthropic import AnthropicMessages
from callwright.emulators.anthropic_threads import BETA
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.parts import Reply, ToolCall
from callwright.emulators.standin import Scene, serving

TOOL = {"name": "weather", "input_schema": {"type": "object"}}
ASK = {"role": "user", "content": "How is the weather?"}
CREATE = {"type": "create"}


@asynccontextmanager
async def client_of(*replies):
    scene = Scene(mind=ScriptedMind(replies), first_token=0.0, each_token=0.0)
    async with serving(AnthropicMessages(scene), "127.0.0.1") as port:
        url = f"http://127.0.0.1:{port}"
        async with anthropic.AsyncAnthropic(api_key="k", base_url=url, max_retries=0) as client:
            yield client


async def say(client, thread, *messages, betas=(BETA,), **more):
    return await client.beta.messages.create(
        model="claude-sonnet-5",
        max_tokens=100,
        messages=messages,
        betas=list(betas),
        extra_body={"thread": thread},
        **more,
    )


def after(message):
    return {"type": "continue", "previous_message_id": message.id}


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_thread_goes_on_from_its_last_answer(streamed) -> None:
    replies = (Reply("A moment.", [ToolCall("weather", {})]), Reply("It rains."), Reply("Bye."))
    async with client_of(*replies) as client:
        first = await say(client, CREATE, ASK, tools=[TOOL], system="Be brief.")
        result = {"type": "tool_result", "tool_use_id": first.content[1].id, "content": "rain"}
        told = {"role": "user", "content": [result]}
        second = await say(client, after(first), told, stream=streamed)
        if streamed:
            events = [event async for event in second]
            second = events[0].message
        else:
            assert second.content[0].text == "It rains."
        third = await say(client, after(second), {"role": "user", "content": "Thanks"})
        assert third.content[0].text == "Bye."


async def refused(client, thread, **more):
    with pytest.raises(anthropic.APIStatusError) as caught:
        await say(client, thread, ASK, **more)
    error = caught.value.body["error"]
    return caught.value.status_code, error.get("details", {}).get("error_code")


async def test_what_cannot_be_continued_is_refused_as_published(monkeypatch) -> None:
    async with client_of(Reply("One."), Reply("Two.")) as client:
        lost = {"type": "continue", "previous_message_id": "msg_of_another"}
        assert await refused(client, lost) == (404, "thread_not_found")
        first = await say(client, CREATE, ASK, system="Be brief.")
        other = await refused(client, after(first), system="Be long.")
        assert other == (400, "thread_fingerprint_mismatch")
        assert await refused(client, CREATE, betas=()) == (400, None)
        assert await refused(client, {"type": "begin"}) == (400, None)
        await say(client, after(first), ASK)
        assert await refused(client, after(first)) == (400, "thread_already_continued")
        monkeypatch.setattr(anthropic_threads, "_KEPT_SECONDS", 0.0)
        forgotten = await say(client, CREATE, ASK)
        await asyncio.sleep(0.01)
        assert await refused(client, after(forgotten)) == (404, "thread_not_found")


async def test_models_are_listed_page_by_page() -> None:
    async with client_of() as client:
        names = [model.id async for model in await client.models.list(limit=2)]
        assert len(names) == len(set(names)) == 3
        assert (await client.models.retrieve(names[0])).id == names[0]
        with pytest.raises(anthropic.NotFoundError):
            await client.models.retrieve("gpt-4o")
