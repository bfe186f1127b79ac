"""OpenAI's and Azure's realtime models as this project uses them.

Pipecat's services, with words that count once they are heard (`realtime_words`), sessions that come
back when they break (`realtime_session`), and an ear for the rules of the call (`realtime_guided`).
"""

from pipecat.services.azure.realtime.llm import AzureRealtimeLLMService

from callwright.services.realtime_guided import GuidedSession


class OpenAIRealtimeService(GuidedSession):
    """OpenAI Realtime."""


class AzureRealtimeService(GuidedSession, AzureRealtimeLLMService):
    """OpenAI Realtime at Azure."""
