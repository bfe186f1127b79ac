"""The stack file: which services a call is made of, and the path of its frames."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from callwright.declarations.agent import Slug
from callwright.declarations.errors import Problem, listed
from callwright.declarations.places import Document
from callwright.declarations.shape import Strict
from callwright.declarations.steps import (
    ALLOWED,
    OURS,
    REQUIRED,
    ROLES,
    WORDS,
    Kind,
    Own,
    Role,
    Step,
)

_STEP: TypeAdapter[Any] = TypeAdapter(Step)


class Alternative(Strict):
    """One service that may take over when those before it fail.

    Args:
        use: A name of the catalogue (``callwright services``), or ``module:Class``.
        settings: The fields of the service's settings; text may hold ``${ENV}``.
        args: Arguments of its constructor; text may hold ``${ENV}``.
    """

    use: str = Field(min_length=1)
    settings: dict[str, Any] = Field(default_factory=dict)
    args: dict[str, Any] = Field(default_factory=dict)


class ServiceUse(Alternative):
    """One service of a stack.

    Args:
        otherwise: ``else``: the services that take over when it fails, in order.
        within: Seconds in which a sign of life is due before the next one takes over.
    """

    otherwise: list[Alternative] | None = Field(default=None, alias="else", min_length=1)
    within: float | None = Field(default=None, gt=0)


class Stack(Strict):
    """What a call is made of.

    Args:
        stack: The stack's name.
        kind: Its architecture.
        turns: Whether our turn detector or a speech-to-speech model's own makes the turns.
        services: The service of each role.
        steps: The path of the frames, in full.
    """

    stack: Slug
    kind: Kind
    turns: Literal["ours", "theirs"] = "ours"
    services: dict[Role, ServiceUse]
    steps: list[Step]


def path_problems(document: Document) -> Iterator[Problem]:
    """Yield what is impossible in the path: order, repetition, gaps, services without a step."""
    steps = parsed_steps(document)
    if not isinstance(document.get(["steps"]), list):
        return
    words = [None if step is None or isinstance(step, Own) else step.step for step in steps]
    yield from _order(document, steps, words)
    kind = document.get(["kind"])
    if isinstance(kind, str) and kind in REQUIRED:
        yield from _belonging(document, kind, words)
        yield from _turns(document, kind)
    yield from _services(document, steps)


def _belonging(document: Document, kind: Kind, words: Sequence[str | None]) -> Iterator[Problem]:
    """Yield the steps that an architecture lacks, and those that mean nothing to it."""
    for word, step in zip(WORDS, OURS, strict=True):
        if word not in words and word in REQUIRED[kind]:
            what, remedy = f"the step {word!r} is missing", f"add it: {step.why}"
            yield document.problem(["steps"], what, remedy=remedy, key=True)
        elif word in words and word not in ALLOWED[kind]:
            what = f"the step {word!r} has no place in a stack of kind {kind!r}"
            remedy = f"delete it; its steps are {listed(w for w in WORDS if w in ALLOWED[kind])}"
            yield document.problem(["steps", words.index(word)], what, remedy=remedy)
    if {"hear_entities", "context.user"} <= set(words):
        first = "stt" in words or "ears" in words
        at = words.index("hear_entities")
        if first and at > words.index("context.user"):
            what = "the step 'context.user' stands before 'hear_entities'"
            remedy = "move it behind: it keeps the caller's words, so nothing behind it reads them"
            yield document.problem(["steps", words.index("context.user")], what, remedy=remedy)
        if kind != "cascaded" and not first and at < words.index("context.user"):
            what = "the step 'hear_entities' stands before 'context.user'"
            remedy = (
                "move it between 'context.user' and 's2s': without 'ears' the caller's words come "
                "back from 's2s'"
            )
            yield document.problem(["steps", at], what, remedy=remedy)


def _turns(document: Document, kind: Kind) -> Iterator[Problem]:
    turns = document.get(["turns"])
    if kind == "cascaded" and turns == "theirs":
        what = "'turns: theirs' needs a model that hears the caller itself"
        remedy = "delete it, or use the kind 's2s' or 'half-cascade'"
        yield document.problem(["turns"], what, remedy=remedy)


def parsed_steps(document: Document) -> list[Any]:
    """Return each step of a stack file as its config, None where its shape is wrong."""
    raw = document.get(["steps"])
    return [_parsed(step) for step in raw] if isinstance(raw, list) else []


def _parsed(step: Any) -> Any:
    try:
        return _STEP.validate_python(step)
    except ValidationError:
        return None


def _order(
    document: Document, steps: Sequence[Any], words: Sequence[str | None]
) -> Iterator[Problem]:
    for index, (step, word) in enumerate(zip(steps, words, strict=True)):
        at = ["steps", index]
        if word is None:
            continue
        if word in words[:index]:
            yield document.problem(at, f"the step {word!r} stands here twice", remedy="delete one")
            continue
        if word == "input" and index > 0:
            what = "the step 'input' is not the first"
            yield document.problem(at, what, remedy=f"move it to the front: {step.why}")
        for earlier, reason in step.after:
            if earlier in words[index + 1 :] and earlier not in words[:index]:
                what = f"the step {word!r} stands before {earlier!r}"
                yield document.problem(at, what, remedy=f"move it behind: {reason}")


def _services(document: Document, steps: Sequence[Any]) -> Iterator[Problem]:
    declared = document.get(["services"])
    if not isinstance(declared, dict):
        return
    used: set[str] = set()
    for index, step in enumerate(steps):
        for role in getattr(step, "roles", ()):
            used.add(role)
            if role not in declared:
                what = f"the step {step.step!r} has no service for the role {role!r}"
                remedy = f"add '{role}: {{use: …}}' under services"
                yield document.problem(["steps", index], what, remedy=remedy)
    for role in declared:
        if role in ROLES and role not in used and None not in steps:
            what = f"no step uses the service {role!r}"
            remedy = f"add the step {_user_of(role)!r}, or delete the service"
            yield document.problem(["services", role], what, remedy=remedy, key=True)


def _user_of(role: str) -> str:
    return next(word for word, step in zip(WORDS, OURS, strict=True) if role in step.roles)
