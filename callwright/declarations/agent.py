"""The agent file: what must happen in a call, in the caller's terms; it names no provider."""

import keyword
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator

from callwright.conversation.entities import Entity
from callwright.declarations.checkpoints import Checkpoint, statement_names
from callwright.declarations.errors import Problem
from callwright.declarations.own_types import OwnEntity
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.shape import Strict, dotted
from callwright.declarations.templates import env_problems, names_in, word_problems
from callwright.declarations.tools import CONTEXT, result_keys

RESERVED = frozenset({CONTEXT})


def _slug(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        raise ValueError(f"{name[:40]!r} is no name; use lower-case letters, digits, '-' and '_'")
    return name


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) or keyword.iskeyword(name):
        raise ValueError(f"{name[:40]!r} is no name; use lower-case words joined by '_'")
    if name in RESERVED:
        raise ValueError(f"{name!r} has a meaning of its own; choose another name")
    return name


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("there are no words; write some, or delete the key")
    return text


Slug = Annotated[str, AfterValidator(_slug)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Words = Annotated[str, AfterValidator(_words)]


class Uncertain(Strict):
    """So many answers in a row that could not be understood."""

    uncertain: int = Field(ge=1, le=20)


def _reason(when: Any) -> str:
    return "uncertain" if isinstance(when, dict | Uncertain) else "word"


When = Annotated[
    Annotated[Literal["asked", "failed"], Tag("word")] | Annotated[Uncertain, Tag("uncertain")],
    Discriminator(_reason),
]


def _whose(entity: Any) -> str:
    kind = entity.get("type") if isinstance(entity, dict) else getattr(entity, "type", None)
    return "own" if isinstance(kind, str) and ":" in kind else "named"


AnyEntity = Annotated[
    Annotated[Entity, Tag("named")] | Annotated[OwnEntity, Tag("own")], Discriminator(_whose)
]


class Tool(Strict):
    """Something the agent can do.

    Args:
        python: ``module:function``; the module is looked for beside the agent file first.
        description: What it does, for the model.
        needs: The entities it is called with, by name; those of the checkpoint that it verifies
            when none are named.
        after: Checkpoints that must be passed, and tools that must have returned, before it runs.
        timeout: Seconds until it counts as failed.
        say: Words spoken after success; the entities it needs and the keys of the mapping that it
            returned are filled in.
        on_failure: Words spoken when it failed or took too long.
        on_refusal: Words spoken when it verifies a checkpoint and says no, before the facts are
            asked for again.
    """

    python: str
    description: Words | None = None
    needs: list[str] = Field(default_factory=list)
    after: list[str] = Field(default_factory=list)
    timeout: float = Field(default=4, gt=0, le=120)
    say: Words | None = None
    on_failure: Words | None = None
    on_refusal: Words | None = None

    @field_validator("python")
    @classmethod
    def _dotted(cls, python: str) -> str:
        module, _, name = python.partition(":")
        if not all(part.isidentifier() for part in module.split(".")) or not name.isidentifier():
            raise ValueError(f"{python[:40]!r} names no function; write it as module:function")
        return python


class Handoff(Strict):
    """When the caller is handed to a human, to whom, and what is said.

    Args:
        when: The caller asks for a human, a tool failed, or N answers in a row were not understood.
        to: The human's number or address; may hold ``${ENV}``.
        say: Words spoken before.
    """

    when: list[When] = Field(default_factory=lambda: ["asked", "failed"], min_length=1)
    to: Words | None = None
    say: Words | None = None


class Silence(Strict):
    """What a silent caller gets.

    Args:
        after: Seconds of silence until the caller is asked again.
        times: How often, before the call ends politely.
    """

    after: float = Field(default=8, ge=1, le=120)
    times: int = Field(default=3, ge=1, le=20)


class Agent(Strict):
    """What must happen in a call.

    Args:
        agent: The agent's name.
        stack: The stack it runs on when the command line names none.
        languages: ISO 639 codes, the first one to begin with.
        region: ISO 3166 country of numbers without a country code.
        currency: ISO 4217 code of amounts without a currency.
        persona: Who the model is and how it behaves.
        greeting: The first words of a call.
        closing: The last words of a completed call; the required entities are filled in.
        entities: What the agent has to learn from the caller, in the order of asking.
        checkpoints: The steps that a call must take, in order.
        tools: What it can do.
        handoff: When and how a human takes over.
        silence: What a silent caller gets.
        vocabulary: Words and phrases that recognition should expect.
    """

    agent: Slug
    stack: Slug = "embedded"
    languages: list[Literal["en", "es"]] = Field(default_factory=lambda: ["en"], min_length=1)
    region: str = "US"
    currency: str = "USD"
    persona: Words | None = None
    greeting: Words | None = None
    closing: Words | None = None
    entities: dict[Identifier, AnyEntity] = Field(default_factory=dict)
    checkpoints: dict[Identifier, Checkpoint] = Field(default_factory=dict)
    tools: dict[Identifier, Tool] = Field(default_factory=dict)
    handoff: Handoff | None = None
    silence: Silence = Field(default_factory=Silence)
    vocabulary: list[Words] = Field(default_factory=list)

    @field_validator("languages")
    @classmethod
    def _once(cls, languages: list[Any]) -> list[Any]:
        if len(set(languages)) < len(languages):
            raise ValueError("a language stands here twice; delete one")
        return languages

    @field_validator("region")
    @classmethod
    def _country(cls, region: str) -> str:
        import phonenumbers

        if region not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"{region[:40]!r} is no country; use two letters such as US, GB or ES")
        return region

    @field_validator("currency")
    @classmethod
    def _code(cls, currency: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValueError(f"{currency[:40]!r} is no currency; use three letters such as USD")
        return currency


def word_and_env_problems(document: Document) -> Iterator[Problem]:
    """Yield every ``{name}`` and ``${ENV}`` of an agent file that nothing would fill in."""
    entities = _mapping(document.get(["entities"]))
    required = [n for n, e in entities.items() if _mapping(e).get("optional") is not True]
    yield from env_problems(document, lambda at: at == ("handoff", "to"))
    fields: list[tuple[KeyPath, list[str]]] = [
        (("greeting",), []),
        (("closing",), required),
        (("handoff", "say"), []),
        *((("entities", name, "ask"), []) for name in entities),
    ]
    for name, tool in _mapping(document.get(["tools"])).items():
        needs = _mapping(tool).get("needs")
        known = [need for need in needs if isinstance(need, str)] if isinstance(needs, list) else []
        for words, values in (("say", known), ("on_refusal", [])):
            text, keys = document.get(("tools", name, words)), result_keys(document, name)
            if keys is None and isinstance(text, str):  # its code does not tell: take their word
                keys = [key for key in names_in(text) if key not in entities]
            fields.append((("tools", name, words), [*values, *(keys or ())]))
        fields.append((("tools", name, "on_failure"), known))
        yield from _never_refuses(document, name)
    for name, step in _mapping(document.get(["checkpoints"])).items():
        fields.append((("checkpoints", name, "say"), statement_names(document, step)))
        fields.append((("checkpoints", name, "ask"), []))
    for at, names in fields:
        yield from word_problems(document, at, entities, names)


def _never_refuses(document: Document, tool: str) -> Iterator[Problem]:
    """Yield words for a no of a tool whose no means nothing."""
    at = ("tools", tool, "on_refusal")
    steps = _mapping(document.get(["checkpoints"])).values()
    if document.get(at) is not None and all(_mapping(s).get("verify") != tool for s in steps):
        what = f"{dotted(at)} is never said: no checkpoint is verified by {tool!r}"
        yield document.problem(at, what, remedy=f"write verify: {tool} in one, or delete the line")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
