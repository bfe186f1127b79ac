"""The same caller on the virtual clock and in real time: the same turns, the same texts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RECORDINGS = Path(__file__).parents[2] / "recordings"


def replayed(name: str, clock: str, out: Path) -> dict[str, Any]:
    replaying = [sys.executable, "-m", "callwright", "replay", str(RECORDINGS / name)]
    done = subprocess.run(
        [*replaying, "--json", "--out", str(out), "--clock", clock],
        capture_output=True,
        text=True,
        timeout=170,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", ["reception-plain"])  # all of them: `make soak`
def test_real_time_tells_the_same_story(name: str, tmp_path: Path) -> None:
    virtual, real = (replayed(name, clock, tmp_path / clock) for clock in ("virtual", "real"))
    told = [
        [(turn["user"], turn["bot"], turn["interrupted"]) for turn in call["turns"]]
        for call in (real, virtual)
    ]
    assert told[0] == told[1]
    assert real["outcome"] == virtual["outcome"]
