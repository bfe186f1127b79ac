"""A cassette as files: what is written is read; secrets are not in it; damage is said."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.plan import plan_of
from callwright.calls.sensitive_words import SensitiveWords
from callwright.declarations.load import load
from callwright.wire.cassette import CassetteError, read_cassette, write_cassette
from callwright.wire.entries import (
    Close,
    Entry,
    Gone,
    Message,
    Over,
    Part,
    Request,
    Response,
    Said,
    Unread,
)
from callwright.wire.masking import Masks
from callwright.wire.recorder import Overheard

KEY = "sk-ant-very-secret-0123456789"
FACTS = {"agent": "clinic", "stack": "cascaded", "started": "2026-01-05T10:00:00+00:00"}
TODAY = date(2026, 1, 5)

EVERYTHING: list[Entry] = [
    Request(0.1, "POST", "/v1/messages", {"beta": ["true"]}, {}, Said(json={"n": 1}), 0.2),
    Response(0.5, 200, {"content-type": "text/event-stream"}),
    Part(0.6, Said(json={"type": "delta"}, event="delta")),
    Part(0.7, Said(text="[DONE]", event="")),
    Part(0.75, Said(sound=[0, 4])),
    Over(0.8),
    Message(0.9, True, Said(sound=640), until=1.5),
    Message(1.6, False, Said(json={"data": {"$sound": [0, 4]}})),
    Close(2.0, True, 1000, "bye"),
    Unread(2.1, "noise"),
    Gone(2.2, False),
]


def written(folder: Path, entries: list[Entry], masks: Masks, service: str = "some_llm") -> str:
    heard = Overheard("api.example.com", (service,), 0.05, entries, bytearray(b"\1\2\3\4"))
    write_cassette(folder, [heard], masks, FACTS | {"masked": True})
    return "".join(path.read_text("latin-1") for path in (folder / "wire").iterdir())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written(tmp_path, EVERYTHING, Masks({}))
    cassette = read_cassette(tmp_path)
    assert (cassette.agent, cassette.stack) == ("clinic", "cascaded")
    (connection,) = cassette.connections
    assert list(connection.entries) == EVERYTHING
    assert connection.sound == b"\1\2\3\4"


def test_keys_are_taken_out_wherever_they_stand(tmp_path: Path) -> None:
    entries: list[Entry] = [
        Request(
            0.0,
            "GET",
            f"/v1/{KEY}",
            {"api_key": [KEY], "access_token": ["another"], "q": [f"x{KEY}"]},
            {},
            Said(json={"voice": KEY, "client_secret": "ek_another", "deep": [{"a": f"k={KEY}"}]}),
        ),
        Message(0.1, False, Said(text=f"hello {KEY}")),
    ]
    text = written(tmp_path, entries, Masks({KEY: "ANTHROPIC_API_KEY"}))
    assert KEY not in text
    assert "another" not in text
    assert text.count("${ANTHROPIC_API_KEY}") == 5


def sensitive() -> SensitiveWords:
    words = SensitiveWords(plan_of(load("clinic", "embedded").agent), TODAY)
    words.learn("date_of_birth", "1985-03-03")
    return words


def deltas(key: str, *pieces: str) -> list[Entry]:
    return [
        Part(0.0, Said(json={"type": "content_block_delta", "index": 1, "delta": {key: piece}}))
        for piece in pieces
    ]


HEARD = "march third nineteen eighty five"


def result(text: str, asked: tuple[str, ...]) -> Message:
    words = [{"word": word, "start": at} for at, word in enumerate(text.split())]
    alternative: dict[str, Any] = {"transcript": text, "words": words}
    channel = {"alternatives": [alternative]}
    said = Said(json={"type": "Results", "is_final": True, "channel": channel})
    return Message(0.0, False, said, asked=asked)


@pytest.mark.parametrize(
    ("service", "entries"),
    [
        ("deepgram_stt", [result(HEARD, ("date_of_birth",))]),
        # An interim result, before anybody could know whose it is.
        ("deepgram_stt", [result("march third nineteen", ())]),
        ("some_llm", deltas("text", "You were born on Mar", "ch 3rd, nine", "teen eighty-five.")),
        ("some_llm", deltas("partial_json", '{"date_of_birth": "19', '85-03-03"}')),
        (
            "cartesia_tts",
            [Message(0.0, True, Said(json={"transcript": "I have March 3rd, 1985. Right?"}))],
        ),
        (
            "cartesia_tts",
            [
                Message(
                    0.0,
                    False,
                    Said(json={"word_timestamps": {"words": ["March", "third,", "1985."]}}),
                )
            ],
        ),
        (
            "some_llm",
            [
                Request(
                    0.0,
                    "POST",
                    "/",
                    body=Said(
                        json={
                            "system": "The date of birth is 1985-03-03.",
                            "messages": [{"role": "user", "content": f"it is {HEARD}"}],
                            "tools": [{"input": {"date_of_birth": "1985-03-03"}}],
                        }
                    ),
                )
            ],
        ),
    ],
)
def test_sensitive_values_are_taken_out_however_they_are_cut(
    service: str, entries: list[Entry], tmp_path: Path
) -> None:
    masks = Masks({}, sensitive())
    text = written(tmp_path, entries, masks, service).lower()
    assert "•••" in text.encode("latin-1").decode()
    # The pieces of a text that is cut are read as one.
    plain = "".join(char for char in text if char.isalnum() or char == " ")
    for given in ("1985", "march", "eighty", "nineteen", "third", "teen eighty"):
        assert given not in plain
    read_cassette(tmp_path)


def test_what_is_not_sensitive_stays(tmp_path: Path) -> None:
    entries = deltas("text", "Which day would ", "suit you, Anna?")
    text = written(tmp_path, entries, Masks({}, sensitive()))
    assert "Which day would " in text
    assert "suit you, Anna?" in text


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda wire: (wire / "index.json").unlink(), "no wire/index.json in it"),
        (lambda wire: (wire / "index.json").write_text("{"), "index.json:1:2: this is no JSON"),
        (
            lambda wire: (wire / "index.json").write_text('{"format": 7}'),
            "format 7 is not readable",
        ),
        (lambda wire: (wire / "index.json").write_text('{"format": 1}'), "lacks what an index has"),
        (lambda wire: (wire / "001-some_llm.jsonl").unlink(), "No such file"),
        (lambda wire: (wire / "001-some_llm.sound").write_bytes(b"\1"), "1 bytes where 4 were"),
        (
            lambda wire: (wire / "001-some_llm.jsonl").write_text("{}\n"),
            "001-some_llm.jsonl:1:1: 1 lines where 11 were written",
        ),
    ],
)
def test_damage_is_said_with_its_place(damage: Any, message: str, tmp_path: Path) -> None:
    written(tmp_path, EVERYTHING, Masks({}))
    damage(tmp_path / "wire")
    with pytest.raises(CassetteError) as refused:
        read_cassette(tmp_path)
    assert message in str(refused.value)
    assert str(tmp_path) in str(refused.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", ":3:2: this is no JSON"),
        ('{"at": 0, "kind": "telepathy"}', ":3:1: this is no entry of a cassette"),
        ('{"at": 0, "kind": "part"}', ":3:1: said: Field required"),
        ('{"at": "soon", "kind": "over"}', ":3:1: at: Input should be a valid number"),
    ],
)
def test_a_broken_line_is_said_with_its_place(line: str, message: str, tmp_path: Path) -> None:
    written(tmp_path, EVERYTHING, Masks({}))
    path = tmp_path / "wire" / "001-some_llm.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], line, *lines[3:]]) + "\n")
    with pytest.raises(CassetteError) as refused:
        read_cassette(tmp_path)
    assert message in str(refused.value)


def test_an_index_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    written(tmp_path, EVERYTHING, Masks({}))
    path = tmp_path / "wire" / "index.json"
    index = json.loads(path.read_text())
    index["connections"][0]["name"] = "../../etc/passwd"
    path.write_text(json.dumps(index))
    with pytest.raises(CassetteError, match="is no name of a file"):
        read_cassette(tmp_path)
