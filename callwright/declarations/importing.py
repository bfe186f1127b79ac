"""A user's own modules, found where `callwright check` looks for them."""

import importlib
import importlib.util
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType


@contextmanager
def importing_from(*folders: Path) -> Generator[None]:
    """Let imports look into these folders first while the block runs."""
    added = [str(folder) for folder in folders]
    sys.path[:0] = added
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)


def import_beside(name: str, folder: Path) -> ModuleType:
    """Import a module, from beside a declaration first, then the current folder, then anywhere."""
    with importing_from(folder, Path.cwd()):
        return _beside(name, folder) or importlib.import_module(name)


def _beside(name: str, folder: Path) -> ModuleType | None:
    path = folder.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        return None
    # Every agent has its own `tools.py`: the folder keeps their names apart.
    full_name = f"_callwright_agent_{folder.name}_{name}".replace(".", "_")
    spec = importlib.util.spec_from_file_location(full_name, path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    spec.loader.exec_module(module)
    return module
