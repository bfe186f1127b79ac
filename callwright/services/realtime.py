"""OpenAI's and Azure's realtime models as this project uses them.

Pipecat's services, with words that count once they are heard (`realtime_words`), sessions that come
back when they break (`realtime_session`), and an ear for the rules of the call (`realtime_guided`).
"""

from typing import Any

from pipecat.services.azure.realtime.llm import AzureRealtimeLLMService

from callwright.services.realtime_guided import GuidedSession


class OpenAIRealtimeService(GuidedSession):
    """OpenAI Realtime.

    Args:
        api_key: OpenAI's key.
        kwargs: As of Pipecat's service.
    """

    def __init__(self, *, api_key: str, **kwargs: Any) -> None:
        super().__init__(api_key=api_key, **kwargs)


class AzureRealtimeService(GuidedSession, AzureRealtimeLLMService):
    """OpenAI Realtime at Azure.

    Args:
        base_url: The resource's address, ``wss://RESOURCE.openai.azure.com/openai/v1/realtime``.
        api_key: The resource's key.
        kwargs: As of Pipecat's service.
    """

    def __init__(self, *, base_url: str, api_key: str | None = None, **kwargs: Any) -> None:
        super().__init__(base_url=base_url, api_key=api_key, **kwargs)
