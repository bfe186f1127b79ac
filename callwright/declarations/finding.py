"""From the name of an agent or a stack to its file."""

import os
from pathlib import Path
from typing import Literal

import callwright
from callwright.declarations.errors import InputError, listed, nearest_word, quoted

Kind = Literal["agent", "stack"]

BUNDLED = Path(callwright.__file__).resolve().parents[1] / "pipelines"


def known(kind: Kind, near: Path | None = None) -> dict[str, Path]:
    """Return the agents or stacks that can be named.

    Those of the current folder's ``pipelines`` come first, then those of a ``pipelines`` above
    ``near``, the nearest first, then the bundled ones.

    Args:
        kind: Which of the two.
        near: The folder of the file that names them, where one does.
    """
    found: dict[str, Path] = {}
    for root in (Path.cwd() / "pipelines", *_above(near), BUNDLED):
        for path in declarations(root, kind):
            found.setdefault(path.parent.name if kind == "agent" else path.stem, path)
    return found


def _above(near: Path | None) -> list[Path]:
    if near is None:
        return []
    here = Path(os.path.abspath(near))
    return [folder / "pipelines" for folder in (here, *here.parents)]


def declarations(root: Path, kind: Kind) -> list[Path]:
    """Return the agent or stack files of a ``pipelines`` folder."""
    return sorted(root.glob("agents/*/agent.yaml" if kind == "agent" else "stacks/*.yaml"))


def roots() -> list[Path]:
    """Return the ``pipelines`` folder of the current folder, or the bundled one."""
    here = Path.cwd() / "pipelines"
    return [here] if here.is_dir() else [BUNDLED]


def find(kind: Kind, name: str | Path, near: Path | None = None) -> Path:
    """Return the file of an agent or stack by its name or path; a path need not exist.

    Args:
        kind: Which of the two.
        name: A name, or a path from the current folder or from ``near``.
        near: The folder of the file that names it, where one does.

    Raises:
        InputError: No agent or stack has this name; tells the nearest and the known ones.
    """
    path = _from_here_or(near, Path(name))
    if isinstance(name, Path) or len(Path(name).parts) != 1 or path.suffix in (".yaml", ".yml"):
        return path / "agent.yaml" if kind == "agent" and os.path.isdir(path) else path
    names = known(kind, near)
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


def find_there(kind: Kind, name: str | Path, near: Path | None = None) -> Path:
    """Return what `find` returns, of a thing that has to be there.

    Raises:
        InputError: No agent or stack has this name, or nothing is where the path leads.
    """
    path = find(kind, name, near)
    if path.exists():
        return path
    where = "neither from the current folder nor from here" if near else "from the current folder"
    raise InputError(f"there is no {kind} {quoted(str(name))}, {where}", "check the path")


def leads_to(kind: Kind, name: str, near: Path, file: Path) -> bool:
    """Return whether a name or path means this file."""
    try:
        return find(kind, name, near).resolve() == file.resolve()
    except InputError:
        return False


def word_for(kind: Kind, file: Path, near: Path) -> str:
    """Return what to write in a folder for an agent or stack: its name, or its path from there.

    Args:
        kind: Which of the two.
        file: Its file.
        near: The folder; a path is written where the name does not lead to the file.
    """
    name = file.parent.name if kind == "agent" else file.stem
    if leads_to(kind, name, near, file):
        return name
    return Path(os.path.relpath(file.resolve(), near.resolve())).as_posix()


def _from_here_or(near: Path | None, path: Path) -> Path:
    """The path from ``near`` where it leads to something there and to nothing from here."""
    if near is None or os.path.exists(path) or not os.path.exists(near / path):
        return path
    return near / path
