"""What callers say, in two languages, and what has to be heard: a question beats a guess."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from callwright.conversation.entities import Hearing
from callwright.conversation.entities.parameters import TYPES, entity_of
from callwright.conversation.reading import read

TODAY = date(2026, 11, 20)
FOLDER = Path(__file__).parent / "utterances"
NOTHING = "-"


@dataclass(frozen=True)
class Row:
    kind: str
    lang: str
    params: dict[str, str]
    words: str
    expected: str | None
    today: date = TODAY


def rows() -> Iterator[Row]:
    for path in sorted(FOLDER.glob("*.yaml")):
        groups: Any = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        for group in groups:
            params = group.get("params", {})
            today = date.fromisoformat(group["today"]) if "today" in group else TODAY
            for words, value in group["says"].items():
                expected = None if value == NOTHING else value
                yield Row(group["type"], group["lang"], params, words, expected, today)


def heard(row: Row) -> str | None:
    entity = entity_of(TYPES[row.kind], row.params)
    region = "ES" if row.lang == "es" else "US"
    context = Hearing(row.today, asked=True, language=row.lang, region=region)
    return read(entity, row.words, context).value


def test_almost_everything_is_heard_and_nothing_wrong_is_accepted() -> None:
    table = list(rows())
    missed = [(row, value) for row in table if (value := heard(row)) != row.expected]
    wrong = [f"{row.kind}: {row.words} → {value}" for row, value in missed if value is not None]
    assert wrong == []
    assert len(missed) <= 0.03 * len(table), [f"{row.kind}: {row.words}" for row, _ in missed]


def test_the_table_covers_every_type_in_both_languages() -> None:
    counted = Counter((row.kind, row.lang) for row in rows())
    assert sum(counted.values()) >= 400
    for kind in TYPES:
        for lang in ("en", "es"):
            assert counted[kind, lang] >= 6, (kind, lang)
