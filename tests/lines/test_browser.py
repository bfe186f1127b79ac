import re

import pytest
from starlette.testclient import TestClient

from callwright.lines.browser import PAGE, PageAbout, create_app
from callwright.lines.browser_calls import CallSummary

ABOUT = PageAbout("reception", "embedded", ("stun:stun.example.org",))


async def never(_line):
    return CallSummary("completed", 0.0, None)


@pytest.fixture
def client():
    with TestClient(create_app(never, ABOUT, max_calls=2), base_url="http://localhost") as client:
        yield client


def test_the_page_and_all_it_refers_to_are_served(client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    referred = re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', page.text)
    assert sorted(referred) == ["app.css", "app.js"]
    for name in referred:
        assert client.get(f"/{name}").status_code == 200


def test_the_page_says_who_answers(client):
    assert client.get("/api/about").json() == {
        "agent": "reception",
        "stack": "embedded",
        "ice_servers": ["stun:stun.example.org"],
    }


def test_a_call_past_the_limit_is_refused_with_a_sentence(client):
    seats = [client.post("/api/calls") for _ in range(3)]
    assert [seat.status_code for seat in seats] == [201, 201, 503]
    assert "2 calls at a time" in seats[2].json()["detail"]
    assert client.delete(f"/api/calls/{seats[0].json()['id']}").status_code == 200
    assert client.post("/api/calls").status_code == 201


def test_a_seat_can_be_looked_at(client):
    call_id = client.post("/api/calls").json()["id"]
    assert client.get(f"/api/calls/{call_id}").json() == {"state": "waiting", "summary": None}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/calls/unknown", None, 404),
        ("DELETE", "/api/calls/unknown", None, 404),
        ("POST", "/api/calls/unknown/offer", {"sdp": "v=0", "type": "offer"}, 404),
        ("POST", "/api/calls/unknown/offer", {"sdp": "v=0", "type": "answer"}, 422),
        ("POST", "/api/calls/unknown/offer", {"sdp": "", "type": "offer"}, 422),
        ("POST", "/api/calls/unknown/offer", {"sdp": "v" * 200_000, "type": "offer"}, 422),
        ("PATCH", "/api/calls/unknown/offer", {"pc_id": "x", "candidates": []}, 404),
        ("PATCH", "/api/calls/unknown/offer", {"pc_id": None, "candidates": None}, 422),
        ("GET", "/api/nothing", None, 404),
        ("GET", "/docs", None, 404),
        ("GET", "/openapi.json", None, 404),
        ("GET", "/../browser.py", None, 404),
    ],
)
def test_requests_that_fit_nothing_are_refused(client, method, path, body, status):
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_unusable_offer_is_refused_with_a_sentence(client):
    call_id = client.post("/api/calls").json()["id"]
    answer = client.post(f"/api/calls/{call_id}/offer", json={"sdp": "v=0", "type": "offer"})
    assert answer.status_code == 400
    assert answer.json() == {"detail": "The browser offered no sound."}


def test_another_site_cannot_place_a_call(client):
    answer = client.post("/api/calls", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403


def test_the_page_asks_nobody_else():
    for path in PAGE.glob("app.*"):
        # Addresses in the bundle are names of projects in comments and metadata, never fetched.
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href|url\(|import\(|fetch\()[\"'`=(\s]*https?:", text)
    assert not re.search(r"(?:src|href)=\"https?:", (PAGE / "index.html").read_text())
