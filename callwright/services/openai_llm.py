"""OpenAI's chat models over a connection that ends with the call."""

from typing import Any

from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.utils.http import connection_limits

from callwright.services.half_open import close_half_open


class ClosingOpenAILLMService(OpenAILLMService):
    """Pipecat's service, which leaves its connection to the provider open when a call is over.

    Args as of Pipecat's service.
    """

    def create_client(self, *args: Any, **options: Any) -> AsyncOpenAI:
        """The client; it keeps its connection during the call, and closes what it gives up."""
        limits = connection_limits(
            max_keepalive_connections=100, max_connections=1000, keepalive_expiry=None
        )
        http = DefaultAsyncHttpxClient(limits=limits, event_hooks={"request": [close_half_open]})
        return super().create_client(*args, **options).with_options(http_client=http)

    async def cleanup(self) -> None:
        """Close the connection with the call."""
        await super().cleanup()
        await self._client.close()
