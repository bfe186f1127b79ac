"""When each position of an answer's sound plays, and how much of it has been played."""

import pytest

from callwright.engines.spoken_text import SpokenText
from callwright.services.realtime_answers import Answer

RATE = 24000


def answer(seconds: float, *plays: tuple[float, float]) -> Answer:
    spoken = SpokenText(RATE)
    spoken.hear(bytes(2 * round(RATE * seconds)))
    return Answer(spoken, list(plays))


def test_sound_that_never_ran_dry_plays_in_one_go() -> None:
    one = answer(3.0, (0.0, 10.0))
    assert one.time_of(2.0) == pytest.approx(12.0)
    assert one.played(11.5) == pytest.approx(1.5)


def test_sound_that_ran_dry_plays_on_when_more_comes() -> None:
    one = answer(3.0, (0.0, 10.0), (1.0, 14.0))
    assert one.time_of(0.5) == pytest.approx(10.5)
    assert one.time_of(1.5) == pytest.approx(14.5)
    assert one.played(14.5) == pytest.approx(1.5)


def test_while_sound_has_run_dry_no_more_than_came_has_been_played() -> None:
    one = answer(3.0, (0.0, 10.0), (1.0, 14.0))
    assert one.played(12.5) == pytest.approx(1.0)


def test_no_more_is_played_than_there_is_and_nothing_before_it_begins() -> None:
    one = answer(3.0, (0.0, 10.0))
    assert one.played(60.0) == pytest.approx(3.0)
    assert one.played(9.0) == 0.0
