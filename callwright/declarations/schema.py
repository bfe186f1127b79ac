"""JSON Schema of both files, for editors: ``python -m callwright.declarations.schema`` writes them.

The models say the shape; what editors complete beyond it (steps as bare words, the catalogue's
names by role) is added here.
"""

import json
from pathlib import Path
from typing import Any

from callwright.declarations import catalogue
from callwright.declarations.agent import Agent
from callwright.declarations.finding import BUNDLED
from callwright.declarations.resolving import SWITCHED
from callwright.declarations.stack import Stack
from callwright.declarations.steps import ROLES, SERVED_BY, WORDS

FOLDER = BUNDLED / "schema"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OWN_CLASS = {"type": "string", "pattern": r"^[\w.]+:\w+$", "description": "module:Class"}


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by its file name."""
    return {"agent.schema.json": _agent(), "stack.schema.json": _stack()}


def text(schema: dict[str, Any]) -> str:
    """Return a schema as it is written to its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the schemas and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, schema in schemas().items():
        path = folder / name
        path.write_text(text(schema), encoding="utf-8")
        paths.append(path)
    return paths


def _agent() -> dict[str, Any]:
    return {"$schema": _DIALECT, **Agent.model_json_schema()}


def _stack() -> dict[str, Any]:
    schema = Stack.model_json_schema()
    definitions, properties = schema["$defs"], schema["properties"]
    use, otherwise = definitions["ServiceUse"], definitions["Alternative"]
    roles: dict[str, Any] = {}
    for role in ROLES:
        kind = SERVED_BY.get(role, role)
        names = [name for name, service in catalogue.services().items() if service.role == kind]
        field = {**use["properties"]["use"], "anyOf": [{"enum": names}, _OWN_CLASS]}
        other = {**otherwise, "properties": {**otherwise["properties"], "use": field}}
        others = {**use["properties"]["else"], "items": other}
        own = {**use["properties"], "use": field, "else": others}
        if role not in SWITCHED:
            del own["else"], own["within"]
        roles[role] = {**use, "properties": own}
    properties["services"] = {
        "type": "object",
        "title": "Services",
        "properties": roles,
        "additionalProperties": False,
    }
    properties["steps"]["items"] = {
        "anyOf": [{"enum": list(WORDS)}, _OWN_CLASS, properties["steps"]["items"]]
    }
    del definitions["ServiceUse"], definitions["Alternative"]
    return {"$schema": _DIALECT, **schema}


if __name__ == "__main__":
    write()
