"""What a persona knows against what an agent asks for: names, and words it makes something of."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from callwright.conversation import Plan
from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, Problem, listed, nearest_word
from callwright.declarations.places import Document
from callwright.lab.goals import understood
from callwright.lab.personas import STARTS, Persona


def refuse_what_nobody_asks(
    path: Path, persona: Persona, agent: str, plan: Plan, today: date
) -> None:
    """Refuse a persona that could not say what it knows to this agent.

    Args:
        path: Its file.
        persona: As it was read.
        agent: Whom it calls.
        plan: What that agent asks for.
        today: The caller's date.

    Raises:
        DeclarationError: Entities that the agent does not have, and words that it makes no value
            of, by line and column.
    """
    document = places.read_with_includes(path, STARTS)
    if problems := list(_problems(document, persona, agent, plan, today)):
        raise DeclarationError(problems)


def _problems(
    document: Document, persona: Persona, agent: str, plan: Plan, today: date
) -> Iterator[Problem]:
    asked = list(plan.entities)
    for name, ways in persona.knows.items():
        at = ("knows", name)
        if name not in plan.entities:
            what = f"agent {agent} has no entity {name!r}"
            remedy = f"use {listed(asked, 'or')}" if asked else "it has none at all; delete it"
            nearest = nearest_word(name, asked)
            yield document.problem(at, what, nearest=nearest, remedy=remedy, key=True)
            continue
        for number, words in enumerate(ways):
            if understood(words, plan.entities[name], plan, today) is None:
                what = f"agent {agent} makes no {name} of {words!r}"
                yield document.problem(
                    (*at, number), what, remedy="write it as a caller would say it"
                )
