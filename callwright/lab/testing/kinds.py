"""What pytest can collect: each kind of test source says which files are its own.

A further kind is a class with these members in `KINDS`. All but `run` run in
pytest's process and must not import Pipecat; `run` runs in a process of ours, where the clock came
first, and imports what it needs inside.
"""

from pathlib import Path
from typing import Protocol

from callwright.lab.testing.call_folders import CallFolders
from callwright.lab.testing.cases import Case, Chosen
from callwright.lab.testing.jobs import Answer, Job
from callwright.lab.testing.scenario_files import ScenarioFiles


class Kind(Protocol):
    """A kind of test source."""

    name: str

    def claims(self, path: Path) -> bool:
        """Whether a file is the one that stands for a source of this kind."""
        ...

    def takes(self, path: Path) -> bool:
        """Whether a file that somebody names means a source of this kind."""
        ...

    def source(self, path: Path) -> Path:
        """What `callwright replay` is given for such a file."""
        ...

    def cases(self, path: Path, chosen: Chosen) -> list[Case]:
        """The tests of such a file.

        Raises:
            InputError: The file cannot be used.
        """
        ...

    def run(self, job: Job) -> Answer:
        """Make the call of one test; every failure is in the answer."""
        ...


KINDS: tuple[Kind, ...] = (CallFolders(), ScenarioFiles())


def kind_of(path: Path, *, named: bool = False) -> Kind | None:
    """The kind that claims a file, or takes it where it is `named` on the command line."""
    return next((kind for kind in KINDS if kind.claims(path) or (named and kind.takes(path))), None)


def kind_named(name: str) -> Kind:
    """A kind by its name."""
    return next(kind for kind in KINDS if kind.name == name)
