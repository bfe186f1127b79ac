"""What every stack is asked for: a feature a row, read from calls that were held on the stack.

A new row is a `Feature` in `FEATURES`; the suite and the table both go through that list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from callwright.declarations.load import Declared
from callwright.lab.conformance import barge_in, recovery, steps, story
from callwright.lab.conformance.calls import (
    CALL,
    HANDOFF,
    SILENCE,
    STEPS,
    TROUBLE,
    Held,
    Scenario,
    declared,
    held,
)
from callwright.lab.conformance.verdict import Verdict, absent
from callwright.lab.standins import cloud_services


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a call has, or has not.

    Args:
        name: In a word or two.
        promise: What is looked at, for the table.
        scenario: The call it is read from.
        check: Reads it.
        lacks: Why a stack cannot have it, from its declaration; nothing where it can.
    """

    name: str
    promise: str
    scenario: Scenario
    check: Callable[[Held], Verdict]
    lacks: Callable[[Declared], str] = lambda _: ""

    def on(self, stack: str) -> Verdict:
        """Whether a bundled stack has it."""
        lack = self.lacks(declared(stack))
        return absent(lack) if lack else self.check(held(stack, self.scenario))


def _no_connection(declared: Declared) -> str:
    return "" if cloud_services(declared) else "no provider whose connection could break"


def _no_provider(declared: Declared) -> str:
    return "" if cloud_services(declared) else "no provider that could fail"


def _free(declared: Declared) -> str:
    return "" if cloud_services(declared) else "nothing is paid for"


FEATURES = (
    Feature(
        "greeting",
        "the agent's first words, all of them, soon after the caller is on the line",
        SILENCE,
        story.greeting,
    ),
    Feature(
        "conversation",
        "three turns and more, each heard as it was said and answered; the facts are right",
        CALL,
        story.conversation,
    ),
    Feature(
        "tool call",
        "the tool runs once, with the confirmed facts, and the caller hears what it brought",
        CALL,
        story.tool_call,
    ),
    Feature(
        "required steps",
        "every step is taken in its order, its statement heard in full, and no tool runs before",
        STEPS,
        steps.taken,
    ),
    Feature(
        "entities",
        "name, date, choice and time are the caller's own; what is read back is confirmed by them",
        STEPS,
        steps.facts,
    ),
    Feature(
        "sensitive values",
        "a sensitive fact stands nowhere in the record, and the stretches of its sound are listed",
        STEPS,
        steps.masked,
    ),
    Feature(
        "handoff",
        "a caller who asks for a human is told in the agent's words and handed over",
        HANDOFF,
        steps.handed_over,
    ),
    Feature(
        "barge-in: silence",
        "the bot's sound stops within half a second of the caller's first sound",
        CALL,
        barge_in.falls_silent,
    ),
    Feature(
        "barge-in: told",
        "whoever was speaking or writing is told to stop, and how much was heard",
        CALL,
        barge_in.provider_told,
    ),
    Feature(
        "barge-in: context",
        "context and record keep the words that sounded before the stop, no more and no fewer",
        CALL,
        barge_in.keeps_what_was_heard,
    ),
    Feature(
        "silence",
        "a silent caller is asked again, then offered a human, then told goodbye",
        SILENCE,
        story.silence,
    ),
    Feature(
        "resume",
        "every connection breaks once in the middle of the call, which goes on with its context",
        TROUBLE,
        recovery.resumes,
        _no_connection,
    ),
    Feature(
        "error in a turn",
        "the model fails in the middle of an answer; the caller's turn is answered all the same",
        TROUBLE,
        recovery.answers_after_error,
        _no_provider,
    ),
    Feature(
        "graceful end",
        "the last words are heard in full, and no task or connection outlives the call",
        CALL,
        story.graceful_end,
    ),
    Feature(
        "usage",
        "tokens (cached ones apart), characters and seconds of sound are on record",
        CALL,
        story.usage,
        _free,
    ),
    Feature(
        "transcript",
        "both sides' words are on record, in the order of the conversation",
        CALL,
        story.transcript,
    ),
)
