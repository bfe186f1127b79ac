"""OpenAI's and Azure's realtime models as this project uses them.

Pipecat's services, with words that count once they are heard (`realtime_words`) and sessions that
come back when they break (`realtime_session`).
"""

from pipecat.services.azure.realtime.llm import AzureRealtimeLLMService

from callwright.services.realtime_session import LastingSession


class OpenAIRealtimeService(LastingSession):
    """OpenAI Realtime."""


class AzureRealtimeService(LastingSession, AzureRealtimeLLMService):
    """OpenAI Realtime at Azure."""
