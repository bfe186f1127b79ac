"""One suite for every bundled stack: what the calls show is what the docs promise."""

from pathlib import Path

import pytest
from soaking import usually

from callwright.lab.conformance.calls import bundled_stacks
from callwright.lab.conformance.features import FEATURES
from callwright.lab.conformance.table import column, read, written
from callwright.lab.conformance.verdict import Verdict

# One that hears by itself and is handed words as well; `make soak` holds the others to the list.
USUAL = ("s2s-openai",)
PAGE = Path(__file__).parents[2] / "docs" / "stacks.md"


# One test a stack, not a feature: whoever runs it holds the stack's calls once for all features.
@pytest.mark.parametrize("stack", usually(bundled_stacks(), USUAL.__contains__))
def test_a_stack_does_what_the_table_says(stack: str) -> None:
    found = column(stack)
    assert {name: one.why for name, one in found.items() if one.outcome == "broken"} == {}
    assert found == read(PAGE.read_text())[stack]


def test_the_page_holds_every_stack_and_feature_and_nothing_else() -> None:
    told = read(PAGE.read_text())
    assert list(told) == bundled_stacks()
    assert all(list(rows) == [feature.name for feature in FEATURES] for rows in told.values())
    assert written(told) == PAGE.read_text()


def test_a_page_is_read_as_it_was_written() -> None:
    row = FEATURES[:1]
    name = row[0].name
    columns = {
        "one": {name: Verdict("kept")},
        "two": {name: Verdict("limited", "half of it")},
        "three": {name: Verdict("absent", "nobody there")},
        "four": {name: Verdict("broken", "it fell over")},
    }
    assert read(written(columns, row)) == columns
