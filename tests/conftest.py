"""The clock comes before everything else, as it does on the command line."""

import gc
import os
import signal

# What a failed test shows is its own output, not every step of its pipelines.
os.environ.setdefault("LOGURU_LEVEL", "WARNING")

from callwright.clock import install

install()

from hypothesis import settings  # noqa: E402

# How long an example takes says something about the machine, not about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# A shell that runs tests in the background has them ignore Ctrl-C, and every process they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Set aside what is there before the first test: the collector need not search it again."""
    gc.collect()
    gc.freeze()
