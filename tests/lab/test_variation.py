"""What a seed varies: nothing at 0, everything else from the seed alone."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from callwright.calls.folder import read_call
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.report import report
from callwright.lab.variation import USUAL_LINK, variation
from callwright.lines.recorded import BUFFER_SECONDS, BadLine

RECORDINGS = Path(__file__).parents[2] / "recordings"
PLAIN = RECORDINGS / "reception-plain"
SHORT = RECORDINGS / "reception-human"


def test_seed_0_is_a_good_day() -> None:
    good = variation(0)
    assert good.link == USUAL_LINK
    assert (good.line, good.mistakes, good.pace) == (None, None, None)


def test_other_seeds_differ_and_stay_what_they_are() -> None:
    days = [variation(seed) for seed in range(1, 40)]
    assert len({day.link for day in days}) == len(days)
    for seed, day in enumerate(days, start=1):
        again = variation(seed)
        assert (again.link, again.pace) == (day.link, day.pace)
        assert day.mistakes is not None
        assert again.mistakes is not None
        assert asdict(again.mistakes) == asdict(day.mistakes)
        assert 0 <= day.mistakes.rate <= 0.02


def test_a_lost_packet_is_made_up_for_by_the_one_before_it_fading() -> None:
    line = BadLine(1, lost=1.0)
    line._before = np.full(320, 1000, np.int16).tobytes()  # pyright: ignore[reportPrivateUsage]
    packet = np.full(320, 9, np.int16).tobytes()
    first, second = (np.frombuffer(line.heard(packet), np.int16) for _ in range(2))
    assert set(first) == {500}
    assert set(second) == {250}
    assert BadLine(1, lost=1.0).heard(packet) == bytes(640)
    assert BadLine(1).heard(packet) == packet


def test_a_line_loses_and_delays_about_what_it_is_said_to() -> None:
    line = BadLine(3, lost=0.1, reordered=0.2)
    packet = np.full(320, 7, np.int16).tobytes()
    late = [line.late() for _ in range(2000)]
    assert 0.15 < sum(one > 0 for one in late) / len(late) < 0.25
    assert max(late) <= BUFFER_SECONDS
    lost = [line.heard(packet) != packet for _ in range(2000)]
    assert 0.05 < sum(lost) / len(lost) < 0.15


@pytest.mark.soak
@pytest.mark.parametrize("seed", [0, 5])
def test_a_lean_call_tells_the_same_story_without_sound(seed: int, tmp_path: Path) -> None:
    usual, lean = (
        replay(PLAIN, ReplayOptions(out=tmp_path, seed=seed, lean=lean)) for lean in (False, True)
    )
    told = [[(one["user"], one["bot"]) for one in report(call)["turns"]] for call in (usual, lean)]
    assert told[0] == told[1]
    assert report(lean)["entities"] == report(usual)["entities"]
    assert sorted(path.name for path in lean.result.folder.iterdir()) == [
        "call.yaml",
        "events.jsonl",
    ]
    assert read_call(lean.result.folder).meta["lean"] is True
    again = replay(PLAIN, ReplayOptions(out=tmp_path, seed=seed, lean=True))
    assert again.digest == lean.digest


def test_every_seed_is_another_call_and_the_same_one_twice(tmp_path: Path) -> None:
    options = [ReplayOptions(out=tmp_path, stack="cascaded", seed=seed) for seed in (4, 4, 9)]
    digests = [replay(SHORT, one).digest for one in options]
    assert digests[0] == digests[1] != digests[2]
