"""What a tool's code tells about its result, without importing it."""

from pathlib import Path

import pytest

from callwright.declarations import places
from callwright.declarations.tools import result_keys

BODIES: list[tuple[str, list[str] | None]] = [
    ("return {'a': 1, 'b': 2}", ["a", "b"]),
    ("return dict(a=1)", ["a"]),
    ("if x:\n        return {'a': 1, 'b': 2}\n    return {'b': 1}", ["b"]),
    ("return 'done'", []),
    ("print(x)", []),
    ("return other(x)", None),
    ("if x:\n        return other(x)\n    return {'a': 1}", None),
    ("return {**x, 'a': 1}", None),
    ("def inner():\n        return {'z': 1}\n    return {'a': inner()}", ["a"]),
]


@pytest.mark.parametrize(("body", "keys"), BODIES, ids=[body for body, _ in BODIES])
def test_the_keys_of_a_result(tmp_path: Path, body: str, keys: list[str] | None) -> None:
    (tmp_path / "tools.py").write_text(f"async def act(x):\n    {body}\n")
    text = "agent: a\ntools: {act: {python: 'tools:act'}}\n"
    document = places.parse(text.encode(), tmp_path / "agent.yaml")
    assert result_keys(document, "act") == keys


def test_the_receptions_reference_is_the_same_for_the_same_message() -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    from callwright.declarations.finding import BUNDLED

    path = BUNDLED / "agents" / "reception" / "tools.py"
    spec = spec_from_file_location("reception_tools", path)
    assert spec is not None
    assert spec.loader is not None
    tools = module_from_spec(spec)
    spec.loader.exec_module(tools)
    first = tools.take_message("Maria Lopez", "my bill", "+14155550132")
    assert first == tools.take_message("Maria Lopez", "my bill", "+14155550132")
    assert first != tools.take_message("Maria Lopez", "my bill", "+14155550133")
    assert len(first["reference"]) == 4
    assert len(tools.MESSAGES) == 3
