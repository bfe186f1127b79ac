"""What libraries log on the command line."""

import os
import subprocess
import sys

import pytest

BROKEN = """
import callwright.cli.main, logging
logging.getLogger("websockets.client").error("keepalive ping failed")
"""


@pytest.mark.parametrize(("level", "told"), [("WARNING", False), ("DEBUG", True)])
def test_a_broken_connection_is_told_once_and_not_by_its_library_too(
    level: str, told: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env={**os.environ, "LOGURU_LEVEL": level},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ("keepalive ping failed" in done.stderr) == told, done.stderr
