"""Every stand-in there is, by the catalogue name of the service it stands for.

A table of names, so that asking what there is imports none of them; a test holds it against what
the classes say of themselves.
"""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callwright.emulators.standin import StandIn


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a stand-in is found, and how foreign clients are pointed at it.

    Args:
        at: Its class as ``module:Class``, in this package.
        client: What to tell the official client. ``{http}`` and ``{ws}`` are base URLs.
        path: What ends a base URL as the official client wants it.
        websocket: Whether it is spoken to over a websocket, if only sometimes.
    """

    at: str
    client: str
    path: str = ""
    websocket: bool = False

    def url(self, scheme: str, port: int) -> str:
        """The base URL on this machine, with ``http``, ``https``, ``ws`` or ``wss``."""
        return f"{scheme}://127.0.0.1:{port}{self.path}"


_OPENAI = "OPENAI_BASE_URL={http}"
_DEEPGRAM = """environment=DeepgramClientEnvironment(
    base="{http}", production="{ws}",
    agent="{ws}", agent_rest="{http}")"""
_CARTESIA = """base_url="{http}",
websocket_base_url="{ws}\""""

PROVIDERS = {
    "anthropic_llm": Provider("anthropic:AnthropicMessages", "ANTHROPIC_BASE_URL={http}"),
    "azure_llm": Provider("openai_chat:AzureChat", "AZURE_OPENAI_ENDPOINT={http}"),
    "azure_realtime": Provider(
        "realtime:AzureRealtime", _OPENAI, path="/openai/v1", websocket=True
    ),
    "cartesia_tts": Provider("cartesia:CartesiaTTS", _CARTESIA, websocket=True),
    "deepgram_stt": Provider("deepgram:Deepgram", _DEEPGRAM, websocket=True),
    "deepgram_flux_stt": Provider("deepgram:Deepgram", _DEEPGRAM, websocket=True),
    "openai_llm": Provider("openai_chat:OpenAIChat", _OPENAI, path="/v1"),
    "openai_realtime": Provider("realtime:OpenAIRealtime", _OPENAI, path="/v1", websocket=True),
    "openai_responses_llm": Provider(
        "openai_responses:OpenAIResponses", _OPENAI, path="/v1", websocket=True
    ),
}


def stand_in_for(use: str) -> "type[StandIn] | None":
    """The stand-in of a service of the catalogue; None when there is none."""
    provider = PROVIDERS.get(use)
    if provider is None:
        return None
    module, _, name = provider.at.partition(":")
    return getattr(importlib.import_module(f"callwright.emulators.{module}"), name)


def proven() -> frozenset[str]:
    """The catalogue names of all services that a stand-in answers for."""
    return frozenset(PROVIDERS)
