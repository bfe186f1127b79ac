"""The rules of a call speaking and acting by themselves, where a model must not."""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipecat.frames.frames import (
    Frame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    FunctionCallResultProperties,
)
from pipecat.processors.frame_processor import FrameDirection

from callwright.calls import events as ev
from callwright.conversation.decisions import Decision
from callwright.conversation.machine import Conversation
from callwright.engines.dialogue import word
from processors.frames import NoteFrame
from processors.notes import notes
from processors.own_words import OwnWords

Push = Callable[[Frame, FrameDirection], Awaitable[None]]
RunTool = Callable[[str, Callable[[NoteFrame], Awaitable[None]]], Awaitable[tuple[Any, str]]]


class ByRule:
    """Carries out what the rules decide, without a model.

    Args:
        conversation: The rules of the call.
        run_tool: Runs a tool with the rules' values, tells the rules and the record; gives its
            result, or why there is none.
        speak: Has words spoken; is given where frames go downstream from.
        end: Ends the call once the last words were spoken.
        own_words: Where the rules' wordings are remembered.
    """

    def __init__(
        self,
        conversation: Conversation,
        run_tool: RunTool,
        *,
        speak: Callable[[str, Push], Awaitable[None]],
        end: Callable[[Push], Awaitable[None]],
        own_words: OwnWords,
    ) -> None:
        self._conversation = conversation
        self._run_tool = run_tool
        self._speak = speak
        self._end = end
        self._own_words = own_words
        self._numbers = itertools.count(1)

    async def answer(self, push: Push) -> None:
        """Answer the turn that is over, and go on until it is the caller's turn again.

        Where that is so already, as for a model that is asked once more because of a tool that was
        refused, nothing is said: the same question would be put twice.

        Args:
            push: Where the frames go: words and tools downstream, the end of the call upstream.
        """
        if self._conversation.awaits_caller:
            return
        decision = self._conversation.decide_instead()
        await self.say(decision, push)
        while decision.tool is not None:
            if self._conversation.tool_refused(decision.tool) is None:
                await self._use(decision.tool, decision.arguments, push)
            decision = self._conversation.decide_instead()
            await self.say(decision, push)
        if decision.ends:
            await self._end(push)

    async def misheard(self, push: Push) -> None:
        """Answer a turn of which not a word was heard; frames go where `answer` has them go."""
        decision = self._conversation.not_understood()
        await self.say(decision, push)
        if decision.ends:
            await self._end(push)

    async def say(self, decision: Decision, push: Push) -> None:
        """Have a decision spoken."""
        down = FrameDirection.DOWNSTREAM
        note = ev.Decided(kind=decision.kind, reason=decision.reason, entity=decision.entity)
        for frame in (NoteFrame(note), *notes(self._conversation)):
            await push(frame, down)
        if text := word(decision, self._conversation.plan, self._conversation):
            self._own_words.add(text)
            await self._speak(text, push)

    async def _use(self, tool: str, arguments: Mapping[str, str], push: Push) -> None:
        """Run a tool; the context holds it as if a model had called it."""
        call: dict[str, Any] = {
            "function_name": tool,
            "tool_call_id": f"by-rule-{next(self._numbers)}",
            "arguments": dict(arguments),
        }
        down = FrameDirection.DOWNSTREAM
        await push(FunctionCallInProgressFrame(**call, cancel_on_interruption=True), down)
        result, why = await self._run_tool(tool, lambda frame: push(frame, down))
        quiet = FunctionCallResultProperties(run_llm=False)
        outcome = {"error": why} if why else result
        returned = FunctionCallResultFrame(**call, result=outcome, run_llm=False, properties=quiet)
        for frame in (returned, *notes(self._conversation)):
            await push(frame, down)
