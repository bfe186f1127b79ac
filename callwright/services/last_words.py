"""The end of a call that failed is heard whole."""

from pipecat.frames.frames import Frame
from pipecat.turns.user_mute import BaseUserMuteStrategy


class LastWords(BaseUserMuteStrategy):
    """Lets nothing interrupt the goodbye of a call that cannot go on.

    Whoever broke in would be left with silence and a line that goes dead: nobody answers any more.

    Attributes:
        spoken: Whether the goodbye has begun.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spoken = False

    async def process_frame(self, frame: Frame) -> bool:
        """Whether the caller is not listened to any more."""
        await super().process_frame(frame)
        return self.spoken
