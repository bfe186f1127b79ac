"""What the gate has the rules answer where the ears heard nothing, and when."""

from datetime import date
from typing import Any

import pytest
from pipecat.frames.frames import Frame, UserStartedSpeakingFrame, UserStoppedSpeakingFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.tests.utils import SleepFrame, run_test

from bot.plan import plan_of
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from processors import turn_gate
from processors.frames import ModelHeardFrame
from processors.hear_entities import HearEntities
from processors.turn_gate import TurnGate

STARTED, STOPPED = UserStartedSpeakingFrame, UserStoppedSpeakingFrame
NAME = "my name is anna bell"


class Rules:
    """Notes what it is asked; what it decides is said by nobody."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.decided: list[str] = []

    async def answer(self, push: object) -> None:
        decision = self._conversation.decide_instead()
        self.decided.append(decision.entity or decision.kind)

    async def misheard(self, push: object) -> None:
        self._conversation.not_understood()
        self.decided.append("misheard")


class State:
    """Knows nothing that a model has to be told."""

    def updates(self) -> list[Frame]:
        return []


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_gate, "LONGEST_TRANSCRIPT", 0.2)


async def decided(*frames: Frame) -> list[str]:
    """What the rules answer, one after the other, in a call of the clinic that has just begun."""
    agent = load("clinic", "s2s-openai", need_keys=False).agent
    conversation = Conversation(plan_of(agent), date(2026, 1, 5))
    conversation.greeting()
    conversation.bot_said(str(agent.greeting))
    rules: Any = Rules(conversation)
    gate = TurnGate(conversation, rules, State())  # pyright: ignore[reportArgumentType]
    apart = [one for frame in frames for one in (frame, SleepFrame(0.02))]
    await run_test(
        Pipeline([HearEntities(conversation), gate]), frames_to_send=[*apart, SleepFrame(0.4)]
    )
    return rules.decided


async def test_words_of_the_models_are_awaited_and_answered_once() -> None:
    assert await decided(STARTED(), STOPPED(), ModelHeardFrame(NAME)) == ["date_of_birth"]
    twice = (ModelHeardFrame(NAME), ModelHeardFrame(NAME))
    assert await decided(STARTED(), STOPPED(), *twice) == ["date_of_birth"]


async def test_a_turn_without_words_is_answered_as_that() -> None:
    assert await decided(STARTED(), STOPPED()) == ["misheard"]


async def test_words_that_come_after_the_answer_are_answered_at_once() -> None:
    late = (STARTED(), STOPPED(), SleepFrame(0.3), ModelHeardFrame(NAME))
    assert await decided(*late) == ["misheard", "date_of_birth"]


async def test_a_second_piece_of_a_turn_is_answered_too() -> None:
    pieces = (ModelHeardFrame(NAME), ModelHeardFrame("i want to talk to a human please"))
    assert await decided(STARTED(), STOPPED(), *pieces) == ["date_of_birth", "hand_off"]


async def test_words_of_the_turn_before_wait_until_the_caller_has_spoken() -> None:
    on = (STARTED(), STOPPED(), SleepFrame(0.3), STARTED(), ModelHeardFrame(NAME), SleepFrame(0.3))
    assert await decided(*on) == ["misheard"]
    assert await decided(*on, STOPPED()) == ["misheard", "date_of_birth"]
