"""Reading recordings: folders with notes, folders of ours, bare files; each mistake named."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from callwright.declarations.errors import InputError
from callwright.lab.recording import read_recording

NOTES = """
caller: somebody
agent: reception
turns:
  - {from: 0.0, to: 0.5, says: hello}
  - {from: 0.5, to: 1.0, says: goodbye, after: start, pause: 1.5}
"""


def folder(path: Path, notes: str = NOTES) -> Path:
    (path / "caller.yaml").write_text(notes)
    soundfile.write(path / "user.wav", np.full(16000, 0.2), 16000)
    return path


def test_notes_say_when_each_turn_is_due(tmp_path: Path) -> None:
    read = read_recording(folder(tmp_path))
    assert (read.name, read.agent) == ("somebody", "reception")
    first, second = read.turns
    assert (first.says, first.after, first.pause) == ("hello", "bot", 0.6)
    assert (second.after, second.pause, len(read.sound(second))) == ("start", 1.5, 8000)


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ("caller: a\nturns: [", r"caller\.yaml:3:1: did not find expected node"),
        ("caller: a", "turns"),
        ("caller: a\nturns: []\nextra: 1", "extra"),
        ("caller: a\nturns: [{from: 1, to: 0.5}]", "before it begins"),
        ("caller: a\nturns: [{from: -1, to: 0.5}]", "greater than or equal"),
        ("caller: a\nturns: [{from: 0, to: .nan}]", "should be a number, not text"),
        ("caller: a\nturns: [{from: 0, to: 1, after: lunch}]", "after"),
        (
            "caller: a\nturns: [{from: 7.0, to: 8.0}]",
            r"caller\.yaml:2:16: turn 1 begins at 7 s, after the end of user\.wav, at 1 s; mend",
        ),
        ("caller: a\nturns: [{from: 0, to: 99}]", r":2:23: turn 1 ends at 99 s, after the end of"),
        ("caller: a\nturns: [{from: 0, to: 1.0e+308}]", r":2:23: turn 1 ends at 1e\+308 s, after"),
        (
            "caller: a\nturns: [{from: 0, to: 0.9}, {from: 0.3, to: 1}]",
            r":2:36: turn 2 begins at 0\.3 s, before turn 1 ends; let it begin at 0\.9 s or later",
        ),
        (
            "caller: a\nturns: [{from: 0, to: 1, pause: 1.0e+12}]",
            r":2:33: turns\[0\]\.pause: input should be less than or equal to 600",
        ),
        ("caller: a\nturns: []", r":2:8: turns: there is no turn in it; add one: - {from"),
        ("just words", "must hold keys and values; start it with 'caller: NAME'"),
    ],
)
def test_wrong_notes_are_named(tmp_path: Path, notes: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        read_recording(folder(tmp_path, notes))
    assert "caller.yaml" in str(refusal.value)


def test_a_folder_that_is_no_call_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither call\.yaml nor caller\.yaml"):
        read_recording(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        read_recording(tmp_path / "nowhere")
    (tmp_path / "scenario.yaml").write_text("name: x")
    with pytest.raises(InputError, match="a scenario has no sound of its own"):
        read_recording(tmp_path / "scenario.yaml")


def test_a_bare_file_without_speech_is_a_silent_caller(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.001, 16000)
    soundfile.write(tmp_path / "noise.wav", noise, 16000)
    read = read_recording(tmp_path / "noise.wav")
    assert read.turns == ()
    assert "no speech was found in it" in read.notice
