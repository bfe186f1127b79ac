"""What the rules decide: one step of the bot, without its wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "greet",  # the first words; asks `entity` when the greeting itself asks nothing
    "state",  # the statement of `checkpoint`, to be heard in full; then `then`
    "ask",  # the question of `entity`; `problem` says what was wrong with the last answer
    "read_back",  # `value` of `entity`, for the caller to confirm
    "clarify",  # one short question: `choices` of `entity`, or `topic`
    "repeat",  # the last thing said once more: `then`
    "answer",  # a reply about the conversation itself (`topic`), then `then`
    "silence",  # the caller said nothing; then `then`
    "offer",  # whether a human should take over
    "wait",  # nothing but patience
    "call_tool",  # `tool` with `arguments`
    "hand_off",  # a human takes over
    "close",  # the last words
]
Topic = Literal[
    "", "robot", "who", "hello", "thanks", "no_human", "misheard", "stop", "working", "closed",
    "done", "goodbye", "incomplete", "away", "failed", "slower", "go_on", "in_short",
    "refused", "not_verified",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """One step, ready to be worded.

    Args:
        kind: What to do.
        reason: Why, for the record.
        entity: The entity it is about.
        checkpoint: The step it is about.
        value: The canonical value it is about (read_back).
        choices: Canonical values between which the caller decides (clarify).
        tool: The tool to call now, whatever the kind; None for no call.
        arguments: The tool's arguments: entity name → canonical value.
        answered: The tool that has just returned or failed, whose words come first.
        ends: Whether the call ends when this has been said.
        acknowledge: Entities captured in the turn this answers.
        problem: What was wrong with the caller's answer, in words for the caller.
        attempt: The how-manieth time this is said in a row, from 1.
        topic: What an answer, a clarification or a close is about.
        then: A decision said right after this one.
    """

    kind: Kind
    reason: str
    entity: str | None = None
    checkpoint: str | None = None
    value: str | None = None
    choices: tuple[str, ...] = ()
    tool: str | None = None
    answered: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    ends: bool = False
    acknowledge: tuple[str, ...] = ()
    problem: str | None = None
    attempt: int = 1
    topic: Topic = ""
    then: "Decision | None" = None
