"""Call folders: what is written is read; what is broken says where."""

import contextlib
import json
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.calls import events as ev
from callwright.calls.digest import digest
from callwright.calls.event_lines import from_line
from callwright.calls.folder import CallFolderError, make_folder, read_call, write_meta

EVENTS = [
    ev.Connected(at=0.1),
    ev.Heard(at=1.5, text="¿qué tal?", confidence=0.75),
    ev.Ended(at=2.0, outcome="abandoned", reason="the caller hung up"),
]


def folder(path: Path, state: str = "ended", lines: list[str] | None = None) -> Path:
    write_meta(path, {"call_id": "c", "state": state})
    texts = [json.dumps(ev.to_line(event)) for event in EVENTS] if lines is None else lines
    (path / "events.jsonl").write_text("".join(f"{text}\n" for text in texts))
    return path


def test_a_call_reads_as_it_was_written(tmp_path: Path) -> None:
    record = read_call(folder(tmp_path))
    assert record.events == EVENTS
    assert record.meta["call_id"] == "c"
    assert record.cut_off == ""


def _kinds_of(hint: Any) -> tuple[Any, ...]:
    """What `str | None` and `dict[str, Any]` are made of."""
    return (get_origin(hint), *get_args(hint))


def test_every_event_survives_its_line() -> None:
    examples = {dict: {"n": 1}, str: "words", float: 1.25, bool: True, int: 2, Any: [1]}
    for kind in ev.KINDS.values():
        fields = {
            name: next(one for of, one in examples.items() if of in {hint, *_kinds_of(hint)})
            for name, hint in kind.__annotations__.items()
            if name not in ("at", "name")
        }
        event = kind(at=2.5, **fields)
        assert from_line(json.loads(json.dumps(ev.to_line(event)))) == event


def test_a_call_that_was_cut_off_opens_and_says_so(tmp_path: Path) -> None:
    whole = json.dumps(ev.to_line(EVENTS[0]))
    record = read_call(folder(tmp_path, "running", [whole, '{"at": 1.5, "eve']))
    assert record.events == EVENTS[:1]
    assert "stopped before the call ended" in record.cut_off


def test_a_record_that_lacks_its_end_says_so(tmp_path: Path) -> None:
    record = read_call(folder(tmp_path, lines=[json.dumps(ev.to_line(EVENTS[0]))]))
    assert record.cut_off == "events.jsonl lacks the end of the call"


def test_folders_do_not_collide(tmp_path: Path) -> None:
    names = [make_folder(tmp_path / "calls", "a/b c").name for _ in range(3)]
    assert names == ["a-b-c", "a-b-c-2", "a-b-c-3"]
    assert make_folder(tmp_path, "..").parent == tmp_path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "expected a mapping"),
        ("- a\n", "expected a mapping"),
        ("format: 99\n", "format 99"),
        ("a: [\n", r"call\.yaml:\d+:\d+: this YAML cannot be read"),
        ("a: *b\n", r"call\.yaml:1:4: this YAML cannot be read"),
        ("\x00\x01", "cannot be read"),
    ],
)
def test_a_broken_call_yaml_is_named(tmp_path: Path, content: str, message: str) -> None:
    folder(tmp_path)
    (tmp_path / "call.yaml").write_text(content)
    with pytest.raises(CallFolderError, match=message):
        read_call(tmp_path)


def test_missing_and_foreign_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"no call\.yaml"):
        read_call(tmp_path)
    with pytest.raises(CallFolderError, match="no such call folder"):
        read_call(tmp_path / "nowhere")
    folder(tmp_path, lines=['{"at": 1, "event": "from_the_future"}', "{}", "{}", "{}"])
    with pytest.raises(CallFolderError, match=r"events.jsonl:1:1: event 'from_the_future'"):
        read_call(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"at": "x", "event": "connected"}', "event 'connected': 'at': input should be a valid"),
        ('{"at": 1, "event": "heard", "text": 7}', "event 'heard': 'text': input should be a"),
        ('{"at": 1, "event": "heard"}', "event 'heard': 'text': field required"),
        ('{"event": "connected"}', "event 'connected' is incomplete: 'at' is missing"),
        ('{"at": 1, "event": "tool_started", "tool": "a", "arguments": 3}', "'arguments': input"),
        ("[1]", "a line is an object, not list"),
        ('{"at": 1, "event": ["heard"]}', "is unknown"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    folder(tmp_path, lines=[line, "{}", "{}", "{}"])
    with pytest.raises(CallFolderError) as refused:
        read_call(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path}/events.jsonl:1:1: ")
    assert message in str(refused.value)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = folder(tmp_path_factory.mktemp("call"))
    (path / "events.jsonl").write_bytes(raw)
    with contextlib.suppress(CallFolderError):
        assert read_call(path).meta["call_id"] == "c"


def test_the_digest_sees_events_and_sound() -> None:
    base = digest(EVENTS, [b"\0\0"])
    assert base == digest(EVENTS, [b"\0\0"])
    assert len({base, digest(EVENTS[:1], [b"\0\0"]), digest(EVENTS, [b"\1\0"])}) == 3
