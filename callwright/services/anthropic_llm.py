"""Claude over a connection that outlasts the pauses of a conversation."""

from typing import Any

import httpx2
from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
from loguru import logger
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.services.anthropic.llm import AnthropicLLMService

from callwright.services.half_open import close_half_open

# A caller who speaks after a quarter of an hour may wait for a handshake once.
_KEEP_SECONDS = 900.0


class KeptAnthropicLLMService(AnthropicLLMService):
    """Pipecat's service, whose connection is there before the first turn and kept between turns.

    The client of its own forgets an unused connection after five seconds, which is less than an
    answer and a turn take: nearly every turn would wait for a new handshake.

    Args:
        api_key: The key.
        base_url: Another address than the provider's; without it ``ANTHROPIC_BASE_URL`` counts.
        options: As Pipecat's service takes them.
    """

    def __init__(self, *, api_key: str, base_url: str | None = None, **options: Any) -> None:
        limits = httpx2.Limits(keepalive_expiry=_KEEP_SECONDS)
        hooks = {"request": [close_half_open]}
        self._http = DefaultAsyncHttpxClient(limits=limits, event_hooks=hooks)
        client = AsyncAnthropic(api_key=api_key, base_url=base_url, http_client=self._http)
        super().__init__(api_key=api_key, client=client, **options)

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Knock, so that the connection is open when the first question comes."""
        await super().setup(setup)
        self.create_task(self._knock(), "knock")

    async def cleanup(self) -> None:
        """Close the connection with the call."""
        await super().cleanup()
        await self._client.close()

    async def _knock(self) -> None:
        try:
            await self._http.head(self._client.base_url)
        except httpx2.HTTPError as error:
            # The first question will meet the same trouble, and is the one that matters.
            logger.debug(f"{self}: nobody answered a knock: {error!r}")
