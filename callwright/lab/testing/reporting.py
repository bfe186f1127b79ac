"""The calls of a pytest run, summed up: in a few lines at its end, and as a file of JSON lines."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

# How a call travels from the process that made it to the one that reports.
PROPERTY = "callwright"

# The attribute of a report that travels the same way: what the test was given cannot be used.
BAD_INPUT = "callwright_bad_input"


class Calls:
    """Collects the calls, whichever process made them.

    Args:
        file: Where their JSON goes; nowhere when None.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._made: list[dict[str, Any]] = []
        self._bad_input: set[str] = set()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notice expectations that cannot be used."""
        if hasattr(report, BAD_INPUT):
            self._bad_input.add(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the call of a test; where it was run again, its last one."""
        if report.when == "call":
            self._bad_input.discard(report.nodeid)
            if hasattr(report, BAD_INPUT):
                self._bad_input.add(report.nodeid)
        for name, value in report.user_properties if report.when == "call" else ():
            if name == PROPERTY:
                call = {"test": report.nodeid, "passed": report.passed}
                self._made = [one for one in self._made if one["test"] != report.nodeid]
                self._made.append(call | json.loads(str(value)))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file, in the order of the tests' names whoever was ready first.

        The exit code tells bad input (2) from calls that were not as expected (1), as everywhere;
        where there is some of both, it is 1.
        """
        alone = self._bad_input and session.testsfailed == len(self._bad_input)
        if alone and session.exitstatus == pytest.ExitCode.TESTS_FAILED:
            session.exitstatus = pytest.ExitCode.INTERRUPTED
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lines = [json.dumps(one, ensure_ascii=False) for one in self._sorted()]
            self._file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many calls there were, how they ended, and which seeds broke."""
        if not self._made:
            return
        terminalreporter.section("recorded calls")
        minutes = sum(call["call_seconds"] for call in self._made) / 60
        outcomes = Counter(call["outcome"] for call in self._made)
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        terminalreporter.line(f"{len(self._made)} calls, {minutes:.1f} minutes: {told}")
        for call in self._sorted():
            if not call["passed"]:
                terminalreporter.line(f"not as expected: {call['test']}")

    def _sorted(self) -> list[dict[str, Any]]:
        return sorted(self._made, key=lambda call: str(call["test"]))
