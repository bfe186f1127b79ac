"""A voice for the rules' own words, beside a model that speaks by itself."""

from dataclasses import dataclass

from pipecat.frames.frames import (
    AggregatedTextFrame,
    DataFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    TextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

_MODELS_OWN = (
    TextFrame,
    AggregatedTextFrame,
    LLMFullResponseStartFrame,
    LLMFullResponseEndFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)


@dataclass
class SealedFrame(DataFrame):
    """A frame that a service between two processors of ours must not understand.

    Args:
        content: The frame.
    """

    content: Frame


class Seal(FrameProcessor):
    """Seals what a model says by itself, so that a voice behind passes it on in its place."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """In: anything. Out: the model's words and sound as `SealedFrame`s."""
        await super().process_frame(frame, direction)
        if direction is FrameDirection.DOWNSTREAM and isinstance(frame, _MODELS_OWN):
            frame = SealedFrame(frame)
        await self.push_frame(frame, direction)


class Unseal(FrameProcessor):
    """Opens what `Seal` has sealed."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """In: anything. Out: no `SealedFrame`."""
        await super().process_frame(frame, direction)
        await self.push_frame(frame.content if isinstance(frame, SealedFrame) else frame, direction)


def announcer(voice: FrameProcessor) -> Pipeline:
    """A voice that speaks nothing but what it is told to (`TTSSpeakFrame`).

    Args:
        voice: Any TTS service.
    """
    return Pipeline([Seal(), voice, Unseal()])
