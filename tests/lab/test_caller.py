"""Recorded callers: when they speak, what they do when nobody answers, when they hang up."""

import numpy as np
import pytest

from callwright.lab.caller import LAST_WORD, PATIENCE, ReactiveCaller, TimelineCaller
from callwright.lab.recording import CallerTurn, Recording
from callwright.lab.sound import RATE
from callwright.lines.recorded import CHUNK_SECONDS, BotVoice

CHUNK = round(RATE * CHUNK_SECONDS)


def recording(*turns: dict[str, object]) -> Recording:
    """A recording whose turns are one second of a level each: 1000, 2000 …"""
    samples = np.concatenate(
        [np.full(RATE, 1000 * number, np.int16) for number in range(1, len(turns) + 1)]
        or [np.zeros(RATE, np.int16)]
    )
    noted = [
        CallerTurn.model_validate({"from": float(at), "to": float(at + 1), **turn})
        for at, turn in enumerate(turns)
    ]
    return Recording("test", samples, tuple(noted))


def play(
    caller: ReactiveCaller | TimelineCaller, bot_speaks: list[tuple[float, float]]
) -> tuple[list[tuple[int, float]], float]:
    """Run a caller against a bot that speaks from … to …; (level, when) of each turn, the end."""
    bot = BotVoice()
    said: list[tuple[int, float]] = []
    loud = np.full(CHUNK, 5000, np.int16).tobytes()
    for tick in range(100_000):
        now = tick * CHUNK_SECONDS
        bot.silence_until(now)
        if any(begin <= now < end for begin, end in bot_speaks):
            bot.hear(loud, RATE, now)
        pcm = caller.speak(now, bot)
        if pcm is None:
            return said, now
        assert len(pcm) == 2 * CHUNK
        level = int(np.frombuffer(pcm, np.int16)[0])
        if level and (not said or said[-1][0] != level):
            said.append((level, now))
    raise AssertionError("the caller never hung up")


def test_a_turn_is_spoken_when_the_bot_has_finished() -> None:
    caller = ReactiveCaller(recording({"pause": 0.6}, {"pause": 2.0}))
    said, end = play(caller, [(0.0, 3.0), (5.0, 7.0)])
    assert said == [(1000, pytest.approx(3.6, abs=0.05)), (2000, pytest.approx(9.0, abs=0.05))]
    # Nobody answered the last turn: the caller's patience runs out.
    assert end == pytest.approx(10.0 + PATIENCE, abs=0.1)


def test_barge_in_counts_from_the_bots_first_word() -> None:
    caller = ReactiveCaller(recording({"after": "start", "pause": 1.0}))
    said, end = play(caller, [(0.5, 2.0), (3.5, 4.0)])
    assert said == [(1000, pytest.approx(1.5, abs=0.05))]
    assert end == pytest.approx(4.0 + LAST_WORD, abs=0.1)


def test_a_bot_that_falls_silent_under_the_caller_has_not_answered() -> None:
    caller = ReactiveCaller(recording({"after": "start", "pause": 1.0}, {}))
    said, _ = play(caller, [(0.5, 1.8), (6.0, 7.0)])
    assert [level for level, _ in said] == [1000, 2000]
    assert said[1][1] == pytest.approx(7.6, abs=0.05)


def test_a_caller_who_gets_no_answer_goes_on() -> None:
    said, _ = play(ReactiveCaller(recording({}, {})), [])
    assert [when for _, when in said] == [
        pytest.approx(PATIENCE, abs=0.05),
        pytest.approx(2 * PATIENCE + 1, abs=0.1),
    ]


def test_a_silent_recording_listens_for_as_long_as_it_lasts() -> None:
    said, end = play(ReactiveCaller(recording()), [(0.0, 0.5)])
    assert said == []
    assert end > 1.0


def test_the_timeline_is_kept_whatever_the_bot_does() -> None:
    said, end = play(TimelineCaller(recording({}, {})), [(0.0, 3.0)])
    assert said == [(1000, 0.0), (2000, pytest.approx(1.0))]
    assert end == pytest.approx(3.0 + LAST_WORD, abs=0.1)
