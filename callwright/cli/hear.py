"""``callwright hear``: try a type of entity at the desk, or an agent's own."""

import json
import sys
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import typer

from callwright.cli.errors import bad_input
from callwright.conversation.entities import EntityBase, Hearing, Phone
from callwright.conversation.entities.parameters import (
    TYPES,
    BadParameter,
    entity_of,
    parameters,
)
from callwright.conversation.reading import Reading, read
from callwright.declarations.errors import InputError, listed, nearest_word, quoted

_LANGUAGES = ("en", "es")
_REGIONS = {"en": ("US",), "es": ("ES", "US")}
"""Whose telephone numbers are tried in turn where no agent and no parameter names a region."""


@bad_input()
def hear(
    what: Annotated[
        str, typer.Argument(metavar="TYPE|AGENT:ENTITY", help="A type, or an agent's entity.")
    ],
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]…", help="What the caller said; stdin, one a line, if none."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en or es; the agent's own, else English.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="k=v", help="A parameter of the type; may be repeated."),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="The caller's date.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON a text on stdout.")
    ] = False,
) -> None:
    """Try what an entity hears in a text: its value, or why there is none."""
    entity, contexts = _declared(what, param or [], _language(lang), _day(today))
    for text in texts if texts else _lines():
        readings = [read(entity, text, context) for context in contexts]
        reading = next((one for one in readings if one.value is not None), readings[0])
        context = contexts[0]
        typer.echo(
            _json(text, reading, entity, context) if as_json else _human(reading, entity, context)
        )


def _lines() -> Iterable[str]:
    # Bytes that are no UTF-8 are words nobody said, not an error.
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    return (line.rstrip("\r\n") for line in sys.stdin)


def _language(lang: str | None) -> str | None:
    if lang is not None and lang not in _LANGUAGES:
        raise InputError(_unknown("language", lang, _LANGUAGES), "use en or es")
    return lang


def _day(today: str | None) -> date:
    if today is None:
        return date.today()
    try:
        return date.fromisoformat(today)
    except ValueError:
        raise InputError(f"--today {quoted(today)} is no date", "write it as 2026-11-20") from None


def _declared(
    what: str, given: list[str], lang: str | None, today: date
) -> tuple[EntityBase, list[Hearing]]:
    """Return the entity, and the circumstances: the agent's own, or those of the language."""
    pairs = dict(_pair(one) for one in given)
    if ":" in what:
        return _of_agent(what, pairs, lang, today)
    kind = TYPES.get(what)
    if kind is None:
        remedy = f"types: {listed(TYPES)}; or AGENT:ENTITY"
        raise InputError(_unknown("type", what, TYPES), remedy)
    language = lang or "en"
    contexts = [
        Hearing(today, asked=True, language=language, region=region)
        for region in _REGIONS[language]
    ]
    entity = _made(what, kind, pairs)
    return entity, contexts if isinstance(entity, Phone) else contexts[:1]


def _made(what: str, kind: type[EntityBase], pairs: dict[str, str]) -> EntityBase:
    try:
        return entity_of(kind, pairs)
    except BadParameter as error:
        known = parameters(kind)
        if error.name not in known:
            remedy = f"{what} has: {listed(known)}" if known else f"{what} has no parameters"
            raise InputError(_unknown("parameter", error.name, known), remedy) from None
        wrong, _, remedy = str(error).partition("; ")
        raise InputError(f"--param {error.name}: {wrong}", remedy or "change the value") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"--param {quoted(text)} has no '='", "write it as --param length=6")
    return name.strip(), value


def _of_agent(
    what: str, pairs: dict[str, str], lang: str | None, today: date
) -> tuple[EntityBase, list[Hearing]]:
    """Return an agent's own entity; parameters given besides change it."""
    from callwright.declarations import places
    from callwright.declarations.checking import check_agent
    from callwright.declarations.errors import DeclarationError
    from callwright.declarations.finding import find

    name, _, entity_name = what.rpartition(":")
    document = places.read(find("agent", name))
    agent, problems = check_agent(document)
    if agent is None or problems:
        raise DeclarationError(problems)
    from callwright.declarations.own_types import with_own_types

    agent = with_own_types(agent, document)
    entity = agent.entities.get(entity_name)
    if entity is None:
        known = list(agent.entities)
        raise InputError(
            _unknown("entity", entity_name, known),
            f"agent {agent.agent!r} has: {listed(known) or 'none'}",
        )
    if pairs:
        changed = _made(entity.type, type(entity), pairs)
        own = {key: getattr(changed, key) for key in pairs}
        entity = entity.model_copy(update=own)
    language = lang or agent.languages[0]
    context = Hearing(
        today, asked=True, language=language, region=agent.region, currency=agent.currency
    )
    return entity, [context]


def _unknown(kind: str, word: str, known: Iterable[str]) -> str:
    nearest = nearest_word(word, known)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return f"there is no {kind} {quoted(word)}{hint}"


def _json(text: str, reading: Reading, entity: EntityBase, context: Hearing) -> str:
    row: dict[str, Any] = {
        "text": text,
        "value": reading.value,
        "candidates": [
            {
                "value": one.value,
                "start": one.start,
                "end": one.end,
                "confidence": round(one.confidence, 3),
            }
            for one in reading.candidates
        ],
        "problem": reading.problem,
        "say": None if reading.value is None else entity.say(reading.value, context.language),
    }
    return json.dumps(row, ensure_ascii=False)


def _human(reading: Reading, entity: EntityBase, context: Hearing) -> str:
    if reading.value is not None:
        return f"{reading.value}  ({entity.say(reading.value, context.language)})"
    if reading.problem is not None:
        return f"-  {reading.problem}"
    values = listed((one.value for one in reading.candidates), "or")
    return f"-  a question: {values}" if values else "-  nothing heard"
