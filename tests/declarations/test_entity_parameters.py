"""Parameters of entities that are wrong, each answered with its place and a remedy."""

from pathlib import Path

import pytest

from callwright.declarations import places
from callwright.declarations.checking import check_agent


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ("{type: code, ask: a, pattern: '['}", "2:37: entities.it.pattern: pattern '[' is no"),
        ("{type: code, ask: a, check: es.dny}", "for example 'es.dni'"),
        ("{type: code, ask: a, check: os.path}", "check 'os.path' is unknown"),
        ("{type: date, ask: a, between: [2026-12-31, 2026-01-01]}", "swap the two days"),
        ("{type: date, ask: a, between: [soon, later]}", "write them as ['2026-01-01'"),
        ("{type: date, ask: a, between: soon}", "should be a list, not text"),
        ("{type: date, ask: a, past: true, future: true}", "delete one"),
        ("{type: datetime, ask: a, between: [2026-01-02, 2026-01-01]}", "swap the two"),
        ("{type: datetime, ask: a, between: [noon, '1']}", "2026-12-31T18:00"),
        ("{type: money, ask: a, currency: euro}", "three capitals such as USD"),
        ("{type: postal_address, ask: a, country: Spain}", "two capitals such as US"),
        ("{type: choice, ask: a, values: [a, b], floor: 0.1}", "greater than or equal to 0.6"),
        ("{type: datum, ask: a}", "did you mean 'datetime'?"),
        ("{type: email, ask: a, host: b}", "the key 'host' in entities.it is unknown"),
    ],
)
def test_a_wrong_parameter_has_its_place(declared: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "agent.yaml"
    path.write_text(f"entities:\n  it: {declared}\nagent: desk\n", encoding="utf-8")
    agent, problems = check_agent(places.read(path))
    assert agent is None
    (problem,) = problems
    assert problem.line == 2
    assert problem.col > 5
    assert says in str(problem)
