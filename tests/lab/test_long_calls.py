"""A caller who is kept too long hangs up, and says whose fault it was."""

from functools import partial
from pathlib import Path

import pytest

from callwright.lab import simulate as lab
from callwright.lab.simulate import SimulateOptions, simulate
from callwright.lab.speaking_caller import SpeakingCaller


@pytest.mark.parametrize(("model", "blamed"), [("scripted", True), ("hostile", False)])
def test_only_a_model_that_keeps_to_the_rules_is_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, blamed: bool
) -> None:
    monkeypatch.setattr(lab, "SpeakingCaller", partial(SpeakingCaller, longest=8.0))
    call = simulate(1, SimulateOptions("reception", "cascaded", "cooperative", model, out=tmp_path))
    assert call.seconds < 12
    gave_up = [one for one in call.violations if one["invariant"] == 0]
    assert [one["what"] for one in gave_up] == (
        ["the caller gave up: the call would not end"] if blamed else []
    )
