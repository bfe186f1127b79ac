"""Hold every bundled stack to the list of features, and write the docs' table: make stacks."""

import callwright.cli.main  # noqa: F401  (the clock comes before Pipecat)

# isort: split

import sys
from pathlib import Path

from callwright.lab.conformance.calls import bundled_stacks
from callwright.lab.conformance.table import column, written

PAGE = Path(__file__).parents[1] / "docs" / "stacks.md"


def main() -> int:
    """Write the page; 1 when something that a stack should have is broken."""
    columns = {}
    for stack in bundled_stacks():
        columns[stack] = column(stack)
        broken = {
            name: found.why for name, found in columns[stack].items() if found.outcome == "broken"
        }
        print(f"{stack}: {broken or 'as it should be'}")
    PAGE.write_text(written(columns))
    print(f"wrote {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}")
    return int(any(one.outcome == "broken" for found in columns.values() for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
