"""A realtime model whose words count once they are heard, and which is told where it was cut off.

Pipecat's service writes an answer's text into the context as it comes, which is seconds before it
sounds. Here every word follows its sound: it goes out when it is half spoken, so that an answer
that the caller cuts off ends in the context where it ended in the caller's ear. What still comes
of a stopped answer is thrown away.
"""

import asyncio
import base64
from contextlib import suppress
from typing import Any

from pipecat.frames.frames import (
    EndFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMTextFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.utils.text.base_text_aggregator import TextType

from callwright.engines.spoken_text import USUAL_PACE, SpokenText
from callwright.services.realtime_answers import Answer, Written
from callwright.services.realtime_items import said_last, text_item

RATE = 24000

# Of so many answers it is known how much was played: the one that plays, and the next.
_REMEMBERED = 2

# The last answer has so long to become whole, seconds.
_LAST_ANSWER = 1.0


class RealtimeWords(OpenAIRealtimeLLMService):
    """Adds to Pipecat's realtime service that the context keeps what was heard.

    Out, for each answer: its sound at once; its words, each when it is half spoken; its end after
    the last of them. Of a model that writes, the voice says when words are heard; here its session
    is corrected where they were not.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._answers: list[Answer] = []
        self._answer_of: dict[str, Answer] = {}
        self._stopped: set[str] = set()
        self._responding: str | None = None
        self._written: Written | None = None
        self._cut: tuple[Written, int] | None = None
        self._pace = USUAL_PACE
        self._playing_until = 0.0
        self._latest_pts = 0
        self._along: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        self._all_said = asyncio.Event()
        self._all_said.set()

    async def cleanup(self) -> None:
        """Stop speaking along."""
        await self._fall_silent()
        await super().cleanup()

    async def stop(self, frame: EndFrame) -> None:
        """End with the answer that is just coming: a call may end before the model is done."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_ANSWER):
                await self._all_said.wait()
        await super().stop(frame)

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        """Keep the end of an answer back until its last word is out."""
        if isinstance(frame, LLMFullResponseEndFrame) and self._answers:
            answer = self._answers[-1]
            self._end(answer)
            answer.ending = answer.ending or frame
            self._more.set()
            return
        await super().push_frame(frame, direction)

    async def _handle_interruption(self) -> None:
        if self._written is not None and self._context is not None:
            self._cut = self._written, len(self._context.get_messages())
        self._written = None
        await self._stop_speaking()
        await super()._handle_interruption()

    async def _stop_speaking(self) -> None:
        """Count no more words, and let nothing more of this answer be heard."""
        if self._responding is not None:
            self._stopped.add(self._responding)
        await self._fall_silent()

    async def _truncate_current_audio_response(self) -> None:
        """Tell the model how much of its answer was heard."""
        current, self._current_audio_response = self._current_audio_response, None
        answer = self._answer_of.get(current.response_id or "") if current is not None else None
        if current is None or answer is None:
            return
        heard = answer.played(self._loop_time()) - answer.items[current.item_id]
        whole = self._calculate_audio_duration_ms(current.total_size)
        await self.send_client_event(
            events.ConversationItemTruncateEvent(
                item_id=current.item_id,
                content_index=current.content_index,
                audio_end_ms=max(0, min(int(1000 * heard), whole)),
            )
        )

    async def _handle_evt_response_created(self, evt: Any) -> None:
        self._responding = evt.response.id
        await super()._handle_evt_response_created(evt)

    async def _handle_evt_response_done(self, evt: Any) -> None:
        # What was stopped has ended already; its usage still counts.
        self._stopped.discard(evt.response.id)
        if self._responding == evt.response.id:
            self._responding = None
        await super()._handle_evt_response_done(evt)

    async def _handle_evt_audio_delta(self, evt: Any) -> None:
        if evt.response_id in self._stopped:
            return
        answer = self._answer(evt.response_id)
        pcm, now = base64.b64decode(evt.delta), self._loop_time()
        at = answer.spoken.seconds
        answer.items.setdefault(evt.item_id, at)
        starts = max(now, self._playing_until)
        if not answer.plays or starts > answer.time_of(at) + 0.001:
            answer.plays.append((at, starts))
        answer.spoken.hear(pcm)
        self._playing_until = starts + answer.spoken.seconds - at
        self._more.set()
        await super()._handle_evt_audio_delta(evt)

    async def _handle_evt_audio_transcript_delta(self, evt: Any) -> None:
        if evt.delta and evt.response_id not in self._stopped:
            self._answer(evt.response_id).spoken.write(evt.delta)
            # For clients that show the model's text as it is written.
            written = LLMTextFrame(evt.delta)
            written.append_to_context = False
            await self.push_frame(written)

    async def _handle_evt_text_delta(self, evt: Any) -> None:
        if evt.response_id not in self._stopped:
            before = self._written.text if self._written and self._written.id == evt.item_id else ""
            self._written = Written(evt.item_id, before + evt.delta)
            await super()._handle_evt_text_delta(evt)

    async def _handle_user_stopped_speaking(self, frame: Frame) -> None:
        await self._correct_written()
        await super()._handle_user_stopped_speaking(frame)

    async def _correct_written(self) -> None:
        """Put in the place of an answer that was cut off what was heard of it.

        A model that writes cannot be told how much of it was spoken: the voice is another service.
        """
        cut, self._cut = self._cut, None
        if cut is None or self._context is None:
            return
        written, known = cut
        messages = self._context.get_messages()
        if said_last(messages) == " ".join(written.text.split()):
            return
        heard = said_last(messages[known:])
        await self.send_client_event(events.ConversationItemDeleteEvent(item_id=written.id))
        if heard:
            await self._tell(text_item("assistant", heard))

    async def _tell(self, item: events.ConversationItem) -> None:
        """Put an item into the conversation."""
        self._messages_added_manually[item.id] = True
        await self.send_client_event(events.ConversationItemCreateEvent(item=item))

    async def _handle_evt_function_call_arguments_done(self, evt: Any) -> None:
        if evt.response_id not in self._stopped:
            await super()._handle_evt_function_call_arguments_done(evt)

    def _answer(self, response_id: str) -> Answer:
        """The answer that a response speaks."""
        answer = self._answer_of.get(response_id)
        if answer is None:
            answer = Answer(SpokenText(RATE, self._pace))
            self._answer_of[response_id] = answer
            for old in [*self._answer_of][:-_REMEMBERED]:
                del self._answer_of[old]
            self._answers.append(answer)
            self._all_said.clear()
            if self._along is None:
                self._along = self.create_task(self._speak_along(), "words")
        return answer

    def _end(self, answer: Answer) -> None:
        if not answer.spoken.whole:
            self._pace = answer.spoken.close()

    async def _speak_along(self) -> None:
        """Let each word out when it is half spoken, and each answer's end after its last."""
        while True:
            self._more.clear()
            due = await self._say_what_is_due()
            wait = None if due is None else max(0.0, due - self._loop_time())
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._more.wait()

    async def _say_what_is_due(self) -> float | None:
        """Let out what has been spoken by now; returns when there will be more, where known.

        Of a whole answer everything goes out, with the times at which the line passes it on.
        """
        while self._answers:
            answer = self._answers[0]
            if answer.held:
                return None
            words = answer.spoken.words()
            due = 0.0
            while answer.said < len(words):
                at = answer.spoken.spoken_at(answer.said)
                if at is None:
                    return None
                due = answer.time_of(at)
                if due > self._loop_time() and not answer.spoken.whole:
                    return due
                await self._say(words[answer.said], due)
                answer.said += 1
            if answer.ending is None:
                return None
            self._answers.pop(0)
            answer.ending.pts = self._pts(due)
            await super().push_frame(answer.ending)
        self._all_said.set()
        return None

    async def _say(self, word: str, due: float) -> None:
        heard = TTSTextFrame(word, text_type=TextType.WORD)
        heard.includes_inter_frame_spaces = True
        heard.pts = self._pts(due)
        await self.push_frame(heard)

    def _pts(self, due: float) -> int:
        """A time of the event loop on the pipeline's clock, at the earliest now.

        Without one, a frame would wait in the line behind all the sound.
        """
        later = max(0.0, due - self._loop_time())
        pts = self.get_clock().get_time() + int(1e9 * later)
        # Two clocks are read one after the other: what comes later must not be due a moment before.
        self._latest_pts = max(self._latest_pts, pts)
        return self._latest_pts

    async def _fall_silent(self) -> None:
        self._answers.clear()
        self._all_said.set()
        self._playing_until = 0.0
        self._latest_pts = 0
        along, self._along = self._along, None
        if along is not None:
            await self.cancel_task(along)

    @staticmethod
    def _loop_time() -> float:
        return asyncio.get_running_loop().time()
