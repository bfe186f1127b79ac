"""Every variable that anything reads stands in .env.example, with its purpose above it."""

import re
from pathlib import Path

from callwright.declarations import finding, places
from callwright.declarations.checking import check_stack

ROOT = finding.BUNDLED.parent
LINES = (ROOT / ".env.example").read_text().splitlines()
NAMES = [line.partition("=")[0] for line in LINES if line and not line.startswith("#")]

_READ = re.compile(r"""\benv(?:iron)?(?:\.(?:get|setdefault)\(|\[)\s*["']([A-Z][A-Z0-9_]+)["']""")
_OF_THE_SYSTEM = {
    "LOCALAPPDATA",
    "OPENBLAS_NUM_THREADS",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "PYTHONHASHSEED",
    "HOME",
    "PATH",
}


def python_files() -> list[Path]:
    folders = (ROOT / name for name in ("callwright", "bot", "processors"))
    return [path for folder in folders for path in folder.rglob("*.py")]


def test_the_bundled_stacks_find_their_variables() -> None:
    for path in finding.declarations(finding.BUNDLED, "stack"):
        _, services, problems = check_stack(places.read(path), {})
        assert problems == []
        for service in services.values():
            assert set(service.env_names) <= set(NAMES), service.use


def test_every_variable_the_code_reads_is_there() -> None:
    read = {name for path in python_files() for name in _READ.findall(path.read_text())}
    assert "CALLWRIGHT_AGENT" in read
    assert read - _OF_THE_SYSTEM <= set(NAMES)


def test_daily_is_there() -> None:
    assert {"DAILY_API_KEY", "DAILY_ROOM_URL", "DAILY_TOKEN", "CARTESIA_VOICE"} <= set(NAMES)


def test_each_has_one_line_of_purpose_and_no_secret() -> None:
    for index, line in enumerate(LINES):
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            assert LINES[index - 1].startswith("# "), name
            assert value in ("", "WARNING"), name


def test_each_stands_there_once() -> None:
    assert len(set(NAMES)) == len(NAMES)
