"""A call on the terminal: steps, refused tools, masked values and broken promises at 80 columns."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from callwright.cli import view

REPORT: dict[str, Any] = {
    "agent": "clinic",
    "stack": "cascaded",
    "kind": "cascaded",
    "clock": "virtual",
    "seed": 0,
    "outcome": "incomplete",
    "entities": {"pin": {"value": "•••", "status": "confirmed", "heard": "•••"}},
    "checkpoints": {
        "disclosure": {"status": "passed", "at": 4.9},
        "consent": {"status": "pending", "at": None},
    },
    "tools": [
        {
            "name": "book",
            "allowed": False,
            "at": 61.25,
            "reason": "consent has to come first, and it is pending",
        },
        {"name": "find", "allowed": True, "at": 70.0, "reason": "", "result": {"patient": 7}},
        {"name": "find", "allowed": True, "at": 71.0, "reason": "no answer within 4 seconds"},
    ],
    "latency": {"response_ms": {"p50": None, "p95": None, "max": None, "n": 0}},
    "call_seconds": 80.0,
    "wall_seconds": 8.0,
    "folder": "calls/x",
    "expectations": {"passed": 0, "failed": []},
    "violations": [{"invariant": 1, "at": 61.25, "what": "book ran, and consent is not done"}],
}


class Replayed:
    turns = ()
    verdict = None
    result = SimpleNamespace(reason="the caller's turns were not answered")


def test_steps_refusals_and_violations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "report", lambda _: REPORT)
    out = io.StringIO()
    view.show(Replayed(), Console(file=out, width=80))  # type: ignore[arg-type]
    lines = out.getvalue().splitlines()
    assert "pin              ••• (confirmed)" in lines
    assert "disclosure       passed at 0:04.9" in lines
    assert "consent          pending" in lines
    refused = "book             refused at 1:01.2: consent has to come first, and it is pending"
    assert refused in lines
    assert "find             patient 7" in lines
    assert "find             failed: no answer within 4 seconds" in lines
    assert lines[-1] == "1:01.2  violation of invariant 1: book ran, and consent is not done"
    assert all(len(line) <= 80 for line in lines)


def test_why_a_call_failed_stands_beside_its_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "report", lambda _: REPORT | {"outcome": "failed"})
    out = io.StringIO()
    view.show(Replayed(), Console(file=out, width=80))  # type: ignore[arg-type]
    assert "outcome          failed: the caller's turns were not answered" in out.getvalue()


def test_violations_are_red_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "report", lambda _: REPORT)
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system="standard")
    view.show(Replayed(), console)  # type: ignore[arg-type]
    red = [line for line in out.getvalue().splitlines() if "\x1b[31m" in line]
    assert len(red) == 1
    assert "invariant 1" in red[0]
