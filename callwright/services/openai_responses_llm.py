"""OpenAI's Responses at one address, which both of its ways follow."""

from typing import Any

from pipecat.services.openai.responses.llm import OpenAIResponsesLLMService


class OneAddressResponsesService(OpenAIResponsesLLMService):
    """Pipecat's service, whose websocket is looked for where HTTP is.

    Pipecat's takes two addresses. Whoever gives only one means both: a conversation must not go to
    the provider because its stand-in was named once.

    Args:
        base_url: As the official client takes it, ``https://…/v1``; None is OpenAI's own.
        ws_url: The websocket's, where it is another.
        options: As Pipecat's service takes them.
    """

    def __init__(
        self, *, base_url: str | None = None, ws_url: str | None = None, **options: Any
    ) -> None:
        if ws_url is None and base_url is not None:
            # http becomes ws, and https wss.
            ws_url = f"{base_url.rstrip('/').replace('http', 'ws', 1)}/responses"
        if ws_url is not None:
            options["ws_url"] = ws_url
        super().__init__(base_url=base_url, **options)
