"""What a call's record proves, event by event: facts, statements heard, tools that ran. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.calls import events as ev
from callwright.calls.masks import MASK, is_hashed
from callwright.calls.monitor_words import holds
from callwright.calls.promises import Promises
from callwright.conversation.checkpoints import accepts

# Characters of what the bot says in one go, the caller's words aside.
_LONGEST_SPEECH = 4000

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Evidence:
    """Where a call stands, as far as its record proves it.

    Args:
        promised: What the call has promised.
        values: Of the entities that have one.
        statuses: Of the entities.
        verdicts: What the rules say of the steps; counts where it is against them.
    """

    promised: Promises
    values: dict[str, str] = field(default_factory=dict[str, str])
    statuses: dict[str, str] = field(default_factory=dict[str, str])
    verdicts: dict[str, str] = field(default_factory=dict[str, str])
    _now: int = 0
    _told: str = ""
    _answered: bool = True
    _changed: dict[str, int] = field(default_factory=dict[str, int])
    _heard: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    _started: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _returned: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _results: dict[str, Any] = field(default_factory=dict[str, Any])

    def take(self, event: ev.Event) -> None:
        """The next event of the record."""
        self._now += 1
        match event:
            case ev.EntityChanged(entity=name, value=value, status=status):
                self._fact(name, value, status)
            case ev.CheckpointChanged(checkpoint=name, status=status):
                self.verdicts[name] = status
            case ev.Heard():
                self._told, self._answered = "", False
            case ev.TurnEnded() if not self._answered:
                self._told, self._answered = "", True
            case ev.Said(text=text):
                # A voice that fails in the middle, and goes on, says one thing in pieces.
                self._told = f"{self._told} {text}"[-_LONGEST_SPEECH:]
                self._said(self._told)
            case ev.ToolStarted(tool=name, arguments=arguments):
                self._started[name] = arguments
                self._returned.pop(name, None)
            case ev.ToolReturned(tool=name, result=result) if not _came_to_nothing(event):
                self._returned[name] = self._started.get(name, {})
                self._results[name] = result
            case _:
                pass

    def settled(self, name: str) -> bool:
        """Whether a fact counts: confirmed, or captured where nothing has to be confirmed."""
        status = self.statuses.get(name, "missing")
        return status == "confirmed" or (status == "captured" and not self.promised.confirms(name))

    def lacks(self, step: str) -> str:
        """Return what the record does not prove of a step; empty when it proves all of it."""
        promise = self.promised.checkpoints[step]
        for other in promise.after:
            if why := self.undone(other):
                return why
        wanted = self.statement(step)
        heard, heard_at = self._heard.get(step, ("", 0))
        if wanted and heard != wanted:
            return "its statement was not heard in full"
        for need in promise.needs:
            if not self.settled(need):
                return f"{need} is {self.statuses.get(need, 'missing')}"
        for own, value in promise.wanted.items():
            if self._changed.get(own, 0) < heard_at:
                return f"{own} was answered before the statement was heard"
            given = self.values.get(own)
            if value and not is_hashed(given) and given != value:
                return f"{own} is {given}"
        if promise.verify is not None and not self._accepted(promise.verify):
            return f"{promise.verify} has not accepted what it needs"
        return ""

    def undone(self, name: str) -> str:
        """Return why a step or tool is not done; empty when the record proves that it is."""
        if name in self.promised.checkpoints:
            why = self.lacks(name)
            if not why and self.verdicts.get(name) != "passed":
                why = f"it is {self.verdicts.get(name, 'pending')}"
            return f"{name} is not done: {why}" if why else ""
        done = self._returned.get(name) == self.arguments(name)
        return "" if done else f"{name} has not returned for the values that count"

    def arguments(self, tool: str) -> dict[str, str]:
        """Return what a tool has to be called with now."""
        promise = self.promised.tools.get(tool)
        needs = promise.needs if promise is not None else ()
        return {need: self.values[need] for need in needs if self.settled(need)}

    def in_turn(self) -> str | None:
        """Return the step that has to be taken now; None when none is left."""
        for name, promise in self.promised.checkpoints.items():
            given_up = self.verdicts.get(name) == "failed" and promise.on_failure == "continue"
            if not given_up and self.lacks(name):
                return name
        return None

    def unheard(self, step: str) -> str:
        """Return a step's statement while it still has to be heard; else nothing."""
        wanted = self.statement(step)
        return "" if self._heard.get(step, ("", 0))[0] == wanted else wanted

    def statement(self, step: str) -> str:
        """Return a step's statement as it is worded now, a mask for what the record hides."""

        def value(place: re.Match[str]) -> str:
            name = place.group(1)
            for result in reversed(self._results.values()):
                if isinstance(result, Mapping) and name in result:
                    return str(result[name])  # pyright: ignore[reportUnknownArgumentType]
            return self._spoken(name)

        return _PLACE.sub(value, self.promised.checkpoints[step].say)

    def _spoken(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        entity = None if is_hashed(value) else self.promised.entity(name)
        return MASK if entity is None else entity.say(value)

    def _fact(self, name: str, value: str | None, status: str) -> None:
        self.statuses[name] = status
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value
        self._changed[name] = self._now

    def _said(self, text: str) -> None:
        for step in self.promised.checkpoints:
            wanted = self.statement(step)
            # Said again in the same words, it was heard from the first time on.
            if wanted and holds(text, wanted) and self._heard.get(step, ("", 0))[0] != wanted:
                self._heard[step] = (wanted, self._now)

    def _accepted(self, tool: str) -> bool:
        return self._returned.get(tool) == self.arguments(tool) and accepts(self._results[tool])


def _came_to_nothing(event: ev.ToolReturned) -> bool:
    refused = isinstance(event.result, Mapping) and set(event.result) == {"refused"}
    return refused or bool(event.failure)
