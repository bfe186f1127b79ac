"""Declared sentences with their places filled in, and whether words contain them."""

import re
from collections.abc import Mapping

from .plan import Plan
from .state import State

PLACE = re.compile(r"\{(\w+)\}")
"""Where something is filled into a declared sentence."""


def filled(text: str, state: State, plan: Plan) -> str:
    """Return a declared sentence with entities and the tools' results in their places."""

    def value(place: re.Match[str]) -> str:
        name = place.group(1)
        for result in reversed(state.results.values()):
            if isinstance(result, Mapping) and name in result:
                return str(result[name])  # pyright: ignore[reportUnknownArgumentType]
        known = state.entities.get(name)
        if known is None or known.value is None:
            return ""
        return plan.entities[name].say(known.value, plan.language)

    whole = " ".join(PLACE.sub(value, text.replace("{greeting}", plan.greeting)).split())
    return re.sub(r"\s+([,.?!;])", r"\1", whole)


def summary(state: State, plan: Plan) -> str:
    """Return the facts and steps of a call in words for a model."""
    own = plan.own
    facts = [
        f"{name} is {known.value} ({known.status})" if known.value else f"{name} is {known.status}"
        for name, known in state.entities.items()
        if name not in own
    ]
    steps = [f"{name} {known.status}" for name, known in state.checkpoints.items()]
    parts = [f"Facts as validated: {'; '.join(facts)}." if facts else ""]
    parts += [f"Required steps: {', '.join(steps)}." if steps else ""]
    return " ".join(part for part in parts if part)


def contains(words: str, part: str) -> bool:
    """Whether `part` stands in `words`, word for word and in one piece; marks do not count."""
    wanted = _plain(part)
    return bool(wanted) and f" {wanted} " in f" {_plain(words)} "


def ends_in(words: str, part: str) -> bool:
    """Whether words end in `part`, word for word; marks do not count."""
    wanted = _plain(part)
    return bool(wanted) and f" {_plain(words)}".endswith(f" {wanted}")


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
