"""When a turn ends: also between a recogniser's own start and stop, and without any voice."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any
from unittest.mock import MagicMock

import pytest
from pipecat.clocks.system_clock import SystemClock
from pipecat.frames.frames import (
    Frame,
    InterimTranscriptionFrame,
    ProposedUserStartedSpeakingFrame,
    ProposedUserStoppedSpeakingFrame,
    TranscriptionFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.utils.asyncio.task_manager import TaskManager

from bot.plan import plan_of
from callwright.clock import run_virtual
from callwright.conversation.machine import Conversation
from callwright.declarations.load import load
from callwright.services.turns import PatientTurnStop
from tests.services.test_eager_turns import Undecided

PATIENCE = 1.6


def ended(play: Callable[[PatientTurnStop], Coroutine[Any, Any, None]]) -> list[str]:
    """Why the turn that is played was ended; once for each time."""

    async def turn() -> list[str]:
        conversation = Conversation(plan_of(load("reception").agent), date(2026, 11, 20))
        conversation.greeting()
        strategy = PatientTurnStop(conversation=conversation, analyzer=Undecided())
        reasons: list[str] = []

        async def stopped(*_: object) -> None:
            reasons.append(strategy.reason)

        strategy.add_event_handler("on_user_turn_stopped", stopped)
        setup = FrameProcessorSetup(SystemClock(), TaskManager(), MagicMock(), 16000)
        await strategy.setup(setup)
        await strategy.handle_user_turn_started()
        await play(strategy)
        await strategy.cleanup()
        return reasons

    return run_virtual(turn())


def words(text: str) -> TranscriptionFrame:
    return TranscriptionFrame(text, "", "", finalized=True)


def interim(text: str) -> InterimTranscriptionFrame:
    return InterimTranscriptionFrame(text, "", "")


def silence() -> Frame:
    return VADUserStoppedSpeakingFrame(stop_secs=0.2)


@pytest.mark.parametrize("last", [ProposedUserStoppedSpeakingFrame, silence])
def test_pipecat_is_not_told_before_it_would_listen(last: Callable[[], Frame]) -> None:
    async def play(strategy: PatientTurnStop) -> None:
        await strategy.process_frame(ProposedUserStartedSpeakingFrame())
        await strategy.process_frame(words("I have a question about my bill."))
        await asyncio.sleep(5)
        assert strategy.reason == ""
        await strategy.process_frame(last())
        await asyncio.sleep(PATIENCE)

    assert len(ended(play)) == 1


def test_interim_words_without_a_voice_open_no_turn_for_good() -> None:
    async def play(strategy: PatientTurnStop) -> None:
        await strategy.process_frame(interim("I have a"))
        await asyncio.sleep(PATIENCE - 0.1)
        assert strategy.reason == ""
        await asyncio.sleep(0.2)

    assert ended(play) == ["nothing recognised"]
