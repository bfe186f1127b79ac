"""The model begins on what is foretold; a wrong guess leaves no trace, and patience stays."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer, EndOfTurnState
from pipecat.clocks.system_clock import SystemClock
from pipecat.frames.frames import (
    EagerEndOfTurnCancelFrame,
    EagerTranscriptionFrame,
    TranscriptionFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.utils.asyncio.task_manager import TaskManager

from bot.plan import plan_of
from callwright.calls import events as ev
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.services.eager_turns import EagerTurnStop

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
# What the stand-in of the model takes for its first token, seconds.
FIRST_TOKEN = 0.25


class Undecided(BaseTurnAnalyzer):
    """A turn detector that never says that a turn is over."""

    speech_triggered = False
    params: Any = None

    def append_audio(self, buffer: bytes, is_speech: bool) -> EndOfTurnState:
        return EndOfTurnState.INCOMPLETE

    async def analyze_end_of_turn(self) -> tuple[EndOfTurnState, None]:
        return EndOfTurnState.INCOMPLETE, None

    def clear(self) -> None: ...


class Told:
    """What a strategy tells the aggregator, in order."""

    def __init__(self, strategy: EagerTurnStop) -> None:
        self.said: list[Any] = []
        names = ("inference_triggered", "speculation_cancelled", "stopped")
        for name in names:
            strategy.add_event_handler(f"on_user_turn_{name}", self._taker(name))

    def _taker(self, name: str) -> Any:
        async def take(_: object, *what: Any) -> None:
            self.said.append((name, *what))

        return take

    @property
    def names(self) -> list[str]:
        return [entry[0] for entry in self.said]


@pytest.fixture
def conversation() -> Conversation:
    conversation = Conversation(plan_of(load("reception").agent), date(2026, 11, 20))
    conversation.greeting()
    return conversation


@pytest.fixture
async def strategy(conversation: Conversation) -> AsyncGenerator[EagerTurnStop]:
    strategy = EagerTurnStop(conversation=conversation, analyzer=Undecided())
    tasks = TaskManager()
    await strategy.setup(FrameProcessorSetup(SystemClock(), tasks, MagicMock(), 16000))
    await strategy.handle_user_turn_started()
    yield strategy
    await strategy.cleanup()


def eager(text: str) -> EagerTranscriptionFrame:
    return EagerTranscriptionFrame(text, user_id="", timestamp="")


def final(text: str) -> TranscriptionFrame:
    return TranscriptionFrame(text, "", "", finalized=True)


async def test_a_guess_that_holds_is_not_asked_again(strategy: EagerTurnStop) -> None:
    told = Told(strategy)
    await strategy.process_frame(eager("I have a question"))
    ((name, speculation),) = told.said
    assert (name, speculation.text) == ("inference_triggered", "I have a question")
    await strategy.process_frame(final("I have a question."))
    await strategy.trigger_user_turn_stopped()
    assert told.names == ["inference_triggered", "stopped"]
    assert told.said[-1][1].confirms_speculation


async def test_other_words_are_answered_and_the_guess_thrown_away(strategy: EagerTurnStop) -> None:
    told = Told(strategy)
    await strategy.process_frame(eager("I have a question"))
    await strategy.process_frame(final("I have no question."))
    await strategy.trigger_user_turn_stopped()
    assert told.names == [
        "inference_triggered",
        "speculation_cancelled",
        "inference_triggered",
        "stopped",
    ]
    assert told.said[2][1] is None
    assert not told.said[-1][1].confirms_speculation


async def test_a_guess_that_is_taken_back_is_forgotten(strategy: EagerTurnStop) -> None:
    told = Told(strategy)
    await strategy.process_frame(eager("I have a question"))
    await strategy.process_frame(EagerEndOfTurnCancelFrame())
    await strategy.process_frame(final("I have a question."))
    await strategy.trigger_user_turn_stopped()
    assert told.names == ["inference_triggered", "inference_triggered", "stopped"]
    assert told.said[1][1] is None


async def test_a_turn_that_ends_otherwise_withdraws_the_guess(strategy: EagerTurnStop) -> None:
    told = Told(strategy)
    await strategy.process_frame(eager("I have a question"))
    await strategy.handle_user_turn_stopped()
    assert told.names == ["inference_triggered", "speculation_cancelled"]


async def test_nothing_is_begun_on_a_number_with_digits_missing(
    strategy: EagerTurnStop, conversation: Conversation
) -> None:
    for words in ("i have a question about my bill", "my name is anna bell"):
        conversation.turn_started()
        conversation.caller_said(words)
        conversation.decide()
    told = Told(strategy)
    await strategy.process_frame(eager("Four one five"))
    assert told.said == []
    await strategy.process_frame(eager("Four one five five five five zero one three two"))
    assert told.names == ["inference_triggered"]


async def test_rules_are_not_asked_early(strategy: EagerTurnStop) -> None:
    strategy.speculates = False
    told = Told(strategy)
    await strategy.process_frame(eager("I have a question"))
    await asyncio.sleep(0)
    assert told.said == []


def test_on_flux_the_model_is_asked_before_the_turn_has_ended(tmp_path: Path) -> None:
    call = replay(PLAIN, ReplayOptions(stack="cascaded-flux", out=tmp_path))
    assert call.result.outcome == "completed"
    ended = [event.at for event in call.result.events if isinstance(event, ev.TurnEnded)]
    begun = [
        event.at - FIRST_TOKEN
        for event in call.result.events
        if isinstance(event, ev.Measured) and event.stage == "KeptAnthropicLLMService"
    ]
    early = [at for at in ended if any(at - 0.5 < one < at for one in begun)]
    assert len(early) >= 2
    tools = [event.tool for event in call.result.events if isinstance(event, ev.ToolCalled)]
    assert tools == ["take_message", "end_call"]
    words = [turn.user for turn in call.turns if turn.user]
    assert len(words) == len(set(words)) == 4
