"""Annotations read as data tell which YAML values fit."""

from pathlib import Path

import pytest

from callwright.declarations import source
from callwright.declarations.fitting import accepts

MODULE = """\
from enum import Enum, StrEnum
from typing import Literal

Encoding = Literal["linear16", "mulaw"]

class Mode(StrEnum):
    FAST = "fast"
    SLOW = "slow"

class Codec(Enum):
    OPUS = 1

class Params: ...
"""

CASES: list[tuple[str, list[object], list[object]]] = [
    ("str", ["a", ""], [1, True, None, [], {}]),
    ("int", [1, -1], [1.5, True, "1", None]),
    ("float | None", [1, 1.5, None], [True, "1.5"]),
    ("bool | NotGiven", [True, False], [1, "true", None]),
    ("'str | None'", ["a", None], [1]),
    ("Language | str", ["en-US"], [1]),
    ("list[str] | str", ["a", ["a"]], [{"a": 1}]),
    ("Optional[dict[str, Any]]", [{}, None], ["a", []]),
    ("Union[int, bool]", [1, True], ["a"]),
    ("Annotated[int, 'unit']", [1], ["a"]),
    ("Any | None", [1, "a", [], {}, None], []),
    ("Encoding", ["linear16"], ["opus", 1]),
    ("Literal['a', False]", ["a", False], ["b", 1]),
    ("Mode | None", ["fast", None], ["medium"]),
    ("Params | None", [None], ["a", {}, 1]),
    ("Codec", [], ["OPUS", 1]),
]


@pytest.mark.parametrize(("annotation", "fitting", "others"), CASES, ids=[c[0] for c in CASES])
def test_what_fits(
    tmp_path: Path, annotation: str, fitting: list[object], others: list[object]
) -> None:
    path = tmp_path / "module.py"
    path.write_text(MODULE + f"\nclass Given:\n    value: {annotation}\n")
    cls = source.find_class(source.parse(path, "module"), "Given")
    assert cls is not None
    wanted = accepts(source.fields(cls)["value"])
    assert [value for value in fitting if not wanted.fits(value)] == []
    assert [value for value in others if wanted.fits(value)] == []
    assert wanted.writable == (annotation not in ("Params | None", "Codec"))
