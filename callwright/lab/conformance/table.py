"""The table of stacks and features, as it stands in the docs: written from a run, and read back."""

import re
from collections.abc import Mapping, Sequence

from callwright.lab.conformance.features import FEATURES, Feature
from callwright.lab.conformance.verdict import Outcome, Verdict

Column = Mapping[str, Verdict]
"""What a stack's calls showed, by feature."""

_CELLS: dict[Outcome, str] = {"kept": "yes", "limited": "yes", "absent": "–", "broken": "**no**"}
_OUTCOMES: dict[str, Outcome] = {"–": "absent", "**no**": "broken"}
_CELL = re.compile(r"(?P<word>\S+?)(?:<sup>(?P<note>\d+)</sup>)?")

_HEAD = """# What each stack can do

Written by `make stacks` from calls that were held on every bundled stack, on the virtual clock,
against stand-ins of the providers; a test holds it to what the calls show. *yes*: the calls have
it. *–*: there is nothing that could have it. **no**: it is missing, and the note says why.
"""


def column(stack: str) -> Column:
    """Hold a stack's calls and look at every feature."""
    return {feature.name: feature.on(stack) for feature in FEATURES}


def written(columns: Mapping[str, Column], features: Sequence[Feature] = FEATURES) -> str:
    """The whole page.

    Args:
        columns: By stack.
        features: The rows.
    """
    notes: list[str] = []
    lines = [_row(["", *columns]), _row(["---"] * (len(columns) + 1))]
    for feature in features:
        cells = [_cell(column[feature.name], notes) for column in columns.values()]
        lines.append(_row([feature.name, *cells]))
    numbered = [f"{number}. {note}" for number, note in enumerate(notes, start=1)]
    looked_at = [_row(["row", "what is looked at"]), _row(["---"] * 2)]
    looked_at += [_row([feature.name, feature.promise]) for feature in features]
    parts = [_HEAD.strip(), "\n".join(lines), "\n".join(numbered), "\n".join(looked_at)]
    return "\n\n".join(part for part in parts if part) + "\n"


def read(page: str) -> dict[str, dict[str, Verdict]]:
    """What a written page says, by stack and feature."""
    notes = dict(re.findall(r"^(\d+)\. (.*)$", page, re.MULTILINE))
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in page.partition("| row |")[0].splitlines()
        if line.startswith("|") and not line.startswith("|  | ") and "---" not in line
    ]
    head = next(line for line in page.splitlines() if line.startswith("|  | "))
    stacks = [cell.strip() for cell in head.strip("| ").split("|")]
    return {
        stack: {name: _verdict(cells[place], notes) for name, *cells in rows}
        for place, stack in enumerate(stacks)
    }


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(verdict: Verdict, notes: list[str]) -> str:
    if verdict.why and verdict.why not in notes:
        notes.append(verdict.why)
    note = f"<sup>{notes.index(verdict.why) + 1}</sup>" if verdict.why else ""
    return _CELLS[verdict.outcome] + note


def _verdict(cell: str, notes: Mapping[str, str]) -> Verdict:
    found = _CELL.fullmatch(cell)
    if found is None:
        raise ValueError(f"{cell!r} is no cell of this table")
    why = notes[found["note"]] if found["note"] else ""
    usual: Outcome = "limited" if why else "kept"
    return Verdict(_OUTCOMES.get(found["word"], usual), why)
