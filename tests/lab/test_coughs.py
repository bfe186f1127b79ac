"""A caller who coughs where a step is open: nobody has heard a word, and nothing is wrong."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import yaml

from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay

DISPATCH = Path(__file__).parents[2] / "recordings" / "dispatch-plain"
COUGH_SECONDS = 0.8
PAUSE = 1.0

# Before the number, and before the yes to the plate: turns of the recording that come next.
COUGHS_BEFORE = (1, 4)


@pytest.fixture
def coughing(tmp_path: Path) -> Path:
    """The plain call to dispatch; before two turns a cough, which is the voice backwards."""
    notes = yaml.safe_load((DISPATCH / "caller.yaml").read_text())
    samples, rate = sf.read(DISPATCH / "user.wav", dtype="int16")
    silence = np.zeros(int(PAUSE * rate), np.int16)
    sound, turns, at = [silence], [], PAUSE
    for number, turn in enumerate(notes["turns"]):
        said = samples[int(turn["from"] * rate) : int(turn["to"] * rate)]
        cough = said[::-1][: int(COUGH_SECONDS * rate)]
        coughs = [(cough, {})] if number in COUGHS_BEFORE else []
        for piece, words in [*coughs, (said, {"says": turn["says"]})]:
            until = at + len(piece) / rate
            turns.append({"from": at, "to": until, "after": "bot", "pause": 0.6} | words)
            sound += [piece, silence]
            at = until + PAUSE
    folder = tmp_path / "coughing"
    folder.mkdir()
    sf.write(folder / "user.wav", np.concatenate(sound), rate)
    kept = {key: notes[key] for key in ("agent", "voice")} | {"caller": "coughing", "turns": turns}
    (folder / "caller.yaml").write_text(yaml.safe_dump(kept))
    return folder


def test_it_is_asked_again_and_the_call_goes_on(coughing: Path, tmp_path: Path) -> None:
    call = replay(coughing, ReplayOptions(stack="s2s-openai", out=tmp_path / "calls"))
    coughs = [turn for turn in call.turns if turn.user_spoke and not turn.user]
    assert len(coughs) == len(COUGHS_BEFORE)
    assert all(turn.bot.startswith("Sorry, I couldn't hear you well.") for turn in coughs)
    assert call.result.outcome == "completed"
    assert call.violations == []
