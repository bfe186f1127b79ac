"""What is kept of the caller's sound, in case that a connection breaks; and what breaks none."""

from typing import Any

import pytest
from pipecat.frames.frames import InputAudioRawFrame

from callwright.services.lasting_deepgram import LONGEST_SECONDS, UnsettledSound
from callwright.services.realtime import OpenAIRealtimeService
from callwright.services.realtime_session import CallersTurn

RATE = 16000
CHUNK = bytes(2 * 320)


def frames(seconds: float) -> list[InputAudioRawFrame]:
    return [InputAudioRawFrame(CHUNK, RATE, 1) for _ in range(round(seconds / 0.02))]


def hear(turn: CallersTurn, seconds: float) -> None:
    for frame in frames(seconds):
        turn.hear(frame)


def seconds(turn: CallersTurn) -> float:
    return sum(frame.num_frames / frame.sample_rate for frame in turn.sound())


def test_a_turn_is_kept_from_a_little_before_it_was_noticed_to_its_end() -> None:
    turn = CallersTurn()
    hear(turn, 5)
    assert seconds(turn) == pytest.approx(0.7, abs=0.05)
    turn.begin()
    hear(turn, 2)
    turn.end()
    hear(turn, 3)
    assert seconds(turn) == pytest.approx(2.7, abs=0.05)
    assert turn.unheard


def test_a_turn_that_was_written_down_is_not_said_again() -> None:
    turn = CallersTurn()
    turn.begin()
    hear(turn, 1)
    turn.end()
    turn.written("my bill")
    assert turn.sound() == []
    assert turn.words == "my bill"


def test_a_turn_that_was_answered_is_not_said_again() -> None:
    turn = CallersTurn()
    turn.begin()
    hear(turn, 1)
    turn.answered()
    assert turn.unheard
    turn.end()
    turn.answered()
    assert turn.sound() == []


def test_a_late_transcript_of_the_turn_before_settles_nothing() -> None:
    turn = CallersTurn()
    turn.begin()
    hear(turn, 1)
    turn.written("what was said before")
    assert turn.unheard
    assert turn.words == ""


def test_the_next_turn_does_not_bring_the_last_one() -> None:
    turn = CallersTurn()
    turn.begin()
    hear(turn, 4)
    turn.end()
    turn.written("my bill")
    hear(turn, 2)
    turn.begin()
    hear(turn, 1)
    assert seconds(turn) == pytest.approx(1.7, abs=0.05)


def test_sound_is_unsettled_until_words_for_good_have_come_of_it() -> None:
    sound = UnsettledSound(RATE)
    for _ in range(100):
        sound.add(CHUNK)
    sound.settle(1.5)
    assert sound.since == pytest.approx(1.5, abs=0.021)
    assert len(sound.sound()) / (2 * RATE) == pytest.approx(0.5, abs=0.021)


def test_sound_without_words_is_kept_for_so_long_only() -> None:
    sound = UnsettledSound(RATE)
    for _ in range(round(40 / 0.02)):
        sound.add(CHUNK)
    assert len(sound.sound()) / (2 * RATE) == pytest.approx(LONGEST_SECONDS, abs=0.03)


class _Wire:
    """A connection that has these messages, and is closed after them."""

    def __init__(self, *messages: str) -> None:
        self._messages = list(messages)

    def __aiter__(self) -> "_Wire":
        return self

    async def __anext__(self) -> str:
        if not self._messages:
            raise StopAsyncIteration
        return self._messages.pop(0)


class _Session(OpenAIRealtimeService):
    def __init__(self, wire: _Wire) -> None:
        super().__init__(api_key="k")
        self._websocket = wire  # pyright: ignore[reportAttributeAccessIssue]
        self.seen: list[str] = []
        self.lost: list[str] = []

    async def _handle_evt_session_created(self, evt: Any) -> None:
        self.seen.append(evt.type)

    async def _lose(self, why: str) -> None:
        self.lost.append(why)


async def test_an_event_that_cannot_be_read_ends_no_session() -> None:
    session = _Session(
        _Wire(
            '{"type": "input_audio_buffer.committed", "event_id": "1"}',
            "no json",
            '{"type": "session.created", "event_id": "2", "session": {"type": "realtime"}}',
        )
    )
    session._api_session_ready = True
    await session._receive_task_handler()
    assert session.seen == ["session.created"]
    assert session.lost == ["it was closed"]


async def test_an_event_that_cannot_be_read_ends_a_session_that_is_not_set_up() -> None:
    session = _Session(_Wire("no json", "no json"))
    await session._receive_task_handler()
    assert session.lost == ["it began with an event that cannot be read"]
