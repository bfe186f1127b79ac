"""What every kind of entity has in common: its declaration, what it hears, how it is said."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..spelling import spelled_out
from ..spoken import Span, Token


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a value in a turn's words.

    Args:
        value: Canonical; may still be invalid (`EntityBase.problem` tells).
        start: Offset of the first character it was read from, its introduction included.
        end: Offset behind the last one.
        confidence: 0 to 1, of the reading alone (not of the recogniser).
        cued: Whether the caller said what it is ("my name is …"), so it may stand unasked.
    """

    value: str
    start: int
    end: int
    confidence: float
    cued: bool = False

    @property
    def span(self) -> Span:
        """The piece of the transcript it was read from."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Under which circumstances the words were said.

    Args:
        today: The caller's date.
        asked: Whether this entity's question is the one in the air.
        region: ISO 3166 region of numbers without a country code.
        currency: ISO 4217 code of amounts without one.
        language: ISO 639 code the words are in.
        cues: Words that announce this entity when nobody asked for it (from its question).
        taken: Pieces of the transcript that already mean something else.
        opening: Whether these are the caller's first words, when people say who they are.
    """

    today: date
    asked: bool = False
    region: str = "US"
    currency: str = "USD"
    language: str = "en"
    cues: frozenset[str] = frozenset()
    taken: tuple[Span, ...] = ()
    opening: bool = False


class EntityBase(BaseModel):
    """The fields of every entity declaration; the base of a type of one's own.

    Args:
        ask: The question that asks for it.
        confirm: Whether the value is read back, and how, before it counts as confirmed.
        optional: Whether a call is complete without it.
        sensitive: Whether its values are masked wherever a call is written down.
        examples: Phrases a caller may answer with; they teach the ear.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    ask: str = Field(min_length=1)
    confirm: Literal["none", "read_back", "spell"] = "none"
    optional: bool = False
    sensitive: bool = False
    examples: list[str] = Field(default_factory=list)

    @abstractmethod
    def hear(self, words: str, context: Hearing) -> list[Candidate]:
        """Return the readings in a whole turn's words, best first; equal ones are a question."""

    @abstractmethod
    def problem(self, value: str, context: Hearing | None = None) -> str | None:
        """Say in words for the caller what is wrong with a value; None when it is valid.

        Args:
            value: Canonical.
            context: The day and the language of the call; without it only what holds on any day
                is checked, and the words are English.
        """

    def unfinished(self, words: str, context: Hearing) -> bool:
        """Whether the caller seems to be in the middle of dictating it, so that more will come."""
        return False

    def say(self, value: str, language: str = "en") -> str:
        """Return the value as a voice should read it."""
        return value

    def spell(self, value: str, language: str = "en") -> str:
        """Return the value letter by letter; letters that sound alike get a word each."""
        return spelled_out(value, language)


def reach_back(heard: Sequence[Token], first: int, introduction: frozenset[str]) -> int:
    """Return the index from which `introduction` words lead up to token `first`."""
    index = first
    while index > max(0, first - 8) and heard[index - 1].norm in introduction:
        index -= 1
    return index


def in_words(context: Hearing | None, english: str, spanish: str) -> str:
    """Return a reason in the language of the call."""
    return spanish if context is not None and context.language == "es" else english
