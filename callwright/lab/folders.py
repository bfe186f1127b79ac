"""Folders for calls that are made again."""

from pathlib import Path

from callwright.calls.folder import make_folder
from callwright.declarations.errors import InputError, shown


def new_folder(parent: Path, name: str) -> Path:
    """Make a new folder for a call; see `make_folder`.

    Raises:
        InputError: There can be none.
    """
    try:
        return make_folder(parent, name)
    except OSError as error:
        what = f"{shown(parent)}: no folder can be made here ({error.strerror})"
        raise InputError(what, "give another --out") from None
