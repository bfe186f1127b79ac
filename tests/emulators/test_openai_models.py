"""OpenAI's list of models, at both stand-ins that official clients ask for it."""

import openai
import pytest

from callwright.emulators.openai_chat import OpenAIChat
from callwright.emulators.openai_responses import OpenAIResponses
from callwright.emulators.standin import Scene, serving


@pytest.mark.parametrize("standin", [OpenAIChat, OpenAIResponses])
async def test_models_are_listed(standin) -> None:
    async with (
        serving(standin(Scene()), "127.0.0.1") as port,
        openai.AsyncOpenAI(api_key="k", base_url=f"http://127.0.0.1:{port}/v1") as client,
    ):
        names = [model.id async for model in await client.models.list()]
        assert "gpt-4o-mini" in names
        assert (await client.models.retrieve("gpt-4o-mini")).owned_by == "openai"
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve("claude-sonnet-5")
