"""The project's own dialogue rules as a mind: what a model would know is in the messages, no more.

For every request the call is told again from its beginning to a fresh `Conversation`: what the
caller said, what the bot answered, which tools ran and what they brought. What the bot says without
asking the model (its greeting, its prompts into silence) is recognised by its wording.
"""

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from callwright.conversation import Conversation, Decision, Plan
from callwright.emulators.parts import Message, Reply, ToolCall
from callwright.emulators.saved import unpacked
from callwright.engines.dialogue import word

END_CALL, HAND_OFF = "end_call", "hand_off"
"""Called with the last words, when tools of these names are offered."""

# What clients put where nobody spoke: a full stop, or a word in brackets.
_NOTHING = re.compile(r"\W*|\(empty\)")
_ASIDE = re.compile(r"[\[(<].*[\])>]", re.DOTALL)
_QUIET = re.compile(
    r"\b(?:silen\w+|quiet|idle|inactive|said nothing|"
    r"(?:not|n't) (?:said|say|speak\w*|respon\w+))\b",
    re.IGNORECASE,
)
_ABOUT_CALLER = re.compile(r"the (?:user|caller) (?:is|has|was|did)\b", re.IGNORECASE)
_EXACTLY = re.compile(r"\bexactly these words\b[^:]*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
# From this share of its words on, what the bot said counts as the answer the rules would give.
_ANSWERED = 0.6


class DialogueMind:
    """Answers by rule from an agent's plan; keeps nothing between requests.

    Args:
        plan: What the call has to achieve.
        today: The caller's date.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self._plan = plan
        self._today = today

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        """Answer a request; nothing when the call is over and nobody has spoken.

        Whoever is told which words to say says them.
        """
        if words := _told_to_say(messages):
            return Reply(words)
        retold = _Retold(self._plan, self._today)
        for message in unpacked(messages):
            retold.read(message)
        decision = retold.next_decision(tools)
        if decision is None:
            return Reply()
        calls = [ToolCall(decision.tool, dict(decision.arguments))] if decision.tool else []
        if decision.ends:
            ways = (HAND_OFF, END_CALL) if retold.handed_off else (END_CALL,)
            calls += [ToolCall(way, {}) for way in ways if way in tools][:1]
        return Reply(retold.last_words, calls)


@dataclass(slots=True)
class _Point:
    """A moment of the call that can be gone back to.

    Args:
        conversation: The rules as they stand.
        said: Whether words of the caller wait for an answer.
        owed: Whether what a tool brought has not been told yet.
    """

    conversation: Conversation
    said: bool = False
    owed: bool = False


class _Retold:
    """A call as its messages tell it."""

    def __init__(self, plan: Plan, today: date) -> None:
        self._plan = plan
        conversation = Conversation(plan, today)
        self._greeting = conversation.greeting()
        self._now = _Point(conversation)
        self._begun = False
        self._quiet = False
        self._names: dict[str, str] = {}
        # A tool that was decided on, and the moment before, until its call is seen.
        self._pending: tuple[str, _Point] | None = None
        self._before_call: dict[str, _Point] = {}
        self.last_words = word(self._greeting, plan, conversation)

    @property
    def handed_off(self) -> bool:
        """Whether the call has ended with a human."""
        return self._now.conversation.outcome == "handed_off"

    def read(self, message: Message) -> None:
        """Go one message further."""
        match message.role:
            case "user" if _instructs(message.text.strip()):
                # Meant for the model, though it comes under the caller's name.
                self._quiet = bool(_QUIET.search(message.text))
                self._begun = self._begun or self._quiet
                return
            case "system":
                self._quiet = self._quiet or (self._begun and bool(_QUIET.search(message.text)))
                return
            case "user":
                self._said_by_caller(message.text.strip())
            case "assistant":
                if message.text.strip():
                    self._said_by_bot(message.text)
                for identity, call in message.calls.items():
                    self._called(identity, call.name)
            case "tool":
                self._returned(self._names.get(message.answers, ""), message.text)
        self._begun = True

    def next_decision(self, tools: Sequence[str]) -> Decision | None:
        """What to do now; its wording is in `last_words`."""
        if not self._begun:
            return self._greeting
        self._take_back()
        if self._now.said or self._now.owed:
            decision = self._decide()
        elif self._now.conversation.ended:
            return None
        else:
            decision = self._carry_out(self._now.conversation.caller_silent)
        while decision.tool and decision.tool not in tools:
            self._now.conversation.tool_failed(decision.tool, "it was not offered")
            decision = self._decide()
        return decision

    def _said_by_caller(self, text: str) -> None:
        if _NOTHING.fullmatch(text):
            return
        self._take_back()
        self._quiet = False
        self._now.conversation.caller_said(text)
        self._now.said = True

    def _said_by_bot(self, text: str) -> None:
        self._place(text)
        # The context holds what was heard, so this is what counts as heard.
        self._now.conversation.bot_said(text)

    def _place(self, text: str) -> None:
        """Find out which decision the bot's words were."""
        conversation = self._now.conversation
        if self._now.said:
            if self._like(text, "decide") >= _ANSWERED:
                self._decide()
            elif self._like(text, "caller_silent") == 1:
                self._carry_out(conversation.caller_silent)
            # Anything else is an apology of the client's: the words still wait for an answer.
        elif _share(text, self.last_words) == 1:
            # Said already: the words that came with a tool call, or a greeting.
            return
        elif self._now.owed:
            self._decide()
        elif self._quiet or self._like(text, "caller_silent") == 1:
            self._carry_out(conversation.caller_silent)
        elif self._like(text, "not_understood") == 1:
            self._carry_out(conversation.not_understood)

    def _called(self, identity: str, name: str) -> None:
        self._names[identity] = name
        if self._pending is None and (self._now.said or self._now.owed):
            self._decide()
        if self._pending is not None and self._pending[0] == name:
            self._before_call[name] = self._pending[1]
            self._pending = None

    def _returned(self, name: str, text: str) -> None:
        if name not in self._plan.tools or text == "IN_PROGRESS":
            return
        if text == "CANCELLED":
            # Interrupted before it answered: it has to be called again.
            self._now = deepcopy(self._before_call.get(name, self._now))
            return
        result = _read(text)
        # A call that was refused has done nothing either.
        if isinstance(result, dict) and set(result) in ({"error"}, {"refused"}):
            (why,) = result.values()
            self._now.conversation.tool_failed(name, str(why))
        else:
            self._now.conversation.tool_returned(name, result)
        self._now.owed = True

    def _decide(self) -> Decision:
        before = deepcopy(self._now)
        decision = self._carry_out(self._now.conversation.decide)
        self._pending = (decision.tool, before) if decision.tool else None
        return decision

    def _carry_out(self, step: Callable[[], Decision]) -> Decision:
        decision = step()
        self._now.said = self._now.owed = self._quiet = False
        self.last_words = word(decision, self._plan, self._now.conversation)
        return decision

    def _take_back(self) -> None:
        """Undo a decision for a tool whose call never reached the client."""
        if self._pending is not None:
            self._now, self._pending = self._pending[1], None

    def _like(self, text: str, step: str) -> float:
        """How much words are what the rules would say with `step` now, 0 to 1."""
        trial = deepcopy(self._now.conversation)
        decision: Decision = getattr(trial, step)()
        return _share(text, word(decision, self._plan, trial))


def _told_to_say(messages: Sequence[Message]) -> str:
    """The words that a request asks for to the letter, after all that was said so far."""
    for message in reversed(messages):
        if message.role != "system" and not _instructs(message.text.strip()):
            return ""
        if asked := _EXACTLY.search(message.text):
            return asked[1].strip()
    return ""


def _instructs(text: str) -> bool:
    """Whether words speak about the caller, not for them."""
    return bool(_ABOUT_CALLER.match(text)) or bool(_ASIDE.fullmatch(text))


def _share(text: str, whole: str) -> float:
    """The share of a text's words that stand in one piece in another; 1 for an interrupted one."""
    part, all_words = _words(text), _words(whole)
    matcher = SequenceMatcher(None, part, all_words, autojunk=False)
    return matcher.find_longest_match().size / max(1, len(part))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _read(text: str) -> Any:
    """A tool's result from its text; ``COMPLETED`` stands for none."""
    if text == "COMPLETED":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
