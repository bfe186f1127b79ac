"""Calls come and go in one process; what they were made of goes with them."""

import gc
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web

from callwright.emulators.standin import Scene
from callwright.lab.memory import give_back
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.recorder.observer import CallRecorder

RECORDINGS = Path(__file__).parents[2] / "recordings"
MADE_OF = (Scene, web.Application, CallRecorder)


def alive() -> Counter[str]:
    give_back()
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, MADE_OF))


@pytest.mark.parametrize("stack", ["cascaded", "s2s-openai"])
def test_nothing_of_a_call_outlives_it(stack: str, tmp_path: Path) -> None:
    before = alive()
    replay(RECORDINGS / "reception-human", ReplayOptions(stack=stack, out=tmp_path, lean=True))
    assert alive() == before
