"""What a client beside the line (RTVI) is told of the bot's replies, whoever worded them.

Pipecat tells a client of a reply when a model gives one. Where the rules speak in its place no
model is asked, and a client that waits for the answer to what the caller said, as Pipecat's evals
do, would take their words for the rest of an earlier reply.
"""

from typing import Any

from pipecat.frames.frames import TTSSpeakFrame
from pipecat.observers.base_observer import FramePushed
from pipecat.processors.frameworks.rtvi import RTVIObserver, RTVIObserverParams, RTVIProcessor
from pipecat.processors.frameworks.rtvi import models as rtvi


class TellingReplies(RTVIProcessor):
    """Pipecat's end of a client's line, with `Replies` as what it tells."""

    def create_rtvi_observer(
        self, *, params: RTVIObserverParams | None = None, **kwargs: Any
    ) -> RTVIObserver:
        """What looks on at the call for the client."""
        return Replies(self, params=params, **kwargs)


class Replies(RTVIObserver):
    """Tells what Pipecat's own observer tells, and the rules' words as a model's are told."""

    async def on_push_frame(self, data: FramePushed) -> None:
        """Words that are to be spoken as they stand are a whole reply."""
        await super().on_push_frame(data)
        if isinstance(data.frame, TTSSpeakFrame) and data.first_push:
            text = rtvi.TextMessageData(text=data.frame.text)
            await self.send_rtvi_message(rtvi.BotLLMStartedMessage())
            await self.send_rtvi_message(rtvi.BotLLMTextMessage(data=text))
            await self.send_rtvi_message(rtvi.BotLLMStoppedMessage())
