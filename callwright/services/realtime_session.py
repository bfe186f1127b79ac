"""A realtime session that comes back: a new one takes over where the old one broke.

Pipecat's service is dead after an error or a broken connection. Here another session is opened, the
conversation is told to it, what the caller has just said is said again, and an answer that was due
is asked for. The caller hears a pause, or an answer that begins again.
"""

import asyncio
from collections import deque
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    LLMFullResponseEndFrame,
    LLMServiceMetadataFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameProcessorSetup
from pipecat.services.openai.realtime import events
from websockets.exceptions import ConnectionClosed

from callwright.services.realtime_items import (
    before_last_answer,
    items_of,
    open_calls,
    text_item,
    words_of,
)
from callwright.services.realtime_words import RealtimeWords
from callwright.services.steady_resampler import SteadyResampler

# A session that has been asked for an answer and sends nothing for so long is given up, seconds.
STALLED_AFTER = 2.5

# And so is one that takes longer to be set up. Until then it hears nothing: it would answer without
# instructions, and in a voice of its own.
_SET_UP_AFTER = 2.5

# Writing the arguments of a call may take so much longer, seconds.
_LONGEST_CALL = 10.0

# Sessions that break without an answer in between; then the model counts as lost.
MOST_FAILURES = 5
_FIRST_WAIT = 0.25

# The turn is noticed so much later than it began at most, seconds.
_ONSET = 0.7


class CallersTurn:
    """What the caller has said and the session may not have taken in yet."""

    def __init__(self) -> None:
        self._sound: deque[InputAudioRawFrame] = deque()
        self._seconds = 0.0
        self._open = self._begun = False
        self.unheard = False
        self.words = ""

    def begin(self) -> None:
        """The caller has the floor."""
        self._open = self._begun = self.unheard = True
        self.words = ""

    def end(self) -> None:
        """The floor is the model's."""
        self._open = False

    def written(self, words: str) -> None:
        """The model has written down what it heard."""
        if not self._open:
            self.unheard = False
            self.words = words

    def answered(self) -> None:
        """The model has answered it, whether it wrote it down or not."""
        if not self._open:
            self.unheard = False

    def hear(self, frame: InputAudioRawFrame) -> None:
        """Keep the turn's sound, or the little that may turn out to be its beginning."""
        if self.unheard and not self._open:
            return
        self._sound.append(frame)
        self._seconds += frame.num_frames / frame.sample_rate
        while not self._open and self._seconds > _ONSET:
            first = self._sound.popleft()
            self._seconds -= first.num_frames / first.sample_rate

    @property
    def open(self) -> bool:
        """Whether the caller still has the floor."""
        return self._open

    def sound(self) -> list[InputAudioRawFrame]:
        """The sound of a turn that was not taken in, or of what may become the first."""
        return list(self._sound) if self.unheard or not self._begun else []


class LastingSession(RealtimeWords):
    """Adds to the realtime service that a broken session is followed by another one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Pipecat's own resampler lets a replay sound a little different each time.
        self._resampler = SteadyResampler()
        self._turn = CallersTurn()
        self._due = False
        self._away = False
        self._restoring = False
        self._failures = 0
        self._last_sign = 0.0
        self._resuming: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None

    @property
    def _takes_in(self) -> bool:
        """Whether there is a session that is set up and knows the conversation."""
        return self._api_session_ready and not self._away and not self._restoring

    def service_metadata_frame(self) -> LLMServiceMetadataFrame:
        """Say whose turns the session goes by.

        Pipecat warns of turns that are not the provider's; here a stack says `turns: ours`.
        """
        if not self._is_turn_detection_disabled():
            return super().service_metadata_frame()
        return LLMServiceMetadataFrame(service_name=self.name, is_realtime_service=True)

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Connect; keep trying when it does not work at once."""
        await super().setup(setup)
        if self._websocket is None:
            await self._lose("it could not be reached")

    async def _disconnect(self) -> None:
        if self._resuming is not asyncio.current_task():
            await self._stop_tasks()
        await super()._disconnect()

    async def _stop_tasks(self) -> None:
        for task in (self._resuming, self._watching, self._opening):
            if task is not None:
                await self.cancel_task(task)
        self._resuming = self._watching = self._opening = None

    # --- what the session may lose --------------------------------------------------------------

    async def _send_user_audio(self, frame: InputAudioRawFrame) -> None:
        self._turn.hear(frame)
        if self._takes_in:
            await super()._send_user_audio(frame)

    async def _handle_user_started_speaking(self, frame: Frame) -> None:
        self._turn.begin()
        await super()._handle_user_started_speaking(frame)

    async def _handle_user_stopped_speaking(self, frame: Frame) -> None:
        self._turn.end()
        self._expect_answer()
        if self._takes_in:
            await super()._handle_user_stopped_speaking(frame)

    async def _handle_interruption(self) -> None:
        self._due = False
        await super()._handle_interruption()

    async def handle_evt_input_audio_transcription_completed(self, evt: Any) -> None:
        """Note that the caller's turn was taken in."""
        self._turn.written(evt.transcript)
        await super().handle_evt_input_audio_transcription_completed(evt)

    async def _create_response(self) -> None:
        self._expect_answer()
        await super()._create_response()

    async def _handle_evt_response_done(self, evt: Any) -> None:
        status = evt.response.status
        if status == "completed":
            self._failures = 0
            self._turn.answered()
        if status != "failed":
            self._due = False
            return await super()._handle_evt_response_done(evt)
        self._failures += 1
        await super()._handle_evt_response_done(evt)
        if self._due and self._failures < MOST_FAILURES:
            await self._create_response()

    # --- signs of life --------------------------------------------------------------------------

    def _expect_answer(self) -> None:
        self._due = True
        self._last_sign = self._loop_time()
        if self._watching is None or self._watching.done():
            self._watching = self.create_task(self._watch(), "watch")

    async def _watch(self) -> None:
        """Give a session up that owes an answer and falls silent."""
        while self._due:
            left = self._last_sign + STALLED_AFTER - self._loop_time()
            if left > 0:
                await asyncio.sleep(left)
            elif not self._takes_in:
                self._last_sign = self._loop_time()
            else:
                self._last_sign = self._loop_time()
                await self._lose(f"nothing came for {STALLED_AFTER:g} seconds")

    async def _handle_evt_response_created(self, evt: Any) -> None:
        self._last_sign = self._loop_time()
        await super()._handle_evt_response_created(evt)

    async def _handle_evt_conversation_item_added(self, evt: Any) -> None:
        # The arguments of a call come without a sign that Pipecat passes on.
        more = _LONGEST_CALL if evt.item.type == "function_call" else 0.0
        self._last_sign = self._loop_time() + more
        await super()._handle_evt_conversation_item_added(evt)

    async def _handle_evt_audio_delta(self, evt: Any) -> None:
        self._last_sign = self._loop_time()
        await super()._handle_evt_audio_delta(evt)

    async def _handle_evt_text_delta(self, evt: Any) -> None:
        self._last_sign = self._loop_time()
        await super()._handle_evt_text_delta(evt)

    # --- breaking and coming back ---------------------------------------------------------------

    async def _connect(self) -> None:
        if self._opening is not None:
            await self.cancel_task(self._opening)
        await super()._connect()
        self._opening = self.create_task(self._watch_opening(), "opening")

    async def _watch_opening(self) -> None:
        await asyncio.sleep(_SET_UP_AFTER)
        if not (self._api_session_ready or self._away or self._websocket is None):
            await self._lose(f"it was not set up within {_SET_UP_AFTER:g} seconds")

    async def _receive_task_handler(self) -> None:
        try:
            why = await self._receive()
        except ConnectionClosed as closed:
            why = str(closed)
        if not self._disconnecting:
            await self._lose(why)

    async def _receive(self) -> str:
        """Receive until the end, and return its reason.

        An event that Pipecat cannot read is none, but for those by which a session is set up.
        """
        while True:
            try:
                await super()._receive_task_handler()
                return "it was closed"
            except Exception as error:
                # Its parser raises the bare class, and nothing else does.
                if type(error) is not Exception:
                    raise
                if not self._api_session_ready:
                    return "it began with an event that cannot be read"
                logger.warning(f"{self}: an event that cannot be read is left out: {error}"[:600])

    async def _ws_send(self, realtime_message: Any) -> None:
        if not self._away:
            await super()._ws_send(realtime_message)

    async def _lose(self, why: str) -> None:
        """The session is gone; begin another one."""
        if self._away:
            return
        self._away = True
        self._failures += 1
        await self.push_error(error_msg=f"the realtime session broke: {why}")
        self._resuming = self.create_task(self._resume(), "resume")

    async def _resume(self) -> None:
        await self._end_what_broke()
        set_up = not self._llm_needs_conversation_setup
        await self._disconnect()
        while self._failures <= MOST_FAILURES:
            await asyncio.sleep(_FIRST_WAIT * (2 ** (self._failures - 1) - 1))
            self._away, self._restoring = False, set_up
            await self._connect()
            if self._websocket is not None:
                return
            self._away = True
            self._failures += 1
        await self.push_error(
            error_msg="the realtime session does not come back", force_treat_as_permanent=True
        )

    async def _end_what_broke(self) -> None:
        """What has come of an answer is all that comes of it."""
        speaking = self._current_audio_response is not None
        self._current_audio_response = self._current_assistant_response = None
        self._responding = None
        if speaking:
            await self.push_frame(TTSStoppedFrame())
        if self._due:
            await self.push_frame(LLMFullResponseEndFrame())

    async def _handle_evt_session_updated(self, evt: Any) -> None:
        if not self._api_session_ready:
            await self._begin()
        await super()._handle_evt_session_updated(evt)

    async def _begin(self) -> None:
        """Give a session that was just set up what it has missed."""
        if not (self._restoring or self._due or self._turn.unheard):
            return await self._hear_again()
        # A provider that makes the turns answers what it hears again by itself.
        again = self._turn.unheard and not self._is_turn_detection_disabled()
        self._run_llm_when_api_session_ready = self._due and not again and self._context is not None
        self._restoring = False
        await self._restore()

    async def _restore(self) -> None:
        """Tell the session the conversation, and what the caller said last."""
        messages = self._context.get_messages() if self._context else []
        self._open_function_calls = open_calls(messages)
        told = before_last_answer(messages) if self._due else messages
        items = items_of(told)
        if self._turn.words and not any(self._turn.words in words_of(one) for one in told):
            items.append(text_item("user", self._turn.words))
        for item in items:
            await self._tell(item)
        if self._llm_needs_conversation_setup and self._context is not None:
            await self._send_session_update()
            self._llm_needs_conversation_setup = False
        await self._hear_again()
        if self._turn.unheard and not self._turn.open and self._is_turn_detection_disabled():
            await self.send_client_event(events.InputAudioBufferCommitEvent())

    async def _hear_again(self) -> None:
        for frame in self._turn.sound():
            await super()._send_user_audio(frame)
