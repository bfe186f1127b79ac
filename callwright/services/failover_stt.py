"""Recognisers that stand in for each other: the sound of the turn is kept, and heard again.

Silence of a recogniser is told from silence of the caller by the VAD. When the next one recognises
nothing either, nothing was said, and nobody failed.
"""

import time
from collections import deque
from dataclasses import replace

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from callwright.services.failover import Failover
from callwright.services.said_already import unheard

# From the end of speech to words: late enough for most, and before an empty turn is given up.
FINAL_WORDS = 1.0

# Somebody speaks and not even a partial result comes.
ANY_WORDS = 4.0

# Speech that went on so long after the last words for good brings more of them.
UNHEARD_SPEECH = 0.8

# Sound from before the VAD made up its mind.
PREROLL_SECONDS = 1.0

LONGEST_SECONDS = 30.0


class STTFailover(Failover):
    """Switches between recognisers.

    Args:
        services: In order of preference.
        names: What the stack calls them.
        within: Seconds from the end of speech to words.
    """

    ROLE = "stt"

    def __init__(
        self, services: list[FrameProcessor], names: list[str], within: float | None = None
    ) -> None:
        super().__init__(services, names, within or FINAL_WORDS)
        self._sound: deque[InputAudioRawFrame] = deque()
        self._began: VADUserStartedSpeakingFrame | None = None
        self._ended: VADUserStoppedSpeakingFrame | None = None
        self._owed = False
        # When words for good came that nothing has been added to, by the wall clock as VADs use it.
        self._settled: float | None = None
        self._heard: list[str] = []
        self._again: set[int] = set()

    @property
    def _unfinished(self) -> bool:
        return self._owed

    async def _entering(self, frame: Frame, direction: FrameDirection) -> bool:
        match frame:
            case InputAudioRawFrame():
                self._keep(frame)
            case VADUserStartedSpeakingFrame():
                if self._began is None:
                    await self._prefer()
                    self._began = frame
                self._ended = None
                self._owed, self._settled = True, None
                self._due("no words of the caller", ANY_WORDS)
            case VADUserStoppedSpeakingFrame():
                self._ended = frame
                speech_ended = frame.timestamp - frame.stop_secs
                if self._settled is not None and speech_ended - self._settled < UNHEARD_SPEECH:
                    self._owed = False
                    self._done()
                elif self._owed:
                    self._due("no words of what the caller said")
            case UserStoppedSpeakingFrame() if not self._owed:
                self._forget()
            case _:
                pass
        return True

    async def _leaving(self, frame: Frame, direction: FrameDirection) -> bool:
        if frame.id in self._again:
            self._again.discard(frame.id)
            return False
        match frame:
            case TranscriptionFrame():
                return self._words(frame)
            case InterimTranscriptionFrame():
                return self._words_so_far(frame)
            case _:
                pass
        return True

    def _words_so_far(self, frame: InterimTranscriptionFrame) -> bool:
        if self._tried and not unheard(frame.text, " ".join(self._heard)):
            return False
        self._settled = None
        if self._owed and self._ended is None:
            self._due("no more words of the caller", ANY_WORDS)
        elif self._owed:
            self._due("no words for good")
        return True

    def _words(self, frame: TranscriptionFrame) -> bool:
        """Words for good: those that an earlier recogniser brought already are left out."""
        if self._tried:
            frame.text = unheard(frame.text, " ".join(self._heard))
        if frame.text:
            self._heard.append(frame.text)
        self._settled = time.time()
        if self._ended is not None:
            self._owed = False
            self._done()
        else:
            self._due("no more words of the caller", ANY_WORDS)
        return bool(frame.text)

    async def _replay(self, service: FrameProcessor) -> None:
        frames: list[Frame] = [replace(one) for one in self._sound]
        if self._began is not None:
            frames.insert(0, replace(self._began))
        if self._ended is not None:
            frames.append(replace(self._ended))
        await self._give(service, frames)
        ended = self._ended is not None
        self._due("no words of what the caller said", None if ended else ANY_WORDS)

    async def _give(self, service: FrameProcessor, frames: list[Frame]) -> None:
        """Let a service alone have these frames."""
        for frame in frames:
            self._again.add(frame.id)
            vad = not isinstance(frame, InputAudioRawFrame)
            await service.queue_frame(
                frame, FrameDirection.UPSTREAM if vad else FrameDirection.DOWNSTREAM
            )

    async def _prefer(self) -> None:
        """A turn begins; whoever takes it over missed how it began."""
        before = self.strategy.active_service
        await self._begin()
        chosen = self.strategy.active_service
        if chosen is not before:
            await self._give(chosen, [replace(one) for one in self._sound])

    async def _give_up(self) -> None:
        """Nobody recognised anything: there was nothing to recognise."""
        for index in range(len(self._services)):
            self._health.worked(index)
        self._owed = False
        if self._ended is not None:
            self._forget()

    def _keep(self, frame: InputAudioRawFrame) -> None:
        self._sound.append(frame)
        limit = PREROLL_SECONDS if self._began is None else LONGEST_SECONDS
        kept = sum(one.num_frames / one.sample_rate for one in self._sound)
        while kept > limit:
            first = self._sound.popleft()
            kept -= first.num_frames / first.sample_rate

    def _forget(self) -> None:
        self._calm()
        self._began = self._ended = None
        self._owed = False
        self._heard = []


class EarsFailover(STTFailover):
    """The same for recognisers beside a model that hears by itself."""

    ROLE = "ears"
