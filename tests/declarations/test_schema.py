"""The schemas for editors are current and agree with the checks."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from callwright.declarations import finding, places, schema

BUNDLED = [
    ("agent", path) for path in finding.declarations(finding.BUNDLED, "agent")
] + [("stack", path) for path in finding.declarations(finding.BUNDLED, "stack")]  # fmt: skip


def load(kind: str) -> dict[str, Any]:
    return json.loads((schema.FOLDER / f"{kind}.schema.json").read_text())


@pytest.mark.parametrize("name", ["agent.schema.json", "stack.schema.json"])
def test_the_written_schemas_are_current(name: str) -> None:
    written = (schema.FOLDER / name).read_text()
    assert written == schema.text(schema.schemas()[name]), (
        "run: python -m callwright.declarations.schema"
    )


def test_write_writes_them_all(tmp_path: Path) -> None:
    assert {path.name for path in schema.write(tmp_path / "new")} == schema.schemas().keys()


@pytest.mark.parametrize("kind", ["agent", "stack"])
def test_the_schemas_are_schemas(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(load(kind))


@pytest.mark.parametrize(("kind", "path"), BUNDLED, ids=lambda value: getattr(value, "stem", value))
def test_bundled_declarations_fit_and_name_their_schema(kind: str, path: Path) -> None:
    document = places.read(path)
    jsonschema.validate(document.data, load(kind))
    first = document.text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == (
        schema.FOLDER / f"{kind}.schema.json"
    )


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("kind",), "cascade"),
        (("extra",), 1),
        (("services", "stt", "use"), "deepgrm"),
        (("services", "stt", "use"), "openai_llm"),
        (("services", "ear"), {"use": "silero"}),
        (("steps",), ["input", "inputt"]),
    ],
)
def test_editors_refuse_what_the_checks_refuse(at: tuple[str, ...], value: object) -> None:
    data = places.read(finding.BUNDLED / "stacks" / "embedded.yaml").data
    node = data
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, load("stack"))
