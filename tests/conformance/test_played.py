"""The judge of a barge-in: it finds what sounded in the sound, and notices a word too many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from callwright.calls import events as ev
from callwright.emulators.voices import LocalVoice
from callwright.lab.conformance import barge_in
from callwright.lab.conformance.played import Piece, Samples, pieces

RATE = 24000
FIRST, SECOND = "Thanks, John.", "What number can we call you back on?"


def spoken(text: str) -> Samples:
    pcm = b"".join(one.pcm for one in LocalVoice().speak(text, RATE))
    return np.frombuffer(pcm, "<i2").astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def call(cut_at: float) -> Samples:
    """Two pieces after a second of silence, the second one cut off."""
    second = spoken(SECOND)[: round(cut_at * RATE)]
    return np.concatenate([silence(1), spoken(FIRST), silence(0.3), second, silence(2)])


@pytest.mark.parametrize("words_heard", [1, 3, 5])
def test_a_piece_is_found_where_it_sounds_and_until_it_is_cut_off(words_heard: int) -> None:
    times = [word for one in LocalVoice().speak(SECOND, RATE) for word in one.words]
    cut_at = times[words_heard - 1].end + 0.06
    first, second = pieces([FIRST, SECOND], call(cut_at), RATE)
    assert first.begin == pytest.approx(1.0, abs=0.02)
    assert first.whole_words() == len(FIRST.split())
    assert second.begin == pytest.approx(1.3 + len(spoken(FIRST)) / RATE, abs=0.02)
    assert second.whole_words() == words_heard
    assert second.begun_words() == words_heard + 1


def test_sound_that_is_a_little_louder_is_still_found() -> None:
    (piece,) = pieces([FIRST], 1.3 * call(1.0), RATE)
    assert piece.begin == pytest.approx(1.0, abs=0.02)


def test_what_does_not_sound_is_left_out() -> None:
    found = pieces([FIRST, "Good morning, everybody."], call(1.0), RATE)
    assert [piece.text for piece in found] == [FIRST]


@dataclass
class CutOff:
    """As much of a held call as the judge of the context looks at."""

    said: str
    kept: str
    pieces: Sequence[Piece]
    kind: str = "cascaded"
    turns: list[object] = field(default_factory=list[object])

    @property
    def context(self) -> list[tuple[str, str]]:
        return [("assistant", self.kept)]

    def of(self, kind: type[ev.Event]) -> list[ev.Event]:
        told = [
            ev.BotAudible(at=1.0),
            ev.SpeechStarted(at=2.9, since=2.7),
            ev.Interrupted(at=3.0),
            ev.Said(at=3.0, text=self.said),
            ev.BotSilent(at=3.4, since=self.pieces[-1].end),
        ]
        return [event for event in told if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("said", "kept", "outcome"),
    [
        ("What number can", "What number can", "kept"),
        ("What number can we", "What number can we", "kept"),
        ("What number can we call", "What number can we call", "broken"),
        ("What number", "What number", "broken"),
        ("What number can", "What number can we call you", "broken"),
    ],
)
def test_a_word_too_many_or_too_few_is_noticed(said: str, kept: str, outcome: str) -> None:
    times = [word for one in LocalVoice().speak(SECOND, RATE) for word in one.words]
    found = pieces([FIRST, SECOND], call(times[2].end + 0.06), RATE)
    cut_off: Any = CutOff(f"{FIRST} {said}", f"{FIRST} {kept}", found)
    judged = barge_in.keeps_what_was_heard(cut_off)
    assert judged.outcome == outcome
