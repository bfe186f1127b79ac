"""Several stand-ins under one host name: each at its own paths, behind its own door."""

import aiohttp
import openai
import pytest

from callwright.emulators.faults import Fault
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.openai_chat import AzureChat, OpenAIChat
from callwright.emulators.openai_responses import OpenAIResponses
from callwright.emulators.parts import Reply
from callwright.emulators.realtime import AzureRealtime, OpenAIRealtime
from callwright.emulators.standin import Scene, serving
from callwright.emulators.together import Together


def saying(text: str, **more: object) -> Scene:
    return Scene(mind=ScriptedMind([[Reply(text)]]), first_token=0.0, **more)  # pyright: ignore


async def test_each_protocol_answers_at_its_own_path() -> None:
    host = Together(
        [OpenAIRealtime(saying("spoken")), OpenAIChat(saying("chat")), OpenAIResponses(saying("r"))]
    )
    assert host.cancels
    async with serving(host, "127.0.0.1") as port:
        client = openai.AsyncOpenAI(api_key="any", base_url=f"http://127.0.0.1:{port}/v1")
        chat = await client.chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "hi"}]
        )
        response = await client.responses.create(model="gpt-5", input="hi")
        async with client.realtime.connect(model="gpt-realtime") as session:
            assert (await session.recv()).type == "session.created"
        await client.close()
    assert chat.choices[0].message.content == "chat"
    assert response.output_text == "r"


async def test_faults_and_keys_are_each_ones_own() -> None:
    host = Together(
        [
            OpenAIChat(saying("chat", key="the-key")),
            OpenAIResponses(saying("r", faults=(Fault("server_error"),))),
        ]
    )
    async with serving(host, "127.0.0.1") as port:
        url = f"http://127.0.0.1:{port}/v1"
        body = {"model": "gpt-5", "messages": [{"role": "user", "content": "hi"}], "input": "hi"}
        async with aiohttp.ClientSession(headers={"Authorization": "Bearer other"}) as session:
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                assert answer.status == 401
            async with session.post(f"{url}/responses", json=body) as answer:
                assert answer.status == 500
            async with session.post(f"{url}/nothing", json=body) as answer:
                assert answer.status == 404


@pytest.mark.parametrize("kind", [AzureChat, AzureRealtime])
def test_a_stand_in_says_where_it_is_found(kind: type[AzureChat] | type[AzureRealtime]) -> None:
    assert all(kind.hosts[0] in address for address in kind.addresses.values())
    assert kind.addresses
