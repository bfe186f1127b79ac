"""The realtime stand-in's own rules, without a network: time is virtual where it counts."""

import asyncio
import base64
import json
from collections.abc import Coroutine, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from realtime_play import NoiseVoice, Played, noise, quiet, scene, user

from callwright.clock import run_virtual
from callwright.emulators.parts import Message, Reply, TimedWord, ToolCall
from callwright.emulators.realtime_audio import Format
from callwright.emulators.realtime_config import updated, usual
from callwright.emulators.realtime_items import Item, messages
from callwright.emulators.realtime_session import Session
from callwright.emulators.realtime_speech import speech, timed
from callwright.emulators.realtime_usage import Ledger

FIXTURES = Path(__file__).parent / "fixtures" / "openai_realtime"

SOUND = base64.b64encode(bytes(9600)).decode()
TOOL: Any = {"type": "function", "name": "t", "description": "", "parameters": {}}
INPUT: Any = {
    "format": {"type": "audio/pcm", "rate": 24000},
    "transcription": {"model": "whisper-1", "language": "en", "prompt": ""},
    "noise_reduction": {"type": "near_field"},
    "turn_detection": {"type": "server_vad", "threshold": 0.5, "idle_timeout_ms": 6000},
}
OUTPUT: Any = {"format": {"type": "audio/pcmu"}, "voice": {"id": "v"}, "speed": 1.0}
RESULT: Any = {"type": "function_call_output", "call_id": "c1", "output": "{}"}
VALID: list[Any] = [
    {
        "type": "session.update",
        "session": {
            "type": "realtime", "instructions": "", "tools": [TOOL], "tool_choice": "auto",
            "audio": {"input": INPUT, "output": OUTPUT}, "include": None, "prompt": None,
            "max_output_tokens": "inf", "output_modalities": ["text"], "tracing": "auto",
        },
    },
    {"type": "input_audio_buffer.append", "audio": SOUND},
    {"type": "input_audio_buffer.commit", "event_id": None},
    {"type": "conversation.item.create", "previous_item_id": None, "item": user("Hi", id="u1")},
    {
        "type": "conversation.item.create",
        "item": {"type": "function_call", "call_id": "c1", "name": "t", "arguments": "{}"},
    },
    {"type": "conversation.item.create", "item": RESULT},
    {
        "type": "conversation.item.create",
        "item": {
            "type": "message", "role": "user",
            "content": [{"type": "input_audio", "audio": SOUND, "transcript": None}],
        },
    },
    {"type": "conversation.item.retrieve", "item_id": "u1"},
    {"type": "conversation.item.truncate", "item_id": "u1", "content_index": 0, "audio_end_ms": 1},
    {
        "type": "response.create",
        "response": {
            "conversation": "none", "tools": [TOOL], "metadata": {"a": "b"},
            "audio": {"output": OUTPUT},
            "tool_choice": {"type": "function", "name": "t"}, "max_output_tokens": 5,
            "input": [{"type": "item_reference", "id": "u1"}, user("Hi"), RESULT],
        },
    },
    {"type": "response.create"},
    {"type": "response.cancel", "response_id": None},
]  # fmt: skip


class Line:
    """Carries a session nowhere: keeps its events with the seconds they were sent at."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, Mapping[str, Any]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def out(self, event: Mapping[str, Any]) -> None:
        self.sent.append((asyncio.get_running_loop().time(), event))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._tasks.append(asyncio.get_running_loop().create_task(work))
        return self._tasks[-1]

    def when(self, name: str) -> list[float]:
        return [at for at, event in self.sent if event["type"] == name]

    def only(self, name: str) -> Mapping[str, Any]:
        (found,) = (event for _, event in self.sent if event["type"] == name)
        return found

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()


def begun(played: Played, **turns: Any) -> tuple[Session, Line]:
    line = Line()
    session = Session(line, played, played.habits, usual("sess_1", "gpt-realtime", 0), 1)
    change = {"type": "realtime", "audio": {"input": {"turn_detection": turns or None}}}
    session.take({"type": "session.update", "session": change})
    return session, line


async def speak(session: Session, pcm: bytes) -> None:
    """A caller in real time, in steps of 20 ms."""
    for start in range(0, len(pcm), 960):
        sound = base64.b64encode(pcm[start : start + 960]).decode()
        session.take({"type": "input_audio_buffer.append", "audio": sound})
        await asyncio.sleep(0.02)


def test_an_idle_caller_is_spoken_to_after_the_answer_has_sounded() -> None:
    async def call() -> Line:
        session, line = begun(
            scene("Hello caller", pace=10.0), type="server_vad", idle_timeout_ms=5000
        )
        session.take({"type": "response.create"})
        await speak(session, quiet(6.0))
        line.close()
        return line

    line = run_virtual(call())
    first = line.when("response.output_audio.delta")[0]
    (fired,) = line.when("input_audio_buffer.timeout_triggered")
    # Half a second of sound, then five of silence.
    assert fired - first == pytest.approx(5.5, abs=0.01)
    event = line.only("input_audio_buffer.timeout_triggered")
    assert event["audio_end_ms"] - event["audio_start_ms"] == 5000
    assert len(line.when("response.created")) == 2


@pytest.mark.parametrize(
    ("eagerness", "words", "seconds"),
    [("high", "Yes please", 0.4), ("auto", "Yes please", 0.8), ("high", "I would like a", 2.0)],
)
def test_semantic_turns_wait_for_words_that_sound_finished(
    eagerness: str, words: str, seconds: float
) -> None:
    async def call() -> Line:
        played = scene("Yes.", heard=[words])
        session, line = begun(played, type="semantic_vad", eagerness=eagerness)
        await speak(session, noise(1.0) + quiet(3.0))
        line.close()
        return line

    event = run_virtual(call()).only("input_audio_buffer.speech_stopped")
    assert event["audio_end_ms"] == pytest.approx(1000 + 1000 * seconds, abs=60)


def test_without_interrupting_the_response_goes_on_and_the_next_is_refused() -> None:
    async def call() -> Line:
        played = scene("one two three four five six seven eight", heard=["No"], pace=0.5)
        session, line = begun(played, type="server_vad", interrupt_response=False)
        session.take({"type": "response.create"})
        await speak(session, noise(0.5) + quiet(0.7))
        line.close()
        return line

    line = run_virtual(call())
    assert line.when("input_audio_buffer.speech_started")
    assert not line.when("response.done")
    assert line.only("error")["error"]["code"] == "conversation_already_has_active_response"


def test_a_turn_is_left_to_the_client_that_wants_to_answer_itself() -> None:
    async def call() -> Line:
        played = scene("Yes.", heard=["Hm"])
        session, line = begun(played, type="server_vad", create_response=False)
        await speak(session, noise(0.5) + quiet(0.7))
        line.close()
        return line

    line = run_virtual(call())
    assert line.when("input_audio_buffer.committed")
    assert not line.when("response.created")


def test_sound_is_sent_faster_than_it_sounds_and_never_after_a_cancel() -> None:
    async def call() -> Line:
        session, line = begun(scene("one two three four", pace=5.0, first_byte=0.1))
        session.take({"type": "response.create"})
        await asyncio.sleep(0.1 + 0.05)
        session.take({"type": "response.cancel"})
        await asyncio.sleep(1)
        line.close()
        return line

    line = run_virtual(call())
    deltas = line.when("response.output_audio.delta")
    assert [round(at - deltas[0], 6) for at in deltas] == [0.0, 0.04]
    assert line.sent[-1][1]["type"] == "rate_limits.updated"


def test_an_onset_that_is_sent_again_is_heard_once() -> None:
    async def call() -> Session:
        session, line = begun(scene("Yes.", heard=["Once only", "never"]))
        onset = noise(0.3)
        await speak(session, quiet(0.2) + onset)
        session.take({"type": "input_audio_buffer.clear"})
        again = base64.b64encode(onset).decode()
        session.take({"type": "input_audio_buffer.append", "audio": again})
        await speak(session, noise(0.3) + quiet(0.3))
        session.take({"type": "input_audio_buffer.commit"})
        line.close()
        return session

    item = run_virtual(call()).conversation.items[0]
    assert item.text == "Once only"
    assert item.seconds == pytest.approx(0.9)


def test_words_take_the_times_of_those_the_voice_said() -> None:
    spoken = [TimedWord("five", 0.0, 0.3), TimedWord("thirty", 0.3, 0.8)]
    assert timed("5:30", spoken, 1.0) == [TimedWord("5:30", 0.0, 0.8)]
    same = timed("half five", spoken, 1.0)
    assert [(w.text, w.start, w.end) for w in same] == [("half", 0.0, 0.3), ("five", 0.3, 0.8)]
    chunks = list(speech(NoiseVoice(), "a b c", Format("audio/pcm")))
    assert [[w.text for w in c.words] for c in chunks] == [["a"], ["b"], ["c"], []]
    assert sum(c.seconds for c in chunks) == pytest.approx(0.75)
    assert [c.audio for c in speech(None, "a b", Format("audio/pcma"))] == [b""]


def test_messages_join_calls_to_their_words_and_leave_out_what_was_cut() -> None:
    items = [
        Item("u", text="Hi", part="input_audio"),
        Item("a", role="assistant", part="output_audio", text="Wait"),
        Item("f", "function_call", name="look", call_id="c1", text='{"x": 1}'),
        Item("g", "function_call", name="cut", call_id="c2", text='{"y', status="incomplete"),
        Item("o", "function_call_output", call_id="c1", text="done"),
        Item("e", role="assistant", part="output_audio", text=""),
    ]
    assert messages("", items) == [
        Message("user", "Hi"),
        Message("assistant", "Wait", {"c1": ToolCall("look", {"x": 1})}),
        Message("tool", "done", answers="c1"),
    ]


def test_what_was_sent_before_counts_as_cached() -> None:
    ledger = Ledger()
    heard = Item("u", part="input_audio", text="Hi", seconds=1.5)
    said = Item("a", role="assistant", part="output_audio", text="Hello", seconds=0.5)
    first = ledger.count("Be kind.", [], [heard])
    second = ledger.count("Be kind.", [], [heard, said])
    assert first["input_token_details"]["cached_tokens"] == 0
    assert second["input_token_details"] == {
        "text_tokens": 2,
        "audio_tokens": 25,
        "image_tokens": 0,
        "cached_tokens": 17,
        "cached_tokens_details": {"text_tokens": 2, "audio_tokens": 15, "image_tokens": 0},
    }


def test_a_change_leaves_the_rest_and_fills_what_it_leaves_out() -> None:
    before = usual("sess_1", "m", 0)
    change: Any = {
        "type": "realtime",
        "audio": {"input": {"transcription": {"model": "whisper-1"}}},
    }
    after = updated(before, change, has_spoken=False)
    assert before["audio"]["input"]["transcription"] is None
    assert after["audio"]["input"]["transcription"] == {
        "model": "whisper-1", "language": None, "prompt": None
    }  # fmt: skip
    assert after["audio"]["output"] == before["audio"]["output"]


def test_written_sound_of_the_user_is_heard() -> None:
    async def call() -> Mapping[str, Any]:
        session, line = begun(scene(heard=["From a file"]))
        sound = base64.b64encode(noise(0.5) + quiet(0.3)).decode()
        item = user("")
        item["content"] = [{"type": "input_audio", "audio": sound}]
        session.take({"type": "conversation.item.create", "item": item})
        line.close()
        return {"text": session.conversation.items[0].text, **line.sent[-1][1]}

    done = run_virtual(call())
    assert done["text"] == "From a file"
    assert done["item"]["content"] == [{"type": "input_audio", "transcript": None}]


NONSENSE: list[Any] = [
    None,
    True,
    -1,
    0.5,
    10**12,
    "",
    "realtime",
    "message",
    [],
    [None],
    {},
    {"type": 1},
]


def spoilt(value: Any, choose: Random) -> Any:
    """A valid value with one part of it replaced, left out or added."""
    if not isinstance(value, dict | list) or not value or choose.random() < 0.2:
        return choose.choice(NONSENSE)
    if isinstance(value, list):
        place = choose.randrange(len(value))
        return [*value[:place], spoilt(value[place], choose), *value[place + 1 :]]
    name = choose.choice(list(value))
    match choose.random():
        case chance if chance < 0.1:
            return {key: member for key, member in value.items() if key != name}
        case chance if chance < 0.2:
            return {**value, "strange": choose.choice(NONSENSE)}
        case _:
            return {**value, name: spoilt(value[name], choose)}


@pytest.mark.parametrize("seed", range(30))
def test_no_event_of_a_client_breaks_a_session(seed: int) -> None:
    choose = Random(seed)

    async def call() -> int:
        session, line = begun(scene("Yes."), type="server_vad")
        refused = 0
        for _ in range(80):
            event = choose.choice(VALID)
            if choose.random() < 0.6:
                event = spoilt(event, choose)
            before = len(line.sent)
            session.take(event)
            answered = [sent["type"] for _, sent in line.sent[before:]]
            assert answered or event["type"] == "input_audio_buffer.append"
            refused += "error" in answered
        await asyncio.sleep(0)
        line.close()
        return refused

    assert 20 < asyncio.run(call()) < 80


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_events_have_the_published_shapes(path: Path) -> None:
    """Each fixture's events, in their order, appear with the same fields."""

    async def call() -> Line:
        reply = Reply("Sure.", [ToolCall("look_up", {"city": "Paris"})])
        session, line = begun(
            scene(reply, heard=["Where is it"]), type="server_vad", silence_duration_ms=300
        )
        session.begin()
        session.take(json.loads((FIXTURES / "client" / "session.update.json").read_text()))
        await speak(session, quiet(0.4) + noise(0.6) + quiet(0.6))
        await asyncio.sleep(1)
        session.take({"type": "input_audio_buffer.clear"})
        session.take({"type": "nonsense"})
        line.close()
        return line

    published = json.loads(path.read_text())
    sent = [event for _, event in run_virtual(call()).sent]
    same = [event for event in sent if event["type"] == published["type"]]
    assert same
    assert fields(published) in [fields(event) for event in same]


def fields(value: Any) -> Any:
    """A value's shape: names and kinds, without the values."""
    if isinstance(value, dict):
        return {name: fields(member) for name, member in value.items() if name != "logprobs"}
    if isinstance(value, list):
        return [fields(member) for member in value[:1]]
    if isinstance(value, str | bool) or value is None:
        return type(value).__name__
    return "number"
