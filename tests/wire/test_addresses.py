"""What is an address, and of which place."""

import pytest

from callwright.wire.addresses import Address, address_in


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://127.0.0.1:8701", Address("localhost", 8701, tls=False)),
        ("ws://LocalHost:8701/tts/websocket", Address("localhost", 8701, tls=False)),
        ("http://one.example/v1", Address("one.example", 80, tls=False)),
        ("https://One.Example/v1", Address("one.example", 443)),
        ("wss://one.example:8443", Address("one.example", 8443)),
        ("nova-3", None),
        ("one.example:8443", None),
        ("https://one.example:port", None),
        ("https://", None),
        ("ftp://one.example", None),
        ("", None),
    ],
)
def test_a_url_is_an_address(text: str, address: Address | None) -> None:
    assert address_in(text) == address


def test_a_host_alone_is_one_where_that_is_asked() -> None:
    assert address_in("api.eu.example:444", bare=True) == Address("api.eu.example", 444)
    assert address_in("", bare=True) is None
