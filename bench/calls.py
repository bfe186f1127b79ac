"""Processes that make one call each, for benches that compare them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent.parent / "recordings"
PLAIN = RECORDINGS / "reception-plain"


def replay(*arguments: str, recording: Path = PLAIN) -> dict[str, Any]:
    """Run `callwright replay` in a process of its own; what it prints as JSON."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "callwright", "replay", str(recording)]
        done = subprocess.run(
            [*command, "--out", out, "--json", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(done.stdout)


def figures(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of this package in a process of its own; the JSON of its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def median(values: list[float]) -> float:
    """The middle value."""
    return sorted(values)[len(values) // 2]
