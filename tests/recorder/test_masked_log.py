"""Logs of a call with sensitive values: masked, without tracebacks, and as they were afterwards."""

import logging
from collections.abc import Generator

import pytest
from loguru import logger

from callwright.recorder.masked_log import HIDDEN, masked_log


@pytest.fixture
def lines() -> Generator[list[str]]:
    written: list[str] = []
    sink = logger.add(lambda text: written.append(str(text)), level="DEBUG", format="{message}")
    yield written
    logger.remove(sink)


def mask(text: str) -> str:
    return text.replace("4527", "•••")


def test_lines_are_masked_while_the_call_runs(lines: list[str]) -> None:
    with masked_log(mask):
        logger.debug("transcription: [four five two seven]")
        logger.info("the tool got 4527")
    logger.info("4527 is nobody's now")
    assert lines == [f"{HIDDEN}\n", "the tool got •••\n", "4527 is nobody's now\n"]


def test_an_exception_leaves_its_type_and_masked_message(lines: list[str]) -> None:
    pin = "4527"
    with masked_log(mask):
        try:
            raise ValueError(f"no account {pin}")
        except ValueError as error:
            logger.opt(exception=error).warning("tool 'find' failed")
    assert lines == ["tool 'find' failed (ValueError: no account •••)\n"]


def test_calls_that_overlap_mask_each_others_lines(lines: list[str]) -> None:
    with masked_log(mask), masked_log(lambda text: text.replace("99", "•••")), masked_log(None):
        logger.info("4527 and 99")
    assert lines == ["••• and •••\n"]


def test_a_call_without_sensitive_values_logs_as_ever(lines: list[str]) -> None:
    with masked_log(None):
        logger.debug("transcription: [hello]")
    assert lines == ["transcription: [hello]\n"]


def test_what_libraries_log_by_pythons_own_logging_is_masked_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", logger="some.library")
    library, pin = logging.getLogger("some.library"), "4527"
    with masked_log(mask):
        library.debug("sent %s", pin)
        library.warning("no answer to %s", pin, stack_info=True)
        library.warning("%d is no number", pin)
        try:
            raise ValueError(f"no account {pin}")
        except ValueError:
            library.exception("keepalive failed")
    library.info("%s is nobody's now", pin)
    assert [record.getMessage() for record in caplog.records] == [
        HIDDEN,
        "no answer to •••",
        "%d is no number",
        "keepalive failed (ValueError: no account •••)",
        "4527 is nobody's now",
    ]
    *during, _ = caplog.records
    shown = logging.Formatter()
    assert [shown.format(record) for record in during] == [one.getMessage() for one in during]


def test_a_record_that_is_made_by_hand_is_made_as_ever() -> None:
    with masked_log(mask):
        record = logging.makeLogRecord({"msg": "from another process", "levelno": 30})
    assert (record.getMessage(), record.levelno) == ("from another process", 30)
