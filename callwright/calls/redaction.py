"""Takes sensitive values out of a call's events, before anybody else sees them. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from itertools import chain, count
from typing import Any

from callwright.calls import events as ev
from callwright.calls.masks import MASK, hashed, masked
from callwright.calls.sensitive_sound import SensitiveSounds
from callwright.calls.sensitive_words import SensitiveWords
from callwright.conversation.entities import Hearing, Text
from callwright.conversation.plan import Plan

# Words of this program, not of a caller or a model; all other text is looked through.
_OURS = frozenset(
    {"at", "entity", "status", "kind", "checkpoint", "tool", "call", "stage", "role", "service"}
    | {"to", "side", "by", "outcome", "where", "amounts"}
)


class Redactor:
    """Follows one call and hands its events on without sensitive values.

    Args:
        plan: The call's plan.
        key: Of the hashes that stand for the values.
        today: The caller's date.
        asked: The entities whose question may be in the air now.
    """

    def __init__(
        self, plan: Plan, key: bytes, today: date, asked: Callable[[], Iterable[str]]
    ) -> None:
        self._key = key
        self._entities = plan.entities
        self._sensitive = frozenset(n for n, one in plan.entities.items() if one.sensitive)
        self._words = SensitiveWords(plan, today)
        self._context = Hearing(
            today=today, region=plan.region, currency=plan.currency, language=plan.language
        )
        self._sounds = SensitiveSounds()
        self._asked = asked
        self._asked_then: tuple[str, ...] = ()
        self._turn: list[str] = []
        self._turn_before: list[str] = []

    @property
    def words(self) -> SensitiveWords:
        """What finds the values in any words, with all that is known of them by now."""
        return self._words

    def asked(self) -> tuple[str, ...]:
        """The sensitive entities whose question may be in the air now."""
        return tuple(name for name in self._asked() if name in self._sensitive)

    def redact(self, event: ev.Event) -> list[ev.Event]:
        """Return what may be written down of an event, and the sound that it says is sensitive."""
        if isinstance(event, ev.TurnStarted):
            self._asked_then = tuple(self._asked())
        clean = self._clean(event)
        if isinstance(event, ev.TurnEnded):
            self._turn_before, self._turn = self._turn, []
        return [clean, *self._sounds.take(clean)]

    def text(self, text: str) -> str:
        """Return any text, a line of a log for instance, with everything masked that may be one.

        It may hold words of the caller that have not become an event yet.
        """
        places = self._words.in_speech(text, "", self._asked()) if text else []
        return masked(text, places + self._words.in_bot_words(text))

    def _clean(self, event: ev.Event) -> ev.Event:
        match event:
            case ev.HeardSoFar() | ev.ModelHeard():
                # The same words once more; what they hold is known only when they are whole.
                return replace(event, text=MASK)
            case ev.Heard(text=text):
                return replace(event, text=self._heard(text))
            case ev.EntityChanged(entity=name) if name in self._sensitive:
                heard = None if event.heard is None else MASK
                return replace(event, value=self._value(name, event.value), heard=heard)
            case ev.ReadBack(entity=name) if name in self._sensitive:
                return replace(event, value=self._value(name, event.value))
            case ev.EntityChanged(entity=name) | ev.ReadBack(entity=name):
                return self._facts(event, name)
            case ev.ToolCalled(arguments=arguments):
                return replace(event, arguments=self._arguments(arguments, made_up=True))
            case ev.ToolStarted(arguments=arguments):
                return replace(event, arguments=self._arguments(arguments, made_up=False))
            case ev.Said(text=text) | ev.Saying(text=text) | ev.ReplyReplaced(text=text):
                return replace(event, text=masked(text, self._words.in_bot_words(text)))
            case _:
                return self._anything(event)

    def _heard(self, text: str) -> str:
        before = " ".join([*self._turn_before, *self._turn])
        self._turn.append(text)
        asked = {*self._asked_then, *self._asked()}
        return masked(text, self._words.in_speech(text, before, asked))

    def _value(self, name: str, value: str | None) -> str | None:
        if value is None:
            return None
        self._words.learn(name, value)
        return hashed(self._key, name, value)

    def _facts(self, event: ev.EntityChanged | ev.ReadBack, name: str) -> ev.Event:
        """A fact that is no secret may have been read from words that hold one."""
        free = isinstance(self._entities.get(name), Text)
        if free and event.value is not None:
            event = replace(event, value=self._free(event.value))
        if isinstance(event, ev.EntityChanged) and event.heard is not None:
            heard = self._free(event.heard) if free else self._deep(event.heard)
            event = replace(event, heard=heard)
        return event

    def _free(self, words: str) -> str:
        return masked(words, self._words.in_speech(words, "", ()))

    def _arguments(self, arguments: Mapping[str, Any], *, made_up: bool) -> dict[str, Any]:
        """A tool's arguments; what a model makes up may be no value, and then has no hash."""
        found: dict[str, Any] = {}
        own = {name: str(arguments[name]) for name in arguments.keys() & self._sensitive}
        values = {name for name, value in own.items() if self._may_be(name, value)}
        for name in values:
            # A model may hear what the rules have not, and give it in another place as well.
            self._words.learn(name, own[name])
        for name, value in arguments.items():
            if name in self._sensitive:
                nothing = made_up and name not in values
                found[name] = MASK if nothing else hashed(self._key, name, own[name])
            elif isinstance(self._entities.get(name), Text):
                found[name] = self._free(str(value))
            elif name in self._entities and self._may_be(name, str(value)):
                found[name] = value
            else:
                found[self._key_in(found, name)] = self._deep(value)
        return found

    def _may_be(self, name: str, value: str) -> bool:
        """Whether this is a value of an entity; a model may give another one's in its place."""
        try:
            return self._entities[name].problem(value, self._context) is None
        except Exception:  # types of users' own, and values that are none of theirs
            return False

    def _anything(self, event: ev.Event) -> ev.Event:
        texts = {
            item.name: self._deep(getattr(event, item.name))
            for item in fields(event)
            # A bare number of an event is a time or a count; only a tool's result may hold a value.
            if item.name not in _OURS and not isinstance(getattr(event, item.name), int | float)
        }
        return replace(event, **texts)

    def _deep(self, value: Any) -> Any:
        match value:
            case str():
                return masked(value, self._words.in_text(value))
            case bool() | None:
                return value
            case int() | float():
                return MASK if self._words.is_known(value) else value
            case dict():
                found: dict[str, Any] = {}
                for key, one in value.items():
                    clean = MASK if key in self._sensitive else self._deep(one)
                    found[self._key_in(found, key)] = clean
                return found
            case list():
                return [self._deep(one) for one in value]
            case _:
                return value

    def _key_in(self, taken: Mapping[str, Any], key: str) -> str:
        """A key as it may be written, one that is not taken yet: what is looked up may be a key."""
        clean = masked(key, self._words.in_text(key))
        numbered = (f"{clean} {number}" for number in count(2))
        return next(one for one in chain([clean], numbered) if one == key or one not in taken)
