"""What came of a scenario's expectations, as data."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipecat.evals.results import EvalAssertionFailure, EvalScriptTurnResult

from callwright.lab.scenarios.reading import Scenario
from callwright.lab.scenarios.telling import Teller

READ = (
    "without 'judge: {modality: audio, …}' a 'response' is the text of a reply (llm_response), "
    "not what was heard of it"
)


@dataclass(frozen=True, slots=True)
class Failed:
    """An expectation that was not met.

    Args:
        at: Where it stands: ``path:line:col``.
        turn: The scenario's turn, from 0.
        event: What was to come, as the file has it.
        what: What is wrong, in words.
        kind: Pipecat's word for it: ``timeout``, ``text_mismatch``, ``missing_function_call`` …
        expected: What was to come, in words; empty for a turn that could not be sent.
        got: What came instead, and when.
    """

    at: str
    turn: int
    event: str
    what: str
    kind: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Expectations:
    """What came of all of them.

    Args:
        passed: How many were met in full.
        failed: Those that were not.
        not_judged: Where something was to be judged and nobody is there to judge it; whatever
            else was expected there has been met.
        not_run: How many were not reached, because one before them was not met.
    """

    passed: int = 0
    failed: list[Failed] = field(default_factory=list[Failed])
    not_judged: list[str] = field(default_factory=list[str])
    not_run: int = 0


def expectations(
    scenario: Scenario,
    turns: Sequence[EvalScriptTurnResult],
    unjudged: set[tuple[int, int]],
    teller: Teller,
) -> Expectations:
    """Count what was met.

    Args:
        scenario: What was expected.
        turns: What Pipecat's driver made of it.
        unjudged: The expectations, by turn and number, whose ``eval`` nobody could judge.
        teller: Tells what came instead.
    """
    met = {
        (turn.turn_index, one.expectation_index)
        for turn in turns
        for one in turn.expectations
        if one.passed
    }
    failed = [_failed(scenario, one, teller) for turn in turns for one in turn.failures]
    expected = sum(len(turn.expect) for turn in scenario.script.turns)
    missed = sum(1 for turn in turns for one in turn.expectations if not one.passed)
    return Expectations(
        passed=len(met - unjudged),
        failed=failed,
        not_judged=[scenario.places[one] for one in sorted(met & unjudged)],
        not_run=expected - len(met) - missed,
    )


def as_data(found: Expectations) -> dict[str, Any]:
    """The same as plain data for a line of JSON."""
    return asdict(found)


def _failed(scenario: Scenario, one: EvalAssertionFailure, teller: Teller) -> Failed:
    turn, number = one.turn_index, one.expectation_index
    at = scenario.places.get((turn, number)) or str(scenario.path)
    written = scenario.written("turns", turn, "expect", number, "event")
    told = teller.tell(one)
    event, what = one.event_name, told.what
    if written == "response" != event:
        event, what = written, f"{what}; {READ}"
    return Failed(at, turn, event, what, one.kind, told.expected, told.got)
