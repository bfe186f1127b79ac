"""A caller who coughs where a step is open: nobody has heard a word, and nothing is wrong."""

from collections.abc import Sequence
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

# Before the number, and before the yes to the plate: turns of the recording that come next. The
# caller hangs up after so many.
COUGHS = [((1,), 3), pytest.param((1, 4), 8, marks=pytest.mark.soak)]


def coughing(folder: Path, before: Sequence[int], turns_made: int) -> Path:
    """The plain call to dispatch; before some turns a cough, which is the voice backwards."""
    notes = yaml.safe_load((DISPATCH / "caller.yaml").read_text())
    samples, rate = sf.read(DISPATCH / "user.wav", dtype="int16")
    silence = np.zeros(int(PAUSE * rate), np.int16)
    sound, turns, at = [silence], [], PAUSE
    for number, turn in enumerate(notes["turns"][:turns_made]):
        said = samples[int(turn["from"] * rate) : int(turn["to"] * rate)]
        cough = said[::-1][: int(COUGH_SECONDS * rate)]
        coughs = [(cough, {})] if number in before else []
        for piece, words in [*coughs, (said, {"says": turn["says"]})]:
            until = at + len(piece) / rate
            turns.append({"from": at, "to": until, "after": "bot", "pause": 0.6} | words)
            sound += [piece, silence]
            at = until + PAUSE
    sf.write(folder / "user.wav", np.concatenate(sound), rate)
    kept = {key: notes[key] for key in ("agent", "voice")} | {"caller": "coughing", "turns": turns}
    (folder / "caller.yaml").write_text(yaml.safe_dump(kept))
    return folder


@pytest.mark.parametrize(("before", "turns_made"), COUGHS)
def test_it_is_asked_again_and_the_call_goes_on(
    tmp_path: Path, before: Sequence[int], turns_made: int
) -> None:
    folder = coughing(tmp_path, before, turns_made)
    call = replay(folder, ReplayOptions(stack="s2s-openai", out=tmp_path / "calls"))
    coughs = [turn for turn in call.turns if turn.user_spoke and not turn.user]
    assert len(coughs) == len(before)
    assert all(turn.bot.startswith("Sorry, I couldn't hear you well.") for turn in coughs)
    assert call.result.outcome == ("completed" if turns_made == 8 else "abandoned")
    assert call.violations == []
