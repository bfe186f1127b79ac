import socket

import pytest

from callwright.declarations.errors import InputError
from callwright.lines.browser_serve import address_of, listen


def test_a_free_port_is_found_and_printed():
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert address_of(listening) == f"http://127.0.0.1:{port}"


def test_a_port_in_use_is_named_with_a_remedy():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} is in use.*--port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "not a host", "a" * 300, "a..b"])
def test_a_host_that_is_not_ours_is_refused(host):
    with pytest.raises(InputError, match=r"127\.0\.0\.1"):
        listen(host, 0)


def test_an_open_address_is_shown_as_one_that_can_be_opened():
    with listen("0.0.0.0", 0) as listening:
        assert address_of(listening).startswith("http://localhost:")


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address_is_shown_in_brackets():
    try:
        listening = listen("::1", 0)
    except InputError:
        pytest.skip("IPv6 is switched off here")
    with listening:
        assert address_of(listening).startswith("http://[::1]:")
