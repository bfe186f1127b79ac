"""One connection read from the outside, wherever its bytes are cut."""

import gzip
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.wire.frames import Closing
from callwright.wire.http import ConnectionReader

Told = list[tuple[object, ...]]


class Notes:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: Told = []

    def request(self, method: str, target: str, headers: dict[str, str]) -> None:
        self.told.append(("request", method, target))

    def request_body(self, body: bytes) -> None:
        self.told.append(("request_body", body))

    def response(self, status: int, headers: dict[str, str]) -> None:
        self.told.append(("response", status))

    def response_part(self, part: bytes) -> None:
        if self.told[-1][0] == "part":
            part = bytes(self.told.pop()[1]) + part  # pyright: ignore[reportArgumentType]
        self.told.append(("part", part))

    def response_over(self) -> None:
        self.told.append(("over",))

    def message(self, ours: bool, message: str | bytes) -> None:
        self.told.append(("message", ours, message))

    def closing(self, ours: bool, closing: Closing) -> None:
        self.told.append(("closing", ours, closing.code))

    def unreadable(self, why: str) -> None:
        self.told.append(("unreadable", why))


BODY = json.dumps({"question": "how are you"}).encode()
ASK = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwell\r\n5\r\n, sir\r\n0\r\n\r\n"
)
TOLD = [
    ("request", "POST", "/v1/ask"),
    ("request_body", BODY),
    ("response", 200),
    ("part", b"well, sir"),
    ("over",),
]


@given(st.lists(st.integers(1, len(ASK) + len(ANSWER)), max_size=8))
def test_it_does_not_matter_where_bytes_are_cut(cuts: list[int]) -> None:
    notes = Notes()
    reader = ConnectionReader(notes)
    for _ in range(2):  # the connection is kept
        for data, take in ((ASK, reader.sent), (ANSWER, reader.received)):
            edges = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
            for begin, end in pairwise(edges):
                take(data[begin:end])
    assert notes.told == TOLD * 2


def test_an_answer_to_head_has_no_body() -> None:
    notes = Notes()
    reader = ConnectionReader(notes)
    reader.sent(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    reader.received(b"HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n\r\n")
    reader.sent(ASK)
    reader.received(ANSWER)
    assert [one[0] for one in notes.told[2:4]] == ["response", "over"]
    assert notes.told[4:] == TOLD


def test_a_packed_body_is_unpacked() -> None:
    notes = Notes()
    reader = ConnectionReader(notes)
    packed = gzip.compress(b"the whole answer")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    reader.sent(ASK)
    reader.received(head + packed)
    assert notes.told[-2:] == [("part", b"the whole answer"), ("over",)]


@pytest.mark.parametrize("noise", [b"\x16\x03\x01 this is no HTTP\r\n\r\n", b"GET\r\n\r\n"])
def test_what_cannot_be_read_is_said_once_and_harms_nobody(noise: bytes) -> None:
    notes = Notes()
    reader = ConnectionReader(notes)
    reader.sent(noise)
    reader.sent(noise)
    reader.received(ANSWER)
    assert [one[0] for one in notes.told] == ["unreadable"]
