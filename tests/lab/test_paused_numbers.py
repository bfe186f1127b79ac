"""A number paused in for about as long as the VAD waits: its groups are heard one by one."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from soaking import usually

from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
# In the middle of the pause behind "four one five", seconds of the recording.
PAUSE = 8.4


def paused(folder: Path, seconds: float) -> Path:
    """The caller of a recording, with a longer pause in the number."""
    samples, rate = soundfile.read(PLAIN / "user.wav", dtype="int16")
    at = round(PAUSE * rate)
    silence = np.zeros(round(seconds * rate), "int16")
    soundfile.write(
        folder / "user.wav", np.concatenate([samples[:at], silence, samples[at:]]), rate
    )
    notes = yaml.safe_load((PLAIN / "caller.yaml").read_text(encoding="utf-8"))
    for turn in notes["turns"]:
        turn["from"] += seconds if turn["from"] > PAUSE else 0.0
        turn["to"] += seconds if turn["to"] > PAUSE else 0.0
    (folder / "caller.yaml").write_text(yaml.safe_dump(notes), encoding="utf-8")
    return folder


@pytest.mark.parametrize("seconds", usually([0.04, 0.08, 0.12, 0.16], (0.04).__eq__))
def test_every_group_is_heard_from_its_first_sound(seconds: float, tmp_path: Path) -> None:
    caller = paused(tmp_path, seconds)
    call = replay(caller, ReplayOptions(out=tmp_path / "calls"))
    assert call.result.conversation.entities["callback_number"].value == "+14155550132"
    assert call.result.outcome == "completed"
