"""Flux is asked for its words where it does not find the end of a turn by itself."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from unittest.mock import MagicMock

import pytest
from pipecat.clocks.system_clock import SystemClock
from pipecat.frames.frames import (
    Frame,
    ProposedUserStoppedSpeakingFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor, FrameProcessorSetup
from pipecat.utils.asyncio.task_manager import TaskManager

from callwright.clock import run_virtual
from callwright.services.deepgram_flux import SETTLE_AFTER, SettlingFluxService

DOWN = FrameDirection.DOWNSTREAM
STOP_SECS = 0.2
QUIET = VADUserStoppedSpeakingFrame(stop_secs=STOP_SECS)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    messages: list[Any] = []

    async def send(_: object, message: Any) -> None:
        messages.append(message)

    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(SettlingFluxService, "_transport_send_json", send)
    monkeypatch.setattr(SettlingFluxService, "_transport_is_active", lambda _: True)
    monkeypatch.setattr("pipecat.services.stt_service.STTService.process_frame", nothing)
    return messages


def play(turn: Callable[[SettlingFluxService], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        service = SettlingFluxService(api_key="k")
        setup = FrameProcessorSetup(SystemClock(), TaskManager(), MagicMock(), 16000)
        await FrameProcessor.setup(service, setup)
        await turn(service)
        await service._stop_counting()

    run_virtual(whole())


def test_a_turn_that_flux_leaves_open_is_ended_after_silence(sent: list[Any]) -> None:
    async def turn(service: SettlingFluxService) -> None:
        await service._handle_start_of_turn("my plate")
        await service.process_frame(QUIET, DOWN)
        await asyncio.sleep(SETTLE_AFTER - STOP_SECS - 0.01)
        assert sent == []
        await asyncio.sleep(0.02)

    play(turn)
    assert sent == [{"type": "ForceEndTurn"}]


def test_a_turn_that_flux_has_ended_is_left_alone(sent: list[Any]) -> None:
    async def turn(service: SettlingFluxService) -> None:
        await service._handle_start_of_turn("yes")
        await service.process_frame(QUIET, DOWN)
        await service._handle_end_of_turn("yes", {})
        await asyncio.sleep(2 * SETTLE_AFTER)

    play(turn)
    assert sent == []


def test_speech_that_goes_on_is_not_cut(sent: list[Any]) -> None:
    async def turn(service: SettlingFluxService) -> None:
        await service._handle_start_of_turn("my plate is")
        await service.process_frame(QUIET, DOWN)
        await asyncio.sleep(SETTLE_AFTER / 2)
        await service.process_frame(VADUserStartedSpeakingFrame(), DOWN)
        await asyncio.sleep(2 * SETTLE_AFTER)

    play(turn)
    assert sent == []


def test_the_end_of_a_turn_outlasts_an_interruption(
    sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that open a turn break into what the bot says, before the end behind them is there."""
    pushed: list[Frame] = []

    async def push(_: object, frame: Frame, direction: FrameDirection = DOWN) -> None:
        pushed.append(frame)

    monkeypatch.setattr("pipecat.services.stt_service.STTService.push_frame", push)

    async def turn(service: SettlingFluxService) -> None:
        await service._handle_start_of_turn("yes")
        await service._handle_end_of_turn("yes", {})

    play(turn)
    ends = [one for one in pushed if isinstance(one, ProposedUserStoppedSpeakingFrame)]
    assert [one.interruptible for one in ends] == [False, False]
    assert any(isinstance(one, TranscriptionFrame) and one.interruptible for one in pushed)
