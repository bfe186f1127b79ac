"""Turns a recogniser into ears: its words are for the rules of the call, not for the context."""

from pipecat.frames.frames import Frame, InterimTranscriptionFrame, TranscriptionFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from processors.confidence import confidence_of
from processors.frames import EarsFrame


class Ears(FrameProcessor):
    """Stands behind the recogniser; the context holds the model's own transcript, once.

    In: `TranscriptionFrame`s and `InterimTranscriptionFrame`s of the recogniser.
    Out: an `EarsFrame` instead of each; everything else unchanged.
    """

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Replace transcripts."""
        await super().process_frame(frame, direction)
        if direction is FrameDirection.DOWNSTREAM:
            match frame:
                case TranscriptionFrame():
                    frame = EarsFrame(
                        frame.text, confidence_of(frame), finalized=bool(frame.finalized)
                    )
                case InterimTranscriptionFrame():
                    frame = EarsFrame(frame.text, settled=False)
                case _:
                    pass
        await self.push_frame(frame, direction)
