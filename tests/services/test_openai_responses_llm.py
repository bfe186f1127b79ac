"""One address is enough: the websocket of OpenAI's Responses is looked for beside HTTP."""

import pytest

from callwright.services.openai_responses_llm import OneAddressResponsesService

OPENAI = "wss://api.openai.com/v1/responses"


@pytest.mark.parametrize(
    ("given", "websocket"),
    [
        ({}, OPENAI),
        ({"base_url": "http://127.0.0.1:1/v1"}, "ws://127.0.0.1:1/v1/responses"),
        ({"base_url": "https://one.example/v1/"}, "wss://one.example/v1/responses"),
        ({"base_url": "http://127.0.0.1:1/v1", "ws_url": "ws://two"}, "ws://two"),
    ],
)
def test_the_websocket_is_looked_for_beside_http(given: dict[str, str], websocket: str) -> None:
    service = OneAddressResponsesService(api_key="k", **given)
    assert service._ws_url == websocket
