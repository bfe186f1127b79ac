"""Whatever a model of bad faith does, and whoever calls: no promise breaks."""

from collections import Counter
from pathlib import Path

import pytest
from soaking import usually

from bench.soak_hostile import on_the_line, without_sound


def test_calls_without_sound_keep_every_promise() -> None:
    told = [without_sound(seed) for seed in range(40)]
    assert [(call.seed, call.wrong) for call in told if call.wrong] == []
    # They get far enough for the promises to mean something.
    assert Counter(call.outcome for call in told)["completed"] >= 5


LINES = [(stack, seed) for stack in ("cascaded", "s2s-openai") for seed in range(10)]


@pytest.mark.parametrize(
    ("stack", "seed"), usually(LINES, [("cascaded", 0), ("s2s-openai", 1)].__contains__)
)
def test_whole_pipelines_keep_every_promise(stack: str, seed: int, tmp_path: Path) -> None:
    assert on_the_line(tmp_path, (stack, seed)).wrong == ()
