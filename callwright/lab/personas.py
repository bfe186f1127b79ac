"""Kinds of simulated callers, as data: how each behaves, not what each says about itself."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, InputError, listed, nearest_word
from callwright.declarations.shape import Strict, fit

OURS = Path(__file__).parent / "callers"
ANY = "any"
STARTS = "'persona: …'"

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=60)]


def _rising(bounds: tuple[float, float]) -> tuple[float, float]:
    least, most = bounds
    if least > most:
        raise ValueError("it goes from the shortest to the longest; turn it around")
    return bounds


Range = Annotated[tuple[Seconds, Seconds], AfterValidator(_rising)]


def _one_or_more(words: object) -> object:
    return [words] if isinstance(words, str) else words


Words = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
]


class TelephoneLine(Strict):
    """What a caller's sound goes through.

    Args:
        codec: A telephone's, at 8000 Hz, or none.
        loss: Share of the packets of 20 ms that never arrive.
        street: How loud the street is behind the caller, decibels of full scale; none when absent.
    """

    codec: Literal["none", "mulaw"] = "none"
    loss: Share = 0.0
    street: Annotated[float, Field(ge=-90, le=-10)] | None = None


class Fragments(Strict):
    """How an answer falls to pieces: so many words at most, and a pause after each piece."""

    words: Annotated[int, Field(ge=1)] = 3
    pause: Range = (0.6, 1.6)


class OtherLanguage(Strict):
    """Which language a caller falls into (ISO 639), how often, and what it asks for in it."""

    language: Literal["es"]
    share: Share = 0.4
    asks: Annotated[list[str], Field(min_length=1)]


class Persona(Strict):
    """How a caller behaves. Shares are 0 to 1, seconds are seconds.

    Args:
        persona: What the command line and the record call it.
        pause: How long it lets the bot's last word stand, least and most.
        rate_wpm: How fast it speaks, words a minute.
        volume: How loud, as a share of the voice's own.
        at_once: How many facts it gives in one breath.
        corrects: Share of its values that it gets wrong first, and corrects when read back.
        changes: Share of its turns in which it takes back a value that it has given.
        interrupts: Share of the bot's turns into which it speaks.
        silent: Share of its turns that do not come.
        mumbles: Share of its turns that answer nothing.
        spells: Whether it spells what it says, where that can be understood.
        refuses: Whether it says no to what has to be agreed to.
        knows: The words for an entity, where they are not made up: a number in the agent's files, a
            name that goes with it. Of several ways to say it one is drawn; it is never changed.
        says: What it says instead of an answer, now and then, in a random order.
        wild: Share of its turns in which it does.
        fragments: How its answers fall to pieces.
        other_language: Where it falls into another language.
        line: What its sound goes through.
    """

    persona: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    pause: Range = (0.6, 1.2)
    rate_wpm: Annotated[int, Field(ge=80, le=450)] = 150
    volume: Annotated[float, Field(gt=0, le=1)] = 1.0
    at_once: Annotated[int, Field(ge=1)] = 1
    corrects: Share = 0.0
    changes: Share = 0.0
    interrupts: Share = 0.0
    silent: Share = 0.0
    mumbles: Share = 0.0
    spells: bool = False
    refuses: bool = False
    knows: dict[str, Words] = Field(default_factory=dict[str, Words])
    says: list[str] = Field(default_factory=list[str])
    wild: Share = 0.0
    fragments: Fragments | None = None
    other_language: OtherLanguage | None = None
    line: TelephoneLine = TelephoneLine()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.persona

    @model_validator(mode="after")
    def _named(self) -> "Persona":
        if self.persona == ANY:
            raise ValueError("no persona can be called 'any'; give it another name")
        return self


def read_persona(path: Path) -> Persona:
    """Read one persona.

    Raises:
        DeclarationError: What is wrong with it, by line and column.
    """
    document = places.read_with_includes(path, STARTS)
    persona, problems = fit(Persona, document)
    problems = [*document.duplicates, *problems]
    if persona is None or problems:
        raise DeclarationError(problems)
    return persona


@cache
def bundled() -> dict[str, Persona]:
    """The personas that come with this version, by name."""
    personas = [read_persona(path) for path in sorted(OURS.glob("*.yaml"))]
    return {persona.name: persona for persona in personas}


def persona_called(name: str) -> Persona:
    """A bundled persona, or one from a YAML file.

    Raises:
        InputError: There is none of that name; a file that is wrong.
    """
    if Path(name).suffix in (".yaml", ".yml"):
        return read_persona(Path(name))
    known = bundled()
    if name not in known:
        nearest = nearest_word(name, [*known, ANY])
        remedy = f"did you mean {nearest!r}?" if nearest else f"known: {listed([*known, ANY])}"
        raise InputError(f"--caller {name!r} is unknown", remedy)
    return known[name]
