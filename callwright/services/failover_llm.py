"""Models that stand in for each other: a broken answer is given by the next one.

Text goes on a sentence at a time, which is how voices take it anyway. So the caller has heard whole
sentences only of an answer that breaks off; the next model gets the same context, and of its answer
the sentences that say the same are left out.
"""

from pipecat.frames.frames import (
    AggregatedTextFrame,
    EagerEndOfTurnCancelFrame,
    Frame,
    FunctionCallsStartedFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    LLMThoughtTextFrame,
    MetricsFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.metrics.metrics import TTFBMetricsData
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.utils.text.base_text_aggregator import TextType

from callwright.services.failover import Failover
from callwright.services.said_already import Sentences

# The end of a turn and the next model need their time, too, before somebody else has to speak up.
FIRST_TOKEN = 2.0

# A model that has begun does not pause for so long.
NEXT_TOKEN = 1.5


class LLMFailover(Failover):
    """Switches between models.

    Args:
        services: In order of preference.
        names: What the stack calls them.
        within: Seconds until a first token; between two it is at most `NEXT_TOKEN`.
    """

    ROLE = "llm"

    def __init__(
        self, services: list[FrameProcessor], names: list[str], within: float | None = None
    ) -> None:
        super().__init__(services, names, within or FIRST_TOKEN)
        self._asked: LLMContextFrame | None = None
        self._opened = False
        self._sentences = Sentences()
        self._said: list[str] = []

    @property
    def _unfinished(self) -> bool:
        return self._asked is not None

    async def _entering(self, frame: Frame, direction: FrameDirection) -> bool:
        if isinstance(frame, LLMContextFrame) and direction is FrameDirection.DOWNSTREAM:
            self._forget()
            await self._begin()
            self._asked = frame
            if not frame.speculation:
                self._due("no answer")
        elif isinstance(frame, EagerEndOfTurnCancelFrame):
            self._forget()
        elif isinstance(frame, UserStoppedSpeakingFrame) and self._asked is not None:
            # What was begun early is let out from here on.
            self._asked = LLMContextFrame(self._asked.context)
            self._due("no answer")
        elif isinstance(frame, InterruptionFrame):
            self._forget()
        return True

    async def _leaving(self, frame: Frame, direction: FrameDirection) -> bool:
        if self._asked is None or direction is not FrameDirection.DOWNSTREAM:
            return True
        match frame:
            case LLMFullResponseStartFrame():
                opened, self._opened = self._opened, True
                return not opened
            case LLMTextFrame():
                self._go_on()
                await self._say(self._sentences.feed(frame.text), frame)
                return False
            case FunctionCallsStartedFrame():
                # Tools may have run from here on: whatever happens now, they must not run twice.
                await self._answered()
            case LLMFullResponseEndFrame():
                if not self._said and not self._sentences.holds:
                    await self._fail("an empty answer")
                    return False
                await self._answered()
            case LLMThoughtTextFrame():
                self._go_on()
            case MetricsFrame() if any(isinstance(one, TTFBMetricsData) for one in frame.data):
                self._go_on()
            case _:
                pass
        return True

    def _go_on(self) -> None:
        """A sign of life; the next is due."""
        self._due("nothing more of the answer", min(self._within, NEXT_TOKEN))

    async def _replay(self, service: FrameProcessor) -> None:
        if self._asked is None:
            return
        self._sentences = Sentences(self._said)
        if not self._asked.speculation:
            self._due("no answer")
        await service.queue_frame(LLMContextFrame(self._asked.context, self._asked.speculation))

    async def _give_up(self) -> None:
        opened = self._opened
        self._forget()
        if opened:
            await self._pass_on(LLMFullResponseEndFrame())

    async def _answered(self) -> None:
        await self._say(self._sentences.rest())
        self._done()
        self._forget()

    async def _say(self, sentences: list[str], like: LLMTextFrame | None = None) -> None:
        for sentence in sentences:
            self._said.append(sentence)
            # Marked as a sentence, or a voice would wait for the next one to be sure.
            text = AggregatedTextFrame(sentence, TextType.SENTENCE, raw_text=sentence)
            text.skip_tts = like.skip_tts if like else None
            await self._pass_on(text)

    def _forget(self) -> None:
        self._calm()
        self._asked = None
        self._opened = False
        self._sentences = Sentences()
        self._said = []
