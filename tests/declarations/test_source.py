"""Python read as data: modules, classes, fields and parameters, without importing."""

import sys
from pathlib import Path

import pytest

from callwright.declarations import source


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose import would fail."""
    folder = tmp_path / "provider"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise ImportError('no library')\n")
    (folder / "base.py").write_text(
        "from dataclasses import dataclass\nfrom typing import ClassVar\n\n"
        "@dataclass\nclass BaseSettings:\n"
        "    model: str\n    _hidden: int = 0\n    KIND: ClassVar[str] = 'x'\n\n"
        "class Base:\n    Settings = BaseSettings\n\n"
        "    def __init__(self, rate, *, name: str, limit=3, **kwargs): ...\n"
    )
    (folder / "service.py").write_text(
        "try:\n    from .base import Base as Parent, BaseSettings\n"
        "except ImportError:\n    pass\n\n"
        "class Service(Parent):\n"
        "    class Settings(BaseSettings):\n        voice: str = 'a'\n\n"
        "    def __init__(self, *, key: str, name: str = 'n', **kwargs): ...\n\n"
        "class Closed(Service):\n    def __init__(self, key): ...\n\n"
        "class Plain(Parent): ...\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def service(name: str) -> source.Class:
    path = source.locate("provider.service")
    assert path is not None
    found = source.find_class(source.parse(path, "provider.service"), name)
    assert found is not None
    return found


def test_nothing_is_imported(package: Path) -> None:
    assert source.locate("provider") == package / "provider" / "__init__.py"
    service("Service")
    assert "provider" not in sys.modules


def test_fields_are_inherited_and_constants_are_none(package: Path) -> None:
    settings = source.inner_class(service("Service"), "Settings")
    assert settings is not None
    fields = source.fields(settings)
    assert {name: field.required for name, field in fields.items()} == {
        "model": True,
        "voice": False,
    }


def test_a_settings_class_is_inherited(package: Path) -> None:
    settings = source.inner_class(service("Plain"), "Settings")
    assert settings is not None
    assert settings.node.name == "BaseSettings"


def test_open_keywords_lead_into_the_bases(package: Path) -> None:
    parameters, takes_others = source.constructor(service("Service"), ["gone"])
    required = {name: parameter.required for name, parameter in parameters.items()}
    assert required == {"key": True, "name": False, "rate": False, "limit": False}
    assert takes_others


def test_the_search_ends_when_everything_is_found(package: Path) -> None:
    assert list(source.constructor(service("Service"), ["key"])[0]) == ["key", "name"]


def test_closed_parameters_end_the_search(package: Path) -> None:
    parameters, takes_others = source.constructor(service("Closed"), ["gone"])
    assert list(parameters) == ["key"]
    assert not takes_others


def test_a_module_beside_the_declaration_comes_first(package: Path) -> None:
    beside = package / "agents" / "desk"
    beside.mkdir(parents=True)
    (beside / "provider.py").write_text("x = 1\n")
    assert source.locate("provider", beside) == beside / "provider.py"


@pytest.mark.parametrize("name", ["no_such_module_at_all", "provider.gone", "os.path.gone", "sys"])
def test_what_is_not_there(package: Path, name: str) -> None:
    assert source.locate(name) is None


def test_bases_in_a_circle_end(tmp_path: Path) -> None:
    path = tmp_path / "circle.py"
    path.write_text("class A(B): ...\nclass B(A): ...\n")
    found = source.find_class(source.parse(path, "circle"), "A")
    assert found is not None
    assert [cls.node.name for cls in source.lineage(found)] == ["A", "B"]
