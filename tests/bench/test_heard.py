"""Latencies out of nothing but two sounds: a tone is speech, digital silence divides turns."""

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.heard import heard_call

RATE = 16000


def sounds(path: Path, seconds: float, *spans: tuple[float, float], breath: int = 0) -> Path:
    """A WAV in which a tone sounds in the spans; `breath` fills pauses of less than a second."""
    samples = np.zeros(round(seconds * RATE), np.int16)
    tone = (8000 * np.sin(np.arange(len(samples)) * 0.3)).astype(np.int16)
    for begin, end in spans:
        samples[round(begin * RATE) : round(end * RATE)] = tone[
            round(begin * RATE) : round(end * RATE)
        ]
    if breath:
        for (_, end), (begin, _) in pairwise(spans):
            if begin - end < 1:
                samples[round(end * RATE) : round(begin * RATE)] = breath
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def test_a_latency_lies_between_the_last_sound_and_the_first(tmp_path: Path) -> None:
    user = sounds(tmp_path / "user.wav", 10, (1.0, 2.0), (5.0, 6.0))
    bot = sounds(tmp_path / "bot.wav", 10, (2.8, 4.0), (7.1, 8.0))
    heard = heard_call(user, bot)
    assert [round(end, 2) for _, end in heard.spoken] == [2.0, 6.0]
    assert heard.latencies == pytest.approx([0.8, 1.1], abs=0.011)
    assert heard.talked_over == 0


def test_a_bot_that_begins_in_a_pause_of_a_turn_talks_over_it(tmp_path: Path) -> None:
    user = sounds(tmp_path / "user.wav", 10, (1.0, 2.0), (2.8, 4.0), breath=2)
    bot = sounds(tmp_path / "bot.wav", 10, (2.5, 3.0), (4.9, 6.0))
    heard = heard_call(user, bot)
    assert len(heard.spoken) == 1
    assert (heard.latencies, heard.talked_over) == ([], 1)


def test_nobody_spoke(tmp_path: Path) -> None:
    user, bot = sounds(tmp_path / "user.wav", 2), sounds(tmp_path / "bot.wav", 2, (0.5, 1.0))
    assert heard_call(user, bot).spoken == []
