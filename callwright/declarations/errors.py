"""What is wrong with a user's input, where it stands, and what to do next."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LONGEST_QUOTE = 40
CLOSE_ENOUGH = 60  # rapidfuzz's ratio, of 100: `deepgrm` to `deepgram_stt` is 74, `foo` to `tts` 33


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in one file.

    Args:
        path: The file, as it is printed.
        line: Line of the offending word, from 1; 0 when the file as a whole is meant.
        col: Column of the offending word, from 1.
        what: What is wrong, without a full stop.
        nearest: The right word that is closest to the wrong one, if one is close.
        remedy: What to do next; may be empty when ``nearest`` says it all.
    """

    path: str
    line: int
    col: int
    what: str
    nearest: str | None = None
    remedy: str = ""

    def __str__(self) -> str:
        """Return ``path:line:col: what; nearest word; what to do``."""
        place = f"{self.path}:{self.line}:{self.col}" if self.line else self.path
        hint = f"did you mean {self.nearest!r}?" if self.nearest else ""
        said = "; ".join(part for part in (self.what, hint, self.remedy) if part)
        return printable(f"{place}: {said}").replace("\n", "?")


class InputError(Exception):
    """Bad input that stands in no declaration: a missing file, an unknown name, a port in use."""

    def __init__(self, what: str, remedy: str = "") -> None:
        """Keep what is wrong and what to do next, each without a full stop."""
        super().__init__("; ".join(part for part in (what, remedy) if part))
        self.what = what
        self.remedy = remedy

    @property
    def lines(self) -> list[str]:
        """One line for each thing to correct."""
        return [str(self)]


class DeclarationError(InputError):
    """All that is wrong with one or several declarations, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, those of one file sorted by place and each only once."""
        unique = list(dict.fromkeys(problems))
        files = list(dict.fromkeys(problem.path for problem in unique))
        self.problems = sorted(unique, key=lambda p: (files.index(p.path), p.line, p.col))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def lines(self) -> list[str]:
        """One line a problem."""
        return [str(problem) for problem in self.problems]


def shown(path: Path) -> str:
    """Return a path as the user would write it: relative to the current folder where possible."""
    try:
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def quoted(value: object) -> str:
    """Return a value for a message: one short printable line, whatever it holds."""
    text = repr(value) if isinstance(value, str) else str(value)
    text = printable(text).replace("\n", "?")
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def printable(text: str) -> str:
    """Return words of somebody else's, as a model's, without what a terminal would obey."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to ``word``, or None when none is close."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        word[:100],
        list(known),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=CLOSE_ENOUGH,
    )
    return found[0] if found else None


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as running text: ``a, b and c``."""
    items = list(words)
    return (
        f" {last} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
    )
