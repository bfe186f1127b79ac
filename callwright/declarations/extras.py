"""Is the library behind a service installed, and if not, which command installs it?"""

import re
import sys
from functools import cache
from importlib import metadata, util

_NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
# Stands for what no installation on this Python brings; the version that would follows.
_OTHER_PYTHON = "needs-another-python-"
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
            python = _other_python(marker)
            wanted = requirement.strip() if python is None else f"{_OTHER_PYTHON}{python}"
            found.setdefault(_normal(extra[1]), []).append(wanted)
    return found


def _other_python(marker: str) -> str | None:
    """Return which Python a requirement is for, if it is not this one: ``3.12 or newer``."""
    bound = _PYTHON.search(marker)
    if bound is None:
        return None
    wanted = (int(bound[2]), int(bound[3]))
    newer = bound[1] == ">="
    if (sys.version_info[:2] >= wanted) == newer:
        return None
    return f"{bound[2]}.{bound[3]} or newer" if newer else f"older than {bound[2]}.{bound[3]}"


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
    for requirement in _requirements(distribution).get(_normal(extra), []):
        if requirement.startswith(_OTHER_PYTHON):
            python = requirement.removeprefix(_OTHER_PYTHON)
            here = f"{sys.version_info[0]}.{sys.version_info[1]}"
            return f"its library needs Python {python}, and this is {here}"
    if distribution == "callwright" or extra in _own_extras():
        return f"uv sync --extra {extra} (or: pip install 'callwright[{extra}]')"
    return f"pip install '{distribution}[{extra}]=={metadata.version(distribution)}'"


@cache
def _own_extras() -> frozenset[str]:
    try:
        return frozenset(metadata.metadata("callwright").get_all("Provides-Extra") or ())
    except metadata.PackageNotFoundError:
        return frozenset()
