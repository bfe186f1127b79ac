"""Keeps sensitive values out of what is logged while a call that may hear some is in progress.

Pipecat's DEBUG lines hold transcripts and whole contexts, before anything in them is known to be
a value: they are left out. All other lines are masked as the record is, those of libraries that log
by Python's own `logging` too. Tracebacks show what variables hold, so of an exception only its type
and its masked message remain.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

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
        # The one hook that either has in front of all sinks, those that are added later included.
        logger.configure(patcher=_patch)
        logging.setLogRecordFactory(_masked_records(logging.getLogRecordFactory()))
        _installed.append(True)
    _masks.append(mask)
    try:
        yield
    finally:
        _masks.remove(mask)


def _patch(record: "Record") -> None:
    if not _masks:
        return
    problem = record["exception"]
    error = problem.value if problem is not None else None
    record["message"] = _masked(record["message"], record["level"].no, error)
    record["exception"] = None


def _masked_records(
    make: Callable[..., logging.LogRecord],
) -> Callable[..., logging.LogRecord]:
    def made(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if _masks:
            try:
                text = record.getMessage()
            except Exception:  # arguments that do not fit: a sink would show them as they are
                text = str(record.msg)
            error = record.exc_info[1] if record.exc_info else None
            # `logging.makeLogRecord` asks for an empty one, without a level, and fills it in.
            record.msg, record.args = _masked(text, record.levelno or 0, error), ()
            record.exc_info = record.exc_text = record.stack_info = None
        return record

    return made


def _masked(text: str, level: int, error: BaseException | None) -> str:
    if level < _INFO:
        return HIDDEN
    if error is not None:
        text = f"{text} ({type(error).__name__}: {error})"
    for mask in _masks:
        text = mask(text)
    return text
