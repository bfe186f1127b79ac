"""Every figure that the README quotes, measured by a command that anyone can run."""

import os

from callwright.quiet import quiet

# What breaks on purpose need not be told, and what is measured is not to be the log.
os.environ.setdefault("LOGURU_LEVEL", "CRITICAL")
quiet()
