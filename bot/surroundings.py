"""What a call stands on and does not own: its tools' functions, the disk under its record.

Nothing here changes either; whoever tries out what happens when they fail hands in others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callwright.recorder.writer import OpenFile, opened

Function = Callable[..., Any]


def _as_it_is(_name: str, function: Function) -> Function:
    return function


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Both of them, as they usually are.

    Args:
        tool: Gives the function that is called for a tool, of its name and its own function.
        open_file: Opens a file of the record for writing.
    """

    tool: Callable[[str, Function], Function] = _as_it_is
    open_file: OpenFile = opened


USUAL = Surroundings()
