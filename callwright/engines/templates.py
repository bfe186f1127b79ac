"""Sentence templates: sections of weighted lines, and sentences drawn from them.

A file holds sections. ``[name]`` opens one, each further line is an alternative, optionally with a
weight (``3* words``). Within a line ``{name}`` stands for a line of that section, ``{CLASS}`` for a
word of a class (kept as the token ``CLASS``), ``(a|b|)`` for one of several phrases, or none.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\[(\w+)\]")
_WEIGHT = re.compile(r"(\d+)\*\s*")
_ITEM = re.compile(r"\{(\w+)\}|([()|])|([^\s(){}|]+)")
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class _Reference:
    section: str


class _Deck:
    """Alternatives dealt in shuffled rounds, so that a sample covers all of them evenly."""

    __slots__ = ("_dice", "_items", "_left")

    def __init__(self, items: list["_Line"], dice: random.Random) -> None:
        self._items, self._dice = items, dice
        self._left: list[_Line] = []

    def deal(self) -> "_Line":
        if not self._left:
            self._left = self._items.copy()
            self._dice.shuffle(self._left)
        return self._left.pop()


_Line = list["str | _Reference | _Deck"]


class Templates:
    """The sections of several texts, and the sentences they make.

    Args:
        texts: Contents of template files; a section may be continued in a later one.
        seed: Decides the sample; the same texts and seed give the same sentences.

    Raises:
        ValueError: A line stands before the first section, or names a section that is missing.
    """

    def __init__(self, texts: Iterable[str], seed: int = 0) -> None:
        self._dice = random.Random(seed)
        lines: dict[str, list[_Line]] = {}
        for text in texts:
            for section, weight, words in read_sections(text):
                line = self._parse(words)
                lines.setdefault(section, []).extend([line] * weight)
        self._decks = {
            name: _Deck(alternatives, self._dice) for name, alternatives in lines.items()
        }

    def __contains__(self, section: str) -> bool:
        return section in self._decks

    def sentences(self, section: str, count: int) -> list[list[str]]:
        """Draw sentences from a section, as lists of words and class tokens."""
        return [list(self._say(self._deck(section).deal(), _DEPTH)) for _ in range(count)]

    def _say(self, line: _Line, depth: int) -> Iterator[str]:
        if not depth:
            return
        for item in line:
            if isinstance(item, str):
                yield item
            elif isinstance(item, _Deck):
                yield from self._say(item.deal(), depth - 1)
            else:
                yield from self._say(self._deck(item.section).deal(), depth - 1)

    def _deck(self, section: str) -> _Deck:
        if section not in self._decks:
            raise ValueError(f"no section [{section}] among {', '.join(sorted(self._decks))}")
        return self._decks[section]

    def _parse(self, words: str) -> _Line:
        return self._phrase(_ITEM.findall(words)[::-1])

    def _phrase(self, items: list[tuple[str, str, str]]) -> _Line:
        """Read items off the end of the list up to a bar or the closing bracket."""
        line: _Line = []
        while items and items[-1][1] not in ("|", ")"):
            reference, mark, word = items.pop()
            if mark:
                line.append(_Deck(self._alternatives(items), self._dice))
            else:
                isolated = word or reference
                line.append(isolated if word or isolated.isupper() else _Reference(reference))
        return line

    def _alternatives(self, items: list[tuple[str, str, str]]) -> list[_Line]:
        alternatives = [self._phrase(items)]
        while items and items.pop()[1] == "|":
            alternatives.append(self._phrase(items))
        return alternatives


def read_sections(text: str) -> Iterator[tuple[str, int, str]]:
    """The lines of a file as (section, weight, words); comments and blank lines are left out.

    Raises:
        ValueError: A line stands before the first section.
    """
    section = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        header = _HEADER.fullmatch(line)
        if header:
            section = header[1]
            continue
        if not section:
            raise ValueError(f"line {number}: {line!r} stands before the first [section]")
        weight = _WEIGHT.match(line)
        yield section, int(weight[1]) if weight else 1, line[weight.end() :] if weight else line
