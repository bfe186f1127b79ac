"""What a tool prints while a call runs: told, and not among the results."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def printing_aside() -> Generator[None]:
    """Let what is printed go to stderr while the block runs: stdout is for the results."""
    with redirect_stdout(sys.stderr):
        yield
