"""The recorder hears of every first push at once; the others of what is not sound."""

from typing import Any

from pipecat.frames.frames import InputAudioRawFrame, TextFrame
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.worker_observer import WorkerObserver
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from callwright.recorder.attending import Attending


class Noting(BaseObserver):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    async def on_push_frame(self, data: FramePushed) -> None:
        self.told.append(type(data.frame).__name__)


class Others(WorkerObserver):
    """Remembers what the others would be told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    async def on_push_frame(self, data: FramePushed) -> None:
        self.told.append(type(data.frame).__name__)


async def test_each_frame_is_told_once_and_without_waiting() -> None:
    recorder, others = Noting(), Others()
    attending = Attending(recorder, others)
    step = FrameProcessor()
    sound = InputAudioRawFrame(b"\0\0", 16000, 1)
    words = TextFrame("hello")

    async def push(frame: Any) -> None:
        data = FramePushed(step, step, frame, FrameDirection.DOWNSTREAM, 0)
        await attending.on_push_frame(data)

    for frame in (sound, words, sound, words):
        await push(frame)
    assert recorder.told == ["InputAudioRawFrame", "TextFrame"]
    assert others.told == ["TextFrame", "TextFrame"]
