"""Built files kept between runs, by the content they were built from."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

_MANIFEST = "manifest.json"


def shelved(key: str, make: Callable[[], dict[str, str]], place: Path | None = None) -> Path:
    """The folder of the files that belong to the key, made when it is not there or is damaged.

    Args:
        key: Everything the files depend on.
        make: Gives the contents by file name.
        place: The shelf; by default a folder of the user's cache. Where it cannot be written the
            files stand in a temporary folder, removed when the process ends.
    """
    name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    shelf = place or user_cache()
    if _is_whole(shelf / name):
        return shelf / name
    files = make()
    try:
        return _write(files, shelf, name)
    except OSError:
        return _write(files, Path(_passing_shelf().name), name)


def user_cache() -> Path:
    """Where this user's programs keep what they can make again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expanduser(base)) / "callwright" / "models"


@cache
def _passing_shelf() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="callwright-models-")


def _write(files: dict[str, str], shelf: Path, name: str) -> Path:
    """Write beside the shelf and move into place, so that no reader sees half a folder."""
    shelf.mkdir(parents=True, exist_ok=True)
    folder = shelf / name
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=shelf) as draft:
        for file, text in files.items():
            (Path(draft) / file).write_bytes(text.encode("utf-8"))
        digests = {file: _digest(text.encode("utf-8")) for file, text in files.items()}
        (Path(draft) / _MANIFEST).write_text(json.dumps(digests), encoding="utf-8")
        finished = Path(draft + ".whole")
        os.rename(draft, finished)
        try:
            _replace(finished, folder)
        finally:
            Path(draft).mkdir(exist_ok=True)
            shutil.rmtree(finished, ignore_errors=True)
    return folder


def _replace(finished: Path, folder: Path) -> None:
    if not _is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        os.rename(finished, folder)
    if not _is_whole(folder):
        raise OSError(f"{folder} could not be written")


def _is_whole(folder: Path) -> bool:
    try:
        digests = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return all(
            _digest((folder / file).read_bytes()) == digest for file, digest in digests.items()
        )
    except (OSError, ValueError, AttributeError):
        return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
