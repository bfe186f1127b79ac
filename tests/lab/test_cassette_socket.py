"""What of our sound can have led to a message of theirs: only what had the time to get there."""

import pytest

from callwright.lab.cassette_socket import _sorted
from callwright.wire.entries import Message, Said

WAY_AND_BACK = 0.066


def sound(at: float, size: int, until: float | None = None) -> Message:
    return Message(at, True, Said(sound=size), until)


def test_a_piece_just_sent_has_led_to_nothing() -> None:
    heard = [sound(1.00, 3200), sound(1.10, 3200), Message(1.102, False, Said(event="done"))]
    _, (answer,) = _sorted(heard, WAY_AND_BACK)
    assert (answer.sound, answer.under_way) == (6400, 3200)


def test_of_sound_in_one_go_as_much_is_under_way_as_was_sent_lately() -> None:
    heard = [sound(1.0, 10_000, 2.0), Message(2.0, False, Said(event="done"))]
    _, (answer,) = _sorted(heard, 0.1)
    assert answer.under_way == pytest.approx(1000, abs=1)


def test_before_any_sound_none_is_under_way() -> None:
    _, (answer,) = _sorted([Message(0.5, False, Said(event="hello"))], WAY_AND_BACK)
    assert (answer.sound, answer.under_way) == (0, 0)
