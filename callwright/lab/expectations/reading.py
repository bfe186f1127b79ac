"""Reading `expect.yaml`: strict, with the place of every mistake."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, Problem, nearest_word
from callwright.declarations.finding import leads_to, word_for
from callwright.declarations.shape import fit
from callwright.lab.expectations.shape import EXPECT_YAML, SECTIONS, Expectations, Expected
from callwright.lab.expectations.texts import SlowPattern


@dataclass(frozen=True, slots=True)
class ExpectationFile:
    """An `expect.yaml` that was read.

    Args:
        path: The file.
        expectations: What it says.
        raw: The same as plain data.
    """

    path: Path
    expectations: Expectations
    raw: dict[str, Any]

    def on(self, stack: str, own_stack: str) -> Expected | None:
        """What is expected on a stack; None where the file says nothing about it.

        Args:
            stack: The stack, as the file has it (`written_for`).
            own_stack: The agent's own, likewise.
        """
        if stack not in self.stacks(own_stack):
            return None
        return Expected.model_validate_json(json.dumps(self.raw_on(stack)))

    def raw_on(self, stack: str) -> dict[str, Any]:
        """The same as plain data, for any stack; the common sections where it has no own."""
        common = {name: self.raw[name] for name in SECTIONS if name in self.raw}
        special: dict[str, Any] = self.raw.get("per_stack", {}).get(self.special_key(stack), {})
        turns = special.get("turns")
        if isinstance(turns, dict):
            changed = [
                turn | turns.get(str(number), {})
                for number, turn in enumerate(common["turns"], start=1)
            ]
            special = special | {"turns": changed}
        return common | special

    def special_key(self, stack: str) -> str:
        """The key under `per_stack` that is this stack's: as it is listed, or by its bare name."""
        special: dict[str, Any] = self.raw.get("per_stack", {})
        if stack in special:
            return stack
        return next((key for key in special if same_name(key, stack)), stack)

    def stacks(self, own_stack: str) -> list[str]:
        """The stacks it holds on."""
        return self.expectations.stacks or [own_stack]

    def written_for(self, stack: Path) -> str:
        """How the file names a stack: as it lists it, or as it would have to.

        Args:
            stack: The stack's file.
        """
        folder, listed = self.path.parent, self.expectations.stacks or []
        found = (word for word in listed if leads_to("stack", word, folder, stack))
        return next(found, None) or word_for("stack", stack, folder)


def same_name(one: str, other: str) -> bool:
    """Whether two words may mean the same stack: a path is as good as the name of its file."""
    return _bare(one) == _bare(other)


def _bare(word: str) -> str:
    path = Path(word)
    return path.stem if path.suffix in (".yaml", ".yml") else path.name


def read_expectations(folder: Path) -> ExpectationFile | None:
    """Read the expectations of a call folder; None where there are none.

    Raises:
        DeclarationError: What is wrong with the file, and where.
    """
    path = folder / EXPECT_YAML
    if not path.exists():
        return None
    document = places.read(path, "'outcome: …' or 'stacks: […]'")
    expectations, problems = fit(Expectations, document)
    problems = [*document.duplicates, *problems]
    if expectations is not None:
        problems += _misplaced(expectations, document)
    if expectations is None or problems:
        raise DeclarationError(problems)
    return ExpectationFile(path, expectations, document.data)


def refuse_strangers(file: ExpectationFile, own_stack: str) -> None:
    """Refuse `per_stack` of other stacks than those it holds on, once the agent's own is known.

    Args:
        file: The expectations.
        own_stack: The agent's own, as the file would have it.

    Raises:
        DeclarationError: Whose, and where.
    """
    document = places.read(file.path)
    if problems := list(_strangers(file.expectations, document, file.stacks(own_stack))):
        raise DeclarationError(problems)


@contextmanager
def slow_patterns_placed(file: ExpectationFile | None) -> Generator[None]:
    """Give a pattern that takes too long its place in the file.

    Raises:
        DeclarationError: Every place where that pattern stands.
    """
    try:
        yield
    except SlowPattern as error:
        if file is None:
            raise
        document = places.read(file.path)
        raise DeclarationError(
            document.problem(at, error.what, remedy=error.remedy)
            for at in document.values
            if at[-1:] == ("matches",) and document.get(at) == error.pattern
        ) from None


def _misplaced(expectations: Expectations, document: places.Document) -> Iterator[Problem]:
    """Yield what stands under `per_stack` and changes nothing: another stack, a turn too many."""
    if expectations.stacks:
        yield from _strangers(expectations, document, expectations.stacks)
    last = len(expectations.turns or ())
    for name, special in expectations.per_stack.items():
        for number in special.turns if isinstance(special.turns, dict) else ():
            if int(number) > last:
                what = f"there is no turn {number}; there are {last}"
                remedy = f"give {name!r} all its turns, as a list"
                at = ("per_stack", name, "turns", number)
                yield document.problem(at, what, remedy=remedy, key=True)


def _strangers(
    expectations: Expectations, document: places.Document, stacks: list[str]
) -> Iterator[Problem]:
    for name in expectations.per_stack:
        if not any(same_name(name, stack) for stack in stacks):
            what = f"the stack {name!r} is not among its stacks"
            nearest, remedy = nearest_word(name, stacks), "add it to stacks"
            at = ("per_stack", name)
            yield document.problem(at, what, nearest=nearest, remedy=remedy, key=True)
