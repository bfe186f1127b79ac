import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from callwright.lines.browser_guard import LARGEST_BODY, Guard

client = TestClient(Guard(PlainTextResponse("welcome"), ["talk.example.org"]))


def status(host, method="POST", **headers):
    return client.request(
        method, "/", headers={"host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
    ).status_code


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:7860",
        "127.0.0.1:7860",
        "[::1]:7860",
        "192.168.0.7:7860",
        "talk.example.org",
        "Talk.Example.org:443",
    ],
)
def test_our_own_names_are_served(host):
    assert status(host) == 200
    assert status(host, origin=f"http://{host}") == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "a b", "@::1"],
)
def test_a_name_somebody_else_points_here_is_refused(host):
    assert status(host) == 403
    assert status(host, method="GET") == 403


@given(st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{2,6}){1,3}", fullmatch=True))
def test_no_unknown_name_is_served(name):
    assert status(name) == (200 if name == "talk.example.org" else 403)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost",
        "http://localhost:7861",
        "http://127.0.0.1:7860",
        "http://localhost:7860.evil.example",
        "",
    ],
)
def test_another_site_may_not_ask(origin):
    assert status("localhost:7860", origin=origin) == 403


def test_a_cross_site_request_is_refused_even_with_our_own_origin():
    origin = "http://localhost:7860"
    assert status("localhost:7860", origin=origin, sec_fetch_site="cross-site") == 403
    assert status("localhost:7860", origin=origin, sec_fetch_site="same-origin") == 200


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "x", "-1"])
def test_a_large_body_is_refused_before_it_is_read(length):
    assert status("localhost", content_length=length) == 413


def test_every_answer_carries_the_security_headers():
    for host in ("localhost", "evil.example"):
        headers = client.get("/", headers={"host": host}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "microphone=(self)" in headers["permissions-policy"]
