"""Keeps sensitive values out of what is logged while a call that may hear some is in progress.

Pipecat's DEBUG lines hold transcripts and whole contexts, before anything in them is known to be
a value: they are left out. All other lines are masked as the record is. Tracebacks show what
variables hold, so of an exception only its type and its masked message remain.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

HIDDEN = "(left out: a call with sensitive values is in progress)"

_INFO = 20

_masks: list[Callable[[str], str]] = []
_installed: list[bool] = []


@contextmanager
def masked_log(mask: Callable[[str], str] | None) -> Generator[None]:
    """Mask everything that the program logs while the block runs.

    Calls may overlap: every line goes through the mask of each, since none says whose it is.

    Args:
        mask: Masks a text; None for a call without sensitive values.
    """
    if mask is None:
        yield
        return
    if not _installed:
        # The one hook that loguru has in front of all sinks, those that are added later included.
        logger.configure(patcher=_patch)
        _installed.append(True)
    _masks.append(mask)
    try:
        yield
    finally:
        _masks.remove(mask)


def _patch(record: "Record") -> None:
    if not _masks:
        return
    if record["level"].no < _INFO:
        record["message"] = HIDDEN
        record["exception"] = None
        return
    text = record["message"]
    if (problem := record["exception"]) is not None:
        kind = problem.type.__name__ if problem.type is not None else "exception"
        text = f"{text} ({kind}: {problem.value})"
        record["exception"] = None
    for mask in _masks:
        text = mask(text)
    record["message"] = text
