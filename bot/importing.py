"""A user's own modules, found where `callwright check` looks for them."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def importing_from(*folders: Path) -> Generator[None]:
    """Let imports look into these folders first while the block runs."""
    added = [str(folder) for folder in folders]
    sys.path[:0] = added
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)
