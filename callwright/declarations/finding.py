"""From the name of an agent or a stack to its file."""

import os
from pathlib import Path
from typing import Literal

import callwright
from callwright.declarations.errors import InputError, listed, nearest_word, quoted

Kind = Literal["agent", "stack"]

BUNDLED = Path(callwright.__file__).resolve().parents[1] / "pipelines"


def known(kind: Kind) -> dict[str, Path]:
    """Return the agents or stacks that can be named: the current folder's, then the bundled."""
    found: dict[str, Path] = {}
    for root in (Path.cwd() / "pipelines", BUNDLED):
        for path in declarations(root, kind):
            found.setdefault(path.parent.name if kind == "agent" else path.stem, path)
    return found


def declarations(root: Path, kind: Kind) -> list[Path]:
    """Return the agent or stack files of a ``pipelines`` folder."""
    return sorted(root.glob("agents/*/agent.yaml" if kind == "agent" else "stacks/*.yaml"))


def roots() -> list[Path]:
    """Return the ``pipelines`` folder of the current folder, or the bundled one."""
    here = Path.cwd() / "pipelines"
    return [here] if here.is_dir() else [BUNDLED]


def find(kind: Kind, name: str | Path) -> Path:
    """Return the file of an agent or stack by its name or path; a path need not exist.

    Raises:
        InputError: No agent or stack has this name; tells the nearest and the known ones.
    """
    path = Path(name)
    if isinstance(name, Path) or len(path.parts) != 1 or path.suffix in (".yaml", ".yml"):
        return path / "agent.yaml" if kind == "agent" and os.path.isdir(path) else path
    names = known(kind)
    if name in names:
        return names[name]
    if kind == "agent" and os.path.isdir(path):
        return path / "agent.yaml"
    nearest = nearest_word(name, names)
    hint = f"did you mean {nearest!r}? " if nearest else ""
    raise InputError(
        f"there is no {kind} {quoted(name)}",
        f"{hint}known: {listed(names) or 'none'}; or give the path of a file",
    )
