"""A whole call told by the rules alone: the events that a pipeline would put on record for it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from callwright.calls import events as ev
from callwright.calls import promises
from callwright.calls.redaction import Redactor
from callwright.conversation.decisions import Decision
from callwright.conversation.machine import Conversation
from callwright.conversation.plan import Plan
from callwright.engines.dialogue import word
from processors.notes import notes

TODAY = date(2026, 11, 20)
KEY = b"a key for tests"

Tools = Mapping[str, Callable[[Mapping[str, str]], Any]]


class ToldCall:
    """Plays a call in which every word is heard, second by second.

    Args:
        plan: What the call has to achieve.
        tools: What each tool returns for its arguments.
    """

    def __init__(self, plan: Plan, tools: Tools | None = None) -> None:
        self.plan = plan
        self.rules = Conversation(plan, TODAY)
        self.events: list[ev.Event] = []
        self._tools = dict(tools or {})
        self._now = 0.0
        self._calls = 0
        asked = lambda: [one.name for one in self.rules.expected[:1]]  # noqa: E731
        self._redactor = Redactor(plan, KEY, TODAY, asked)
        self._emit(ev.Connected())
        self._say(self.rules.greeting())

    @property
    def meta(self) -> dict[str, Any]:
        """What `call.yaml` would say."""
        return {"promises": promises.written(self.plan)}

    def says(self, *pieces: str) -> "ToldCall":
        """The caller takes a turn, in one final transcript or several."""
        self._emit(ev.SpeechStarted(since=self._now))
        self._emit(ev.TurnStarted())
        self.rules.turn_started()
        for piece in pieces:
            self._emit(ev.HeardSoFar(text=piece))
            self._emit(ev.Heard(text=piece))
            self.rules.caller_said(piece)
            self._notes()
        self._emit(ev.SpeechStopped(since=self._now))
        self._emit(ev.TurnEnded(reason="words and silence agree"))
        decision = self.rules.decide()
        self._say(decision)
        while decision.tool is not None:
            self._run(decision.tool)
            decision = self.rules.decide()
            self._say(decision)
        return self

    def ends(self) -> list[ev.Event]:
        """The call is over; its events."""
        self._emit(ev.Ended(outcome=self.rules.outcome, reason="the agent ended the call"))
        return self.events

    def _say(self, decision: Decision) -> None:
        self._emit(ev.Decided(kind=decision.kind, reason=decision.reason, entity=decision.entity))
        text = word(decision, self.plan, self.rules)
        if not text:
            return
        self._emit(ev.Saying(text=text))
        self._emit(ev.BotAudible())
        self._emit(ev.Said(text=text, by="rules"))
        self.rules.bot_said(text)
        self._notes()
        self._emit(ev.BotSilent(since=self._now))

    def _run(self, tool: str) -> None:
        self._calls += 1
        arguments, call = self.rules.arguments(tool), f"call-{self._calls}"
        self._emit(ev.ToolCalled(tool=tool, arguments=arguments, call=call))
        self.rules.tool_started(tool, arguments)
        self._emit(ev.ToolStarted(tool=tool, arguments=arguments))
        result = self._tools[tool](arguments)
        self.rules.tool_returned(tool, result)
        self._notes()
        self._emit(ev.ToolReturned(tool=tool, result=result, call=call))

    def _notes(self) -> None:
        for note in notes(self.rules):
            self._emit(note.event)

    def _emit(self, event: ev.Event) -> None:
        self._now += 0.25
        told = type(event)(**{**_fields(event), "at": self._now})
        self.events += self._redactor.redact(told)


def _fields(event: ev.Event) -> dict[str, Any]:
    line = ev.to_line(event)
    line.pop("event")
    return line
