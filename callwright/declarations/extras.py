"""Is the library behind a service installed, and if not, which command installs it?"""

import re
import sys
from functools import cache
from importlib import metadata, util

_NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
OTHER_PYTHON = "needs-another-python"
_PYTHON = re.compile(r"""python_version\s*(>=|<)\s*['"](\d+)\.(\d+)['"]""")


@cache
def _requirements(distribution: str) -> dict[str, list[str]]:
    """Return the requirements of each extra of a distribution."""
    found: dict[str, list[str]] = {}
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return found
    for line in lines:
        requirement, _, marker = line.partition(";")
        if extra := _EXTRA.search(marker):
            wanted = requirement.strip() if _fits(marker) else OTHER_PYTHON
            found.setdefault(_normal(extra[1]), []).append(wanted)
    return found


def _fits(marker: str) -> bool:
    if bound := _PYTHON.search(marker):
        wanted = (int(bound[2]), int(bound[3]))
        return (sys.version_info[:2] >= wanted) == (bound[1] == ">=")
    return True


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _present(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def installed(extra: str, distribution: str = "pipecat-ai") -> bool:
    """Tell whether everything that an extra asks for is there."""
    waiting, seen = [_normal(extra)], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for requirement in _requirements(distribution).get(name, []):
            found = _NAME.match(requirement)
            if found and _normal(found[1]) == distribution:
                inner = {_normal(part.strip()) for part in (found[2] or "").split(",")}
                waiting += inner - seen
            elif found and not _present(found[1]):
                return False
    return True


def importable(module: str) -> bool:
    """Tell whether a top-level module is there, without importing it."""
    return util.find_spec(module) is not None


def hint(extra: str, distribution: str = "pipecat-ai") -> str:
    """Return the command that installs an extra."""
    if OTHER_PYTHON in _requirements(distribution).get(_normal(extra), []):
        return "its library needs a newer Python"
    if distribution == "callwright" or extra in _own_extras():
        return f"uv sync --extra {extra} (or: pip install 'callwright[{extra}]')"
    return f"pip install '{distribution}[{extra}]=={metadata.version(distribution)}'"


@cache
def _own_extras() -> frozenset[str]:
    try:
        return frozenset(metadata.metadata("callwright").get_all("Provides-Extra") or ())
    except metadata.PackageNotFoundError:
        return frozenset()
