"""The host of a call: greets, and speaks where no model was asked (silence, mumbling, failures)."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    EndWorkerFrame,
    ErrorFrame,
    InterruptionFrame,
    LLMMessagesAppendFrame,
    LLMRunFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_response_universal import (
    AssistantTurnStoppedMessage,
    UserTurnStoppedMessage,
)
from pipecat.services.stt_service import STTService
from pipecat.services.tts_service import TTSService

from bot import last_resort
from bot.assemble import Assembled
from bot.prompt import greeting_request, silence_request
from bot.refusals import refusal, unanswered
from bot.watchdog import GRACE_SECONDS, EndWatch, SilenceWatch
from callwright.calls import events as ev
from callwright.calls.plain_error import plain_error
from callwright.conversation.decisions import Decision
from callwright.engines.dialogue import phrases_of, word
from callwright.lines.line import Line
from callwright.recorder.observer import CallRecorder
from callwright.services.failover import Failover
from callwright.services.failover_stt import STTFailover
from callwright.services.failover_tts import TTSFailover
from processors.frames import ModelHeardFrame, NoteFrame, TellModelFrame
from processors.notes import notes

# The last words of a call that failed take less than this; then it ends without them.
LONGEST_GOODBYE = 20.0

# Nobody is kept waiting longer for the end of a turn by a call that cannot go on.
LONGEST_TURN_END = 2.0

# What has not let a cancellation through by then, holds it up for good.
LONGEST_CANCELLATION = 3.0


class Host:
    """Connects the events of a line and of the aggregators with the rules of the call.

    Args:
        parts: The call's processors and rules.
        worker: The running pipeline.
        recorder: Where the words go that the caller heard.
    """

    def __init__(self, parts: Assembled, worker: PipelineWorker, recorder: CallRecorder) -> None:
        self._conversation = parts.conversation
        self._parts = parts
        self._worker = worker
        self._recorder = recorder
        self._greeted = False
        self._phrases = phrases_of(parts.conversation.plan)
        self._watch = SilenceWatch(
            self._nothing_heard,
            self._still_nothing_heard,
            self._hold if parts.voice is not None else None,
            self._phrases.working,
            in_tokens=_comes_in_tokens(parts),
        )
        self._line: Line | None = None
        self._voice_lost = False
        self._apology = TTSSpeakFrame("")
        self._voice_started = asyncio.Event()
        self._floor_is_ours = asyncio.Event()
        self._floor_is_ours.set()
        self._at_last = False
        self._broken_in = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._ending = EndWatch(self._held_up)
        self.broken = ""
        self.refused = ""
        self._unanswered = ""
        self.hung_up = False

    def attend(self, line: Line) -> None:
        """Listen to everything that needs an answer."""
        self._line = line
        self._on(self._parts.user, "on_user_turn_idle", self._silent)
        self._on(self._parts.user, "on_user_turn_stopped", self._turn_stopped)
        self._on(self._parts.bot, "on_assistant_turn_stopped", self._said)
        self._on(self._worker, "on_pipeline_error", self._trouble)
        self._on(self._worker, "on_idle_timeout", self._nothing_happens)
        self._worker.add_reached_upstream_filter((EndWorkerFrame,))
        self._on(self._worker, "on_frame_reached_upstream", self._to_end)
        self._on(line.transport, "on_client_disconnected", self._disconnected)
        if line.greets_on == "client_ready":
            self._on(self._worker.rtvi, "on_client_ready", self._greet)
        else:
            self._on(line.transport, "on_client_connected", self._greet)

    def notice(self, event: ev.Event) -> None:
        """Something happened in the call."""
        # A model that speaks by itself has no voice that starts; it is heard.
        if isinstance(event, ev.VoiceStarted | ev.BotAudible) and not self._at_last:
            self._voice_lost = False
            self._voice_started.set()
        if isinstance(event, ev.TurnStarted):
            self._floor_is_ours.clear()
            self._broken_in.set()
        elif isinstance(event, ev.TurnEnded):
            self._floor_is_ours.set()
        elif isinstance(event, ev.Heard) and event.by_model and not self._parts.late:
            # The ears have heard nothing of it.
            self._later(self._worker.queue_frame(ModelHeardFrame(event.text)))
        self._watch.notice(event)
        self._ending.notice(event)

    def leave(self) -> None:
        """The call is over."""
        self._watch.stop()
        self._ending.stop()
        for task in self._tasks:
            task.cancel()
        if self._closing is not None:
            self._closing.cancel()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes its time, for whoever cannot wait."""
        task = asyncio.get_running_loop().create_task(work, name="host")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    def _on(source: object, event: str, handler: Callable[..., object]) -> None:
        # Pipecat's emitters call back with themselves and whatever the event carries.
        source.add_event_handler(event, handler)  # pyright: ignore[reportAttributeAccessIssue]

    async def _greet(self, *_: object) -> None:
        if self._greeted:
            return
        self._greeted = True
        self._recorder.connected()
        await self._speak(self._conversation.greeting(), greeting_request)

    async def _silent(self, *_: object) -> None:
        if self._ending.begun or self._watch.waiting:
            return
        await self._speak(self._conversation.caller_silent(), silence_request)

    async def _turn_stopped(
        self, _aggregator: object, _strategy: object, message: UserTurnStoppedMessage
    ) -> None:
        if self._parts.late:
            return  # The words come later; the model has heard them itself.
        if self._parts.hears:
            self._conversation.model_asked()
        elif not message.content:
            await self._speak(self._conversation.not_understood())
        elif not self._parts.by_rule:
            self._conversation.model_asked()

    async def _said(self, _aggregator: object, message: AssistantTurnStoppedMessage) -> None:
        if self._voice_lost:
            return  # Pipecat takes for said what a dead voice was to say.
        words = (message.content or "").strip()
        own = self._parts.by_rule or self._parts.own_words.cover(words)
        heard = self._recorder.said(words, by="rules" if own else "model")
        if self._parts.own_words.final and not message.interrupted:
            await self._end()
        if not heard:
            return  # A voice that brought no sound has read nothing back and asked nothing.
        # What the rules said themselves, they know; a model's words they have to understand.
        if own:
            self._conversation.bot_said(words)
            if self._parts.hears and self._parts.has_voice:
                # The model keeps the conversation, and another voice said this.
                await self._parts.model.queue_frame(TellModelFrame("assistant", words))
        else:
            self._conversation.model_said(words)
        await self._worker.queue_frames(notes(self._conversation))
        rules_go_on = self._parts.by_rule or self._conversation.plan.checkpoints
        if rules_go_on and self._conversation.has_more:
            await self._worker.queue_frame(LLMRunFrame())

    async def _trouble(self, _worker: object, frame: ErrorFrame) -> None:
        lost = frame.processor is not None and not frame.processor.is_usable
        problem = refusal(self._parts.made, frame)
        self.refused = self.refused or str(problem or "")
        self._unanswered = self._unanswered or str(unanswered(self._parts.made, frame) or "")
        # Some providers refuse in a message; for Pipecat such a service may still recover.
        lost |= problem is not None
        # Without ears the model's own transcript has to do.
        ears = self._parts.hears and isinstance(frame.processor, STTService | STTFailover)
        if lost and not ears:
            self.refused = self.refused or self._unanswered
            self._voice_lost |= isinstance(frame.processor, TTSService | TTSFailover)
            why = str(problem or "") or self._unanswered or plain_error(frame.error)
            await self._give_up(why)

    async def _hold(self, words: str) -> None:
        """Let the caller know that an answer is being made, and let it go on."""
        # Kept from the context, which may be with a model now: it would take the words for the
        # beginning of its answer. Given to the voice, since what is before it may be waiting.
        self._apology = TTSSpeakFrame(words, append_to_context=False)
        self._recorder.beside(words)
        if self._parts.voice is not None:
            await self._parts.voice.queue_frame(self._apology)

    async def _nothing_heard(self, in_a_row: int) -> None:
        self._recorder.beside("")
        # What was to be said before it would be said late.
        self._apology.text = ""
        if in_a_row == 1:
            self._parts.own_words.add(self._phrases.trouble)
            # Whatever hangs is cancelled like speech that is interrupted, or it would hold this up.
            self._apology = TTSSpeakFrame(self._phrases.trouble)
            await self._worker.queue_frames([InterruptionFrame(), self._apology])
        else:
            self.refused = self.refused or self._unanswered
            await self._give_up(self.refused or "the caller's turns were not answered")

    async def _still_nothing_heard(self, in_a_row: int) -> None:
        """The agent has no voice any more; the line has."""
        self._voice_lost = True
        # Where something in the pipeline hangs, it waits there still, and would be said once more
        # over whatever is being said then.
        self._apology.text = ""
        if in_a_row == 1:
            await self._say_at_last(self._phrases.trouble)

    async def _say_at_last(self, text: str) -> None:
        if self._line is None:
            return
        self._at_last = True
        self._broken_in.clear()
        try:
            await self._worker.queue_frame(InterruptionFrame())
            language = self._conversation.plan.language
            if words := await last_resort.say(text, self._line, self._broken_in, language):
                self._recorder.said(words, by="rules")
        finally:
            self._at_last = False

    async def _nothing_happens(self, *_: object) -> None:
        self.broken = self.broken or "nothing happened for minutes"
        await self._cancel(self.broken)

    async def _give_up(self, why: str) -> None:
        if not self.broken:
            self.broken = why
            loop = asyncio.get_running_loop()
            self._closing = loop.create_task(self._say_goodbye(why), name="goodbye")

    async def _say_goodbye(self, why: str) -> None:
        """End the call in a way that nothing in the pipeline can hold up."""
        # What was begun early may fail while the caller still has the floor.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._floor_is_ours.wait(), LONGEST_TURN_END)
        self._parts.last_words.spoken = True
        if not self._voice_lost:
            self._voice_started.clear()
            self._parts.own_words.add(self._phrases.failed)
            goodbye = TTSSpeakFrame(self._phrases.failed)
            await self._worker.queue_frames([InterruptionFrame(), goodbye])
            try:
                await asyncio.wait_for(self._voice_started.wait(), GRACE_SECONDS)
            except TimeoutError:
                self._voice_lost = True
        if self._voice_lost:
            await self._say_at_last(self._phrases.failed)
        else:
            await self._worker.queue_frame(EndFrame())
            await asyncio.sleep(LONGEST_GOODBYE)
        await self._cancel(why)

    async def _end(self) -> None:
        """End the call behind what is still to be said."""
        self._to_end()
        await self._worker.queue_frame(EndFrame())

    def _to_end(self, *_: object) -> None:
        self._ending.begin()

    async def _held_up(self) -> None:
        await self._cancel("something held the end of the call up")

    async def _cancel(self, why: str) -> None:
        """End the call now, even where something in the pipeline lets no frame through."""
        await self._worker.cancel(reason=why)
        await asyncio.sleep(LONGEST_CANCELLATION)
        for step in reversed(self._parts.steps):
            await step.queue_frame(CancelFrame(reason=why))

    async def _disconnected(self, *_: object) -> None:
        self.hung_up = True
        self._conversation.hung_up()
        why = "the caller hung up"
        await self._worker.cancel(reason=why)
        if self._closing is not None:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().create_task(self._cancel(why), name="ending")

    async def _speak(
        self, decision: Decision, request: Callable[[str], str] = greeting_request
    ) -> None:
        note = ev.Decided(kind=decision.kind, reason=decision.reason, entity=decision.entity)
        await self._worker.queue_frame(NoteFrame(note))
        text = word(decision, self._conversation.plan, self._conversation)
        if text:
            self._watch.expect()
            self._parts.own_words.add(text)
            await self._say(text, request)
        by_model = self._parts.hears and not self._parts.has_voice
        self._parts.own_words.final = decision.ends and by_model
        if decision.ends and not by_model:
            await self._end()

    async def _say(self, text: str, request: Callable[[str], str]) -> None:
        """Make the bot say something: its voice, or a model that speaks by itself."""
        if not self._parts.hears or self._parts.has_voice:
            await self._worker.queue_frame(TTSSpeakFrame(text, append_to_context=True))
            return
        message: Any = {"role": "developer", "content": request(text)}
        asking = LLMMessagesAppendFrame([message], run_llm=True)
        # From the top of the pipeline it would reach the context, and no session after the first.
        await self._parts.model.queue_frame(asking)


def _comes_in_tokens(parts: Assembled) -> bool:
    """Whether the voice is given an answer as it is written."""
    if isinstance(parts.model, Failover):
        return False  # It passes whole sentences on.
    voices = parts.voice.services if isinstance(parts.voice, Failover) else [parts.voice]
    return any(getattr(voice, "_is_streaming_tokens", False) for voice in voices)
