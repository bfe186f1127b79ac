"""Watches a call from outside and turns frames into the events of its record.

An observer that raises is never called again by Pipecat, so a frame that cannot be understood is
reported and passed over.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    AggregatedTextFrame,
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    ErrorFrame,
    Frame,
    FunctionCallInProgressFrame,
    FunctionCallResultFrame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    InterruptionFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    MetricsFrame,
    OutputAudioRawFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.metrics.metrics import TTFBMetricsData, TurnMetricsData
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.processors.frame_processor import FrameDirection
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport

from callwright.calls import events as ev
from callwright.calls.loudness import Edge, Loudness
from callwright.calls.plain_error import plain_error
from callwright.recorder.beside import Beside
from callwright.recorder.usage import amounts_of
from callwright.recorder.writer import FolderWriter
from processors.confidence import confidence_of
from processors.frames import EarsFrame, NoteFrame

NANOSECOND = 1_000_000_000

_WORDS = (TranscriptionFrame, InterimTranscriptionFrame)

# Chunks of the bot's sound that follow each other within so many seconds are one piece.
_GAPLESS = 0.05

# What travels against the stream: trouble, and the words of a model that hears by itself.
_UPWARDS = (ErrorFrame, *_WORDS)


class CallRecorder(BaseObserver):
    """Records a call while it runs.

    Args:
        writer: Where events and sound go.
        turn_reason: Says why the last turn ended, where the turn detector can tell.
        ears: Whether there are ears beside a model that hears by itself.
        keep: Called with every event too; what a caller of the session may want live.
        redact: Takes what is sensitive out of an event before anybody gets it.
        overhear: Called with every event before that, for whoever plays the caller: callers hear
            what was said.
    """

    def __init__(
        self,
        writer: FolderWriter,
        turn_reason: Callable[[], str],
        keep: Callable[[ev.Event], None] | None = None,
        *,
        ears: bool = False,
        redact: Callable[[ev.Event], list[ev.Event]] | None = None,
        overhear: Callable[[ev.Event], None] | None = None,
    ) -> None:
        super().__init__(observe_every_push=False)
        self._redact = redact
        self._overhear = overhear
        self._writer = writer
        self._keep = keep
        self._loudness = Loudness()
        self._played_since = 0.0
        self._played_until = 0.0
        self._fell_silent = 0.0
        self._audible_since_said = False
        self._has_ears = ears
        # When ears last heard words for good, and when this turn and the one before it ended.
        self._ears_at = -1.0
        self._ended = self._ended_before = 0.0
        self._in_turn = False
        self._bot_speaking = False
        self._turn_reason = turn_reason
        self._answer_begun = False
        self._beside = Beside()
        self._voice_contexts: set[str | None] = set()
        self._now = 0.0
        self._readers: dict[type[Frame], Callable[[Any], ev.Event | None]] = {
            VADUserStartedSpeakingFrame: self._vad_started,
            VADUserStoppedSpeakingFrame: self._vad_stopped,
            UserStartedSpeakingFrame: self._turn_started,
            UserStoppedSpeakingFrame: self._turn_stopped,
            InterimTranscriptionFrame: lambda frame: ev.HeardSoFar(text=frame.text),
            TranscriptionFrame: self._heard,
            EarsFrame: self._ears_heard,
            InterruptionFrame: self._interrupted,
            BotStartedSpeakingFrame: self._bot_started,
            BotStoppedSpeakingFrame: self._bot_stopped,
            LLMFullResponseStartFrame: self._model_asked,
            LLMTextFrame: self._model_answered,
            AggregatedTextFrame: lambda frame: ev.Saying(text=frame.text),
            TTSStartedFrame: self._voice_to_start,
            TTSAudioRawFrame: self._voice_started,
            FunctionCallInProgressFrame: self._tool_called,
            FunctionCallResultFrame: self._tool_returned,
            ErrorFrame: self._trouble,
            NoteFrame: self._note,
        }

    async def on_push_frame(self, data: FramePushed) -> None:
        """Record the first push of every frame that means something."""
        try:
            self._take(data)
        except Exception as error:
            logger.opt(exception=error).error(f"{data.frame} could not be recorded")

    def emit(self, event: ev.Event) -> None:
        """Put an event on record."""
        if self._overhear:
            self._overhear(event)
        for one in [event] if self._redact is None else self._redact(event):
            self._writer.event(one)
            if self._keep:
                self._keep(one)

    def connected(self) -> None:
        """The caller can hear us."""
        self.emit(ev.Connected(at=self._now))

    def said(self, text: str, by: str) -> bool:
        """Words of the bot that were heard, as the context keeps them.

        A voice that failed leaves its words in the context; without a sound they were not heard.

        Args:
            text: The words.
            by: Whose they are: ``rules`` or ``model``.

        Returns:
            Whether they were heard.
        """
        if text.strip():
            self._tell_beside()
        heard = bool(text.strip()) and self._audible_since_said
        if heard:
            self._audible_since_said = self._loudness.audible
            self.emit(ev.Said(at=self._now, text=text.strip(), by=by))
        return heard

    def beside(self, text: str) -> None:
        """Words of the rules are about to be spoken beside the conversation, kept by no context.

        They are on record once they are heard: as far as they come, where the caller breaks in.
        Without words the last ones are not to be heard any more.
        """
        self._beside.expect(text)

    def _tell_beside(self, cut: float | None = None) -> None:
        """Put words beside the conversation on record, once they were heard."""
        if words := self._beside.heard(cut):
            self.emit(ev.Said(at=self._now, text=words, by="rules"))

    def finish(self, outcome: str, reason: str) -> float:
        """The last event; returns the length of the call in seconds."""
        self._edges(self._loudness.silence_until(float("inf")))
        self._tell_beside()
        self.emit(ev.Ended(at=self._now, outcome=outcome, reason=reason))
        return self._now

    def _take(self, data: FramePushed) -> None:
        self._now = max(self._now, data.timestamp / NANOSECOND)
        frame, source = data.frame, data.source
        if isinstance(frame, InputAudioRawFrame):
            if isinstance(source, BaseInputTransport):
                self._writer.user(_mono(frame), self._now - _seconds(frame))
                self._edges(self._loudness.silence_until(self._now))
        elif isinstance(frame, OutputAudioRawFrame) and isinstance(source, BaseOutputTransport):
            self._bot_played(frame)
        elif data.direction is FrameDirection.DOWNSTREAM or isinstance(frame, _UPWARDS):
            self._read(frame, upwards=data.direction is FrameDirection.UPSTREAM)

    def _read(self, frame: Frame, *, upwards: bool) -> None:
        reader = self._readers.get(type(frame))
        event = reader(frame) if reader else None
        if self._has_ears and not upwards and isinstance(frame, _WORDS):
            return  # What goes into ears comes out of them again, as theirs.
        if upwards and isinstance(event, ev.Heard):
            event = self._by_model(event)
        if event is not None:
            self.emit(replace(event, at=self._now))
        if isinstance(frame, MetricsFrame):
            self._metrics(frame)

    def _bot_played(self, frame: OutputAudioRawFrame) -> None:
        pcm, start = _mono(frame), self._now - _seconds(frame)
        if start - self._played_until > _GAPLESS:
            self._played_since = start
        self._played_until = self._now
        self._writer.bot(pcm, start)
        self._edges(self._loudness.hear(pcm, frame.sample_rate, start))

    def _edges(self, edges: list[Edge]) -> None:
        for edge in edges:
            if edge.audible:
                self._beside.audible(edge.at, self._audible_since_said)
                self._audible_since_said = True
                lead = edge.at - max(self._played_since, self._fell_silent)
                self.emit(ev.BotAudible(at=edge.at, lead=lead))
            else:
                self._fell_silent = edge.at
                if self._beside.begun:
                    self._tell_beside()
                    self._audible_since_said = self._beside.unsaid_before
                self.emit(ev.BotSilent(at=self._now, since=edge.at))

    # --- frames as events; `at` is filled in by the caller --------------------------------------

    def _vad_started(self, frame: VADUserStartedSpeakingFrame) -> ev.Event:
        return ev.SpeechStarted(since=max(0.0, self._now - frame.start_secs))

    def _vad_stopped(self, frame: VADUserStoppedSpeakingFrame) -> ev.Event:
        return ev.SpeechStopped(since=max(0.0, self._now - frame.stop_secs))

    def _turn_started(self, frame: UserStartedSpeakingFrame) -> ev.Event:
        # What was not heard by now, is not said any more.
        self._tell_beside(cut=self._now)
        self._beside.expect("")
        self._in_turn = True
        return ev.TurnStarted()

    def _turn_stopped(self, frame: UserStoppedSpeakingFrame) -> ev.Event:
        if self._in_turn:
            self._in_turn = False
            self._ended_before, self._ended = self._ended, self._now
        return ev.TurnEnded(reason=self._turn_reason() or "nothing more was heard")

    def _heard(self, frame: TranscriptionFrame) -> ev.Event:
        return ev.Heard(text=frame.text, confidence=confidence_of(frame))

    def _ears_heard(self, frame: EarsFrame) -> ev.Event:
        if frame.settled:
            self._ears_at = self._now
            return ev.Heard(text=frame.text, confidence=frame.confidence)
        return ev.HeardSoFar(text=frame.text)

    def _by_model(self, heard: ev.Heard) -> ev.Event:
        turn_began = self._ended if self._in_turn else self._ended_before
        if self._has_ears and self._ears_at >= turn_began:
            return ev.ModelHeard(text=heard.text)
        return replace(heard, by_model=True)

    def _interrupted(self, frame: InterruptionFrame) -> ev.Event | None:
        return ev.Interrupted() if self._bot_speaking else None

    def _bot_started(self, frame: BotStartedSpeakingFrame) -> None:
        self._bot_speaking = True

    def _bot_stopped(self, frame: BotStoppedSpeakingFrame) -> None:
        self._bot_speaking = False

    def _model_asked(self, frame: LLMFullResponseStartFrame) -> None:
        self._answer_begun = False

    def _model_answered(self, frame: LLMTextFrame) -> ev.Event | None:
        if self._answer_begun:
            return None
        self._answer_begun = True
        return ev.ModelAnswered()

    def _voice_to_start(self, frame: TTSStartedFrame) -> None:
        if not frame.append_to_context:
            self._beside.opens(frame.context_id)

    def _voice_started(self, frame: TTSAudioRawFrame) -> ev.Event | None:
        if self._beside.sounds(frame.context_id, frame.num_frames / frame.sample_rate):
            return None
        if frame.context_id in self._voice_contexts:
            return None
        self._voice_contexts.add(frame.context_id)
        return ev.VoiceStarted()

    def _tool_called(self, frame: FunctionCallInProgressFrame) -> ev.Event:
        arguments = dict(frame.arguments or {})
        return ev.ToolCalled(tool=frame.function_name, arguments=arguments, call=frame.tool_call_id)

    def _tool_returned(self, frame: FunctionCallResultFrame) -> ev.Event:
        return ev.ToolReturned(
            tool=frame.function_name,
            result=_plain(frame.result),
            error=frame.error,
            call=frame.tool_call_id,
        )

    def _trouble(self, frame: ErrorFrame) -> ev.Event:
        where = type(frame.processor).__name__ if frame.processor else "pipeline"
        return ev.Trouble(where=where, what=plain_error(frame.error))

    def _note(self, frame: NoteFrame) -> ev.Event:
        return frame.event

    def _metrics(self, frame: MetricsFrame) -> None:
        for data in frame.data:
            if isinstance(data, TTFBMetricsData) and data.value > 0:
                stage = data.processor.partition("#")[0]
                self.emit(ev.Measured(at=self._now, stage=stage, ttfb=data.value))
            elif isinstance(data, TurnMetricsData):
                guess = ev.EndOfTurnGuessed(
                    at=self._now, complete=data.is_complete, probability=data.probability
                )
                self.emit(guess)
            elif used := amounts_of(data):
                stage = data.processor.partition("#")[0]
                self.emit(
                    ev.Used(at=self._now, stage=stage, model=data.model or None, amounts=used)
                )


def _seconds(frame: InputAudioRawFrame | OutputAudioRawFrame) -> float:
    return frame.num_frames / frame.sample_rate


def _mono(frame: InputAudioRawFrame | OutputAudioRawFrame) -> bytes:
    if frame.num_channels == 1:
        return frame.audio
    return b"".join(
        frame.audio[at : at + 2] for at in range(0, len(frame.audio), 2 * frame.num_channels)
    )


def _plain(value: Any) -> Any:
    """A tool's result as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
