"""Providers fail at random: no call hangs, none is without an outcome, nobody waits in silence."""

from pathlib import Path

import pytest

from bench.soak_faults import one
from callwright.calls import events as ev
from callwright.emulators.faults import Fault
from callwright.lab.mishaps import mishaps
from callwright.lab.replay import Replayed, ReplayOptions, replay
from callwright.lab.standins import USUAL_LINK

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
ROLES = ("stt", "llm", "tts")


def replayed(out: Path, **faults: Fault) -> Replayed:
    struck = {role: (fault,) for role, fault in faults.items()}
    return replay(PLAIN, ReplayOptions(stack="cascaded", out=out, faults=struck))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_fails_the_caller_hears_something_and_the_call_ends(
    seed: int, tmp_path: Path
) -> None:
    call = one(tmp_path, ("cascaded", seed))
    assert call["wrong"] == [], call["mishaps"]
    assert call["outcome"] in ("completed", "handed_off", "incomplete", "abandoned", "failed")


def test_bad_luck_is_the_same_for_the_same_seed_and_differs_between_seeds() -> None:
    assert mishaps(7, ROLES, USUAL_LINK) == mishaps(7, ROLES, USUAL_LINK)
    assert len({str(mishaps(seed, ROLES, USUAL_LINK)) for seed in range(50)}) > 40


def test_a_dead_voice_is_replaced_by_the_voice_of_last_resort(tmp_path: Path) -> None:
    call = replayed(tmp_path, tts=Fault("stall"))
    assert call.result.outcome == "failed"
    assert call.violations == []
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    assert said[0].startswith("I'm sorry, I'm having some trouble")
    assert said[-1].endswith("Goodbye.")


def test_a_call_with_faults_has_one_digest(tmp_path: Path) -> None:
    faults = {"llm": Fault("disconnect", request=1, after=4), "tts": Fault("refuse", request=0)}
    assert replayed(tmp_path, **faults).digest == replayed(tmp_path, **faults).digest
