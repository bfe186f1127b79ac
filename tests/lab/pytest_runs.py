"""Runs of pytest in a project of its own, as a user has one."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """What pytest answered.

    Args:
        code: Its exit code.
        text: What it printed.
        calls: The report's calls by the name of their test.
    """

    code: int
    text: str
    calls: dict[str, dict[str, Any]]


def run_pytest(project: Path, *arguments: object, **env: str) -> Run:
    """Run pytest in a project's folder."""
    (project / "pytest.ini").write_text(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\naddopts = -p no:cacheprovider\n"
    )
    report = project / "report.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--callwright-report", str(report), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=540,
        cwd=project,
        env={**os.environ, **env},
        check=False,
    )
    lines = report.read_text().splitlines() if report.exists() else []
    calls = {call["test"]: call for call in map(json.loads, lines)}
    return Run(done.returncode, done.stdout + done.stderr, calls)
