"""When the caller's turn is over: silence ends it only when the turn detector or the words agree.

A stop strategy for Pipecat's user aggregator. The rule itself is pure and lives in
`conversation.turns`; here are the cues it needs and the timer that asks it again.
"""

import asyncio
import time
from typing import Any

from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer, EndOfTurnState
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    MetricsFrame,
    ProposedUserStartedSpeakingFrame,
    ProposedUserStoppedSpeakingFrame,
    StartFrame,
    STTMetadataFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.frames.frames import SpeechControlParamsFrame as ControlParams
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.turns.types import ProcessFrameResult
from pipecat.turns.user_stop.base_user_turn_stop_strategy import BaseUserTurnStopStrategy

from callwright.conversation.machine import Conversation
from callwright.conversation.turns import TurnLimits, end_of_turn
from processors.frames import EarsFrame, WordsSettledFrame

# Somebody who never pauses (a television, music, a crowd) still gets an answer.
LONGEST_TURN = 30.0


class PatientTurnStop(BaseUserTurnStopStrategy):
    """Ends a turn when silence, turn detector and words together say so.

    Semantic detectors are unreliable on synthetic and telephone voices; the words that were
    recognised, and what the conversation is waiting for, keep a pause within a sentence or
    between groups of digits from ending the turn.

    Args:
        conversation: Knows what is being asked.
        analyzer: The turn detector; Pipecat's bundled smart-turn v3 by default.
        silence: Seconds of silence that end a turn whose words look complete.
        patience: Seconds of silence that end any turn.

    Attributes:
        reason: Why the last turn was ended, for the record; empty when something else ended it.
    """

    def __init__(
        self,
        *,
        conversation: Conversation,
        analyzer: BaseTurnAnalyzer | None = None,
        silence: float = 0.5,
        patience: float = 1.6,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._conversation = conversation
        self._analyzer = analyzer or LocalSmartTurnAnalyzerV3()
        usual = TurnLimits()
        self._limits = TurnLimits(
            silence=silence,
            patience=patience,
            doubt=min(max(silence, usual.doubt), patience),
            eager=min(usual.eager, silence),
            region=conversation.plan.region,
            language=conversation.plan.language,
        )
        self._timer: asyncio.Task[None] | None = None
        self._speaking = False
        self._proposed = False
        self._silent_since: float | None = None
        self._verdict: bool | None = None
        self._words: list[str] = []
        self._final = False
        self._final_within = 0.0
        self._turn_began: float | None = None
        self.reason = ""
        # Cleared where the model hears by itself and the words come after the turn.
        self.wait_for_transcript = True
        # Set where ears of their own bring the words in time all the same.
        self.has_ears = False

    @property
    def limits(self) -> TurnLimits:
        """How long it waits."""
        return self._limits

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Prepare the detector for the pipeline's rate."""
        await super().setup(setup)
        self._analyzer.set_sample_rate(setup.audio_in_sample_rate)

    async def cleanup(self) -> None:
        """Stop the timer and the detector."""
        await super().cleanup()
        await self._stop_timer()
        await self._analyzer.cleanup()

    async def handle_user_turn_started(self) -> None:
        """A turn begins: forget the last one."""
        self.reason = ""
        self._turn_began = time.time()
        self._words = []
        await self._forget_silence()

    async def handle_user_turn_stopped(self) -> None:
        """A turn has ended, whoever ended it."""
        self._turn_began = None
        self._words = []
        await self._forget_silence()
        self._analyzer.clear()

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """Collect the cues; may end the turn."""
        await super().process_frame(frame)
        match frame:
            case InputAudioRawFrame():
                await self._listen(frame)
            case ProposedUserStartedSpeakingFrame():
                self._proposed = True
            case ProposedUserStoppedSpeakingFrame():
                self._proposed = False
                await self._decide()
            case VADUserStartedSpeakingFrame():
                self._analyzer.update_vad_start_secs(frame.start_secs)
                self._speaking = True
                await self._forget_silence()
            case VADUserStoppedSpeakingFrame():
                await self._speech_stopped(frame)
            case TranscriptionFrame() | EarsFrame(settled=True):
                self._words.append(frame.text)
                self._final = frame.finalized
                await self._decide()
            case InterimTranscriptionFrame() | EarsFrame():
                await self._words_so_far()
            case WordsSettledFrame():
                # Words of speech that has gone on since are still to come.
                if self._words and not self._speaking:
                    self._final = True
                    await self._decide()
            case STTMetadataFrame():
                self._final_within = frame.ttfs_p99_latency
            case StartFrame():
                await self.broadcast_frame(ControlParams, turn_params=self._analyzer.params)
            case _:
                pass
        return ProcessFrameResult.CONTINUE

    async def _words_so_far(self) -> None:
        self._final = False
        if self._turn_began is not None and self._timer is None:
            # Words that opened the turn, and no voice with them: nothing else will end it.
            await self._decide()

    async def _listen(self, frame: InputAudioRawFrame) -> None:
        if self._turn_began is not None and time.time() - self._turn_began > LONGEST_TURN:
            self._turn_began = None
            self.reason = "the caller did not pause"
            await self.trigger_user_turn_stopped()
            return
        state = self._analyzer.append_audio(frame.audio, self._speaking)
        if state is EndOfTurnState.COMPLETE:
            await self._analyze()
            self._verdict = True
            await self._decide()

    async def _speech_stopped(self, frame: VADUserStoppedSpeakingFrame) -> None:
        self._speaking = self._proposed = False
        self._silent_since = frame.timestamp - frame.stop_secs
        verdict = await self._analyze()
        # The caller may have gone on while the detector was thinking.
        if not self._speaking:
            self._verdict = verdict
            await self._decide()

    async def _analyze(self) -> bool:
        state, metrics = await self._analyzer.analyze_end_of_turn()
        if metrics is not None:
            await self.push_frame(MetricsFrame(data=[metrics]))
        return state is EndOfTurnState.COMPLETE

    async def _forget_silence(self) -> None:
        self._silent_since = None
        self._verdict = None
        self._final = False
        await self._stop_timer()

    async def _decide(self) -> None:
        # Pipecat ends no turn, and says nothing, between a recogniser's own start and stop.
        if self._speaking or self._proposed or self._turn_began is None:
            return
        now = time.time()
        # Words without any voice activity: their arrival is all there is to count from.
        if self._silent_since is None:
            self._silent_since = now
        silence = now - self._silent_since
        expected = self._conversation.expected
        final = self._final or silence >= self._final_within
        decision = end_of_turn(
            verdict=self._verdict,
            silence=silence,
            words=" ".join(self._words),
            final=final,
            expected=expected[0] if expected else None,
            limits=self._limits,
            wordless=not (self.wait_for_transcript or self.has_ears),
        )
        await self._stop_timer()
        if decision.ended:
            self.reason = decision.reason
            await self.trigger_user_turn_stopped()
        elif decision.wait is not None:
            # Words that nobody called final settle by themselves, once no more can be coming.
            wait = decision.wait if final else min(decision.wait, self._final_within - silence)
            self._timer = self.task_manager.create_task(
                self._ask_again(wait), f"{self}::turn_timer"
            )

    async def _ask_again(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._timer = None
        await self._decide()

    async def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None and timer is not asyncio.current_task():
            await self.task_manager.cancel_task(timer)
