"""Invariant 7: nothing marked sensitive stands in a call's record in clear. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from callwright.calls import events as ev
from callwright.calls.masks import MASK, hashed, is_hashed
from callwright.calls.promises import Promises
from callwright.calls.violation import Violation
from callwright.conversation.entities import (
    Choice,
    Date,
    DateTime,
    EntityBase,
    Hearing,
    Time,
    YesNo,
)
from callwright.conversation.spoken import tokens

# The longest value, in words, that is looked for in words as they stand.
_LONGEST = 8

# Relative dates are another invariant's business: any day does for reading a text.
_ANY_DAY = date(2000, 1, 1)


def nothing_in_clear(
    promised: Promises, meta: Mapping[str, Any], events: Sequence[ev.Event], key: bytes | None
) -> Iterator[Violation]:
    """Yield every place of a record where a sensitive value can be read."""
    names = [name for name in promised.entities if promised.is_sensitive(name)]
    if not names:
        return
    for event in events:
        for name in names:
            if _bare(event, name):
                yield Violation(7, event.at, f"{name} stands in clear in {event.name!r}")
        if isinstance(event, ev.HeardSoFar) and event.text.strip() not in ("", MASK):
            yield Violation(7, event.at, "words that may still become a value stand in clear")
    if key is not None:
        known = _hashes(names, events)
        search = _Search(promised, key, known)
        for event in events:
            search.learn(event)
            spoken = isinstance(event, ev.Said | ev.Saying | ev.ReplyReplaced)
            for name in search.found([*_without_measures(event).values()], asked=spoken):
                yield Violation(7, event.at, f"{name} stands in clear in {event.name!r}")
        declared = {part: text for part, text in meta.items() if part != "promises"}
        for name in search.found([*declared.values()]):
            yield Violation(7, 0.0, f"{name} stands in clear in call.yaml")


def _without_measures(event: ev.Event) -> dict[str, Any]:
    """What an event says; times, counts and names of calls are no values, but may look like one."""
    line = ev.to_line(event)
    line.pop("amounts", None)
    if isinstance(event, ev.ToolCalled | ev.ToolRefused | ev.ToolReturned):
        line.pop("call", None)
    return {part: told for part, told in line.items() if not isinstance(told, int | float)}


def _bare(event: ev.Event, name: str) -> bool:
    """Whether an event holds an entity's value as it is."""
    match event:
        case ev.EntityChanged(entity=entity, value=value, heard=heard) if entity == name:
            return not (value is None or is_hashed(value)) or heard not in (None, MASK)
        case ev.ReadBack(entity=entity, value=value) if entity == name:
            return not is_hashed(value)
        case ev.ToolCalled(arguments=given) if name in given:
            return given[name] != MASK and not is_hashed(given[name])
        case ev.ToolStarted(arguments=given) if name in given:
            return not is_hashed(given[name])
        case _:
            return False


def _hashes(names: Sequence[str], events: Sequence[ev.Event]) -> dict[str, set[str]]:
    """The hashes that stand in a record, by entity.

    What is heard of a value while the rest is still being said ("two" of "two hundred") is none.
    """
    found: dict[str, set[str]] = {name: set() for name in names}
    heard: dict[str, str] = {}
    for event in events:
        match event:
            case ev.EntityChanged(entity=name, value=str(value)) if name in found:
                heard[name] = value
            case ev.ReadBack(entity=name, value=value) if name in found:
                found[name].add(value)
            case ev.ToolStarted(arguments=given):
                for name in found.keys() & given.keys():
                    found[name].add(str(given[name]))
            case ev.TurnEnded():
                _settle(heard, found)
            case _:
                pass
    _settle(heard, found)
    return found


def _settle(heard: dict[str, str], found: dict[str, set[str]]) -> None:
    """What was heard last of a turn counts."""
    for name, value in heard.items():
        found[name].add(value)
    heard.clear()


class _Search:
    """Looks for words whose hash stands in the record."""

    def __init__(self, promised: Promises, key: bytes, known: dict[str, set[str]]) -> None:
        self._key = key
        self._known = known
        self._entities = {name: promised.entity(name) for name in known}
        self._promised = promised

    def learn(self, event: ev.Event) -> None:
        """Take what a model calls a tool with for a value from here on.

        It may be one that the rules have not heard, and may be made up, of words said before.
        """
        if isinstance(event, ev.ToolCalled):
            for name in self._known.keys() & event.arguments.keys():
                self._known[name].add(str(event.arguments[name]))

    def found(self, plain: Any, *, asked: bool = False) -> Iterator[str]:
        """Yield the entities whose value stands in some text of plain data.

        Args:
            plain: What JSON can hold.
            asked: Whether it is what the bot says: a question may name every choice.
        """
        for text in _texts(plain):
            for name in filter(self._known.get, self._known):
                hashes, entity = self._known[name], self._entities[name]
                if isinstance(entity, YesNo) or (asked and isinstance(entity, Choice)):
                    continue
                readings = {*_runs(text), *self._heard(entity, text)}
                if any(hashed(self._key, name, one) in hashes for one in readings):
                    yield name

    def _heard(self, entity: EntityBase | None, text: str) -> Iterator[str]:
        if entity is None:
            return
        context = Hearing(
            today=_ANY_DAY,
            # A part of a day or a time alone gives nothing away: any number may be an hour.
            asked=not isinstance(entity, Date | DateTime | Time),
            region=self._promised.region,
            currency=self._promised.currency,
            language=self._promised.language,
        )
        for candidate in entity.hear(text, context):
            yield candidate.value


def _texts(plain: Any) -> Iterator[str]:
    match plain:
        case str():
            yield plain
        case bool() | None:
            return
        case int() | float():
            yield str(plain)
        case dict():
            for key, one in plain.items():
                yield from (key, *_texts(one))
        case list() | tuple():
            for one in plain:
                yield from _texts(one)
        case _:
            return


def _runs(text: str) -> Iterator[str]:
    """Yield pieces of a text as a value may be written."""
    heard = tokens(text)
    for first in range(len(heard)):
        for last in range(first, min(len(heard), first + _LONGEST)):
            piece = text[heard[first].start : heard[last].end]
            joined = "".join(token.text for token in heard[first : last + 1])
            yield from (piece, piece.lower(), joined, joined.upper(), f"+{joined}")
