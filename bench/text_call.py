"""A call without sound: rules, model and caller exchange words, as the pipeline has them do.

What stands in `processors/` and `bot/host.py` is done here in one loop, in the same order, so that
a thousand calls take seconds. Events are numbered, not timed.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bench import ledger
from callwright.calls import events as ev
from callwright.conversation import Conversation, Decision
from callwright.emulators.dialogue_mind import END_CALL, HAND_OFF
from callwright.emulators.parts import Message, Mind, ToolCall
from callwright.engines.dialogue import word
from callwright.engines.phrases import ENGLISH
from callwright.lab.simulated_caller import SimulatedCaller
from processors.notes import notes

Tool = Callable[..., Any]

# A model that calls tools for ever is cut off by the caller's patience; here by a count.
_MOST_REQUESTS = 12


@dataclass
class TextCall:
    """One call.

    Args:
        rules: The rules of the call.
        mind: The model.
        caller: Who calls.
        tools: What the agent can do, by name.
        draw: Decides what the caller hears in full, and which tools break.
        book: What happened, in order.
    """

    rules: Conversation
    mind: Mind
    caller: SimulatedCaller
    tools: Mapping[str, Tool]
    draw: random.Random
    book: list[Any] = field(default_factory=ledger.new_book)
    _messages: list[Message] = field(default_factory=list[Message])
    _told: str = ""
    _over: bool = False
    _heard: list[str] = field(default_factory=list[str])

    async def run(self) -> str:
        """Call; gives the outcome."""
        self._by_rule(self.rules.greeting())
        while not self._over:
            if self.rules.has_more:
                await self._answer()
                continue
            heard, self._heard = " ".join(self._heard), []
            words = self.caller.answer(heard)
            if words is None:
                self.rules.hung_up()
                break
            await (self._turn(words) if words else self._silence())
        self._note(ev.Ended(outcome=self.rules.outcome, reason=""))
        return self.rules.outcome

    async def _turn(self, words: str) -> None:
        # A recogniser may hand a turn over in pieces.
        pieces = words.rsplit(" and ", 1) if self.draw.random() < 0.3 else [words]
        self.rules.turn_started()
        for piece in pieces:
            self._note(ev.Heard(text=piece))
            self.rules.caller_said(piece)
            self._notes()
        self._note(ev.TurnEnded(reason="text"))
        self._messages.append(Message("user", words))
        said = len(self._heard)
        self.rules.model_asked()
        await self._answer()
        if len(self._heard) == said and not self._over:
            # Nothing was heard, so the watch speaks up: the caller hears that, and no more.
            self._hear(ENGLISH.trouble, own=False)

    async def _silence(self) -> None:
        self._by_rule(self.rules.caller_silent())

    async def _answer(self) -> None:
        """Ask the model, through the gate, until it is the caller's turn again."""
        for _ in range(_MOST_REQUESTS):
            if self._over:
                return
            if self.rules.gated:
                await self._instead()
                return
            if not await self._ask():
                return

    async def _ask(self) -> bool:
        """Put one request; whether another one follows."""
        summary = f"[{self.rules.summary()}]"
        if summary != self._told:
            self._told = summary
            self._messages.append(Message("system", summary))
        offered = (*self.rules.offered_tools, END_CALL, HAND_OFF)
        reply = await self.mind.answer(tuple(self._messages), offered)
        text = reply.text.strip()
        skips = self.rules.reply_skips(text) if text or not reply.calls else ""
        calls = {f"call-{len(self._messages)}-{n}": call for n, call in enumerate(reply.calls)}
        if skips:
            self._note(ev.ReplyReplaced(text=text, reason=skips, held=0.0))
            await self._instead()
        elif text:
            self._note(ev.ModelAnswered())
            self._hear(text, own=False)
        self._messages.append(Message("assistant", "" if skips else text, calls))
        again = False
        for identity, call in calls.items():
            again |= await self._call(identity, call)
        return again

    async def _call(self, identity: str, call: ToolCall) -> bool:
        """A tool that the model wants; whether the model is asked again because of it."""
        if call.name in (END_CALL, HAND_OFF):
            self.rules.model_ends(hands_off=call.name == HAND_OFF)
            self._over = True
            return False
        if call.name not in self.rules.plan.tools:
            self._result(identity, {"error": "no such tool"})
            return True
        if why := self.rules.tool_refused(call.name):
            self._note(ev.ToolRefused(tool=call.name, reason=why))
            self._result(identity, {"refused": why})
            return True
        self._result(identity, self._run(call.name))
        return True

    def _run(self, name: str) -> Any:
        arguments = self.rules.arguments(name)
        self.rules.tool_started(name, arguments)
        if self.draw.random() < 0.04:
            self.rules.tool_failed(name, "it broke")
            return {"error": "it broke"}
        result = self.tools[name](**arguments)
        self.rules.tool_returned(name, result)
        self._notes()
        return result

    async def _instead(self) -> None:
        """The rules answer in the model's place."""
        if self.rules.awaits_caller:
            return
        decision = self.rules.decide_instead()
        self._by_rule(decision)
        while decision.tool is not None and not self._over:
            identity = f"by-rule-{len(self._messages)}"
            call = {identity: ToolCall(decision.tool, dict(decision.arguments))}
            self._messages.append(Message("assistant", "", call))
            self._result(identity, self._run(decision.tool))
            decision = self.rules.decide_instead()
            self._by_rule(decision)

    def _by_rule(self, decision: Decision) -> None:
        self._note(ev.Decided(kind=decision.kind, reason=decision.reason, entity=decision.entity))
        self._notes()
        text = word(decision, self.rules.plan, self.rules)
        if text:
            self._hear(text, own=True)
        self._over = self._over or decision.ends

    def _hear(self, text: str, *, own: bool) -> None:
        """The caller hears the bot, now and then not to its end."""
        if self.draw.random() < 0.1:
            words = text.split()
            text = " ".join(words[: self.draw.randint(0, len(words))])
        self._heard.append(text)
        self._messages.append(Message("assistant", text))
        self._note(ev.Said(text=text))
        (self.rules.bot_said if own else self.rules.model_said)(text)
        self._notes()

    def _result(self, identity: str, result: Any) -> None:
        self._messages.append(Message("tool", json.dumps(result), answers=identity))

    def _notes(self) -> None:
        for frame in notes(self.rules):
            self._note(frame.event)

    def _note(self, event: ev.Event) -> None:
        self.book.append(replace(event, at=float(len(self.book))))
