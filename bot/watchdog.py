"""The promises that nobody waits in silence, and that a call that is to end does.

After a turn something is heard within the limit; an end comes when the last words have been heard.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.work import Work
from callwright.calls import events as ev
from callwright.calls.latency import SILENCE_LIMIT

# The agent's own voice has so long to be heard; then the voice of last resort needs so long.
GRACE_SECONDS = 0.4
LAST_VOICE_SECONDS = 0.15

# An end that has not come by then, with nothing to be heard, is held up for good.
LONGEST_ENDING = 20.0

# Nobody's last words take longer.
LONGEST_LAST_WORDS = 180.0


class SilenceWatch:
    """Speaks up when the caller has spoken and nothing is heard, whatever failed.

    Seconds count from the end of the caller's speech, as the caller counts them. While an answer is
    being made (a tool runs, another model has taken over) the caller is asked for patience, and the
    seconds count again from there. They count while a tool runs behind the first words of an answer
    as well, but there nobody apologises.

    Args:
        speak_up: Called with how often in a row it happened, from 1; says something in the agent's
            own voice, in place of the answer.
        last_resort: Called in the same way when that is not heard either.
        hold: Says words in the agent's own voice, and lets the answer go on.
        patience: The words that ask for it; none where nothing can be said beside an answer.
        in_tokens: Whether an answer comes to the voice as it is written, and not in sentences.
        limit: Seconds of silence.
    """

    def __init__(
        self,
        speak_up: Callable[[int], Awaitable[None]],
        last_resort: Callable[[int], Awaitable[None]],
        hold: Callable[[str], Awaitable[None]] | None = None,
        patience: str = "",
        in_tokens: bool = False,
        limit: float = SILENCE_LIMIT,
    ) -> None:
        self._speak_up = speak_up
        self._last_resort = last_resort
        self._hold = hold
        self._patience = patience
        self._in_tokens = in_tokens
        self._limit = limit
        self._work = Work()
        self._asked_to_wait = False
        self._answered = self._counts_again = False
        self._timer: asyncio.Task[None] | None = None
        self._in_a_row = 0
        self._model_answered = False
        self._spoke_up = False
        self._silent_since: float | None = None
        self._bot_silent_since: float | None = None

    def notice(self, event: ev.Event) -> None:
        """Follow the call; runs on the event loop."""
        match event:
            case ev.SpeechStopped():
                self._silent_since = event.since
            case ev.TurnEnded():
                since = event.at if self._silent_since is None else self._silent_since
                self._start(event.at - since)
            case ev.Connected():
                self._start(0.0)
            case ev.TurnStarted():
                # A turn may be words alone, of which the voice activity detection hears nothing.
                self._silent_since = self._bot_silent_since = None
                self._work, self._asked_to_wait, self._answered = Work(), False, False
                self.stop()
            case ev.BotAudible() | ev.BotSilent() | ev.VoiceStarted():
                self._hear(event)
            case _:
                self._follow_work(event)

    def _hear(self, event: ev.BotAudible | ev.BotSilent | ev.VoiceStarted) -> None:
        """What is heard of the agent."""
        match event:
            case ev.BotAudible():
                # Without a model's answer it may be what the watch itself has had said.
                if self._model_answered or not self._spoke_up:
                    self._in_a_row = 0
                if self._counts_again and self._work.worded:
                    # Some voices call the answer by the name of what they have said before it.
                    self._asked_to_wait = False
                self._answered |= not self._asked_to_wait
                self._bot_silent_since = None
                self.stop()
            case ev.BotSilent():
                self._bot_silent_since = event.since
                self._work.came_back = False
                if self._asked_to_wait or self._work.tools.total():
                    self._go_on(event.at - event.since)
            case ev.VoiceStarted() if self._asked_to_wait:
                # Words beside the conversation are none of the voice's answers.
                self._in_a_row, self._asked_to_wait, self._answered = 0, False, True
            case _:
                pass

    def _follow_work(self, event: ev.Event) -> None:
        """What is done for an answer."""
        self._work.notice(event)
        if isinstance(event, ev.ModelAnswered):
            self._model_answered = True
            self._work.lost = False
            if self._in_tokens:
                self._work.word()
        if self._work.lost and self._counts_again:
            self._start(self._limit)
        if (
            isinstance(event, ev.ToolStarted)
            and self._timer is None
            and self._answered
            and self._bot_silent_since is not None
        ):
            # Behind words that have been heard, and perhaps behind another tool.
            self._go_on(event.at - self._bot_silent_since)

    @property
    def waiting(self) -> bool:
        """Whether the caller waits for an answer of which nothing was heard yet."""
        return self._timer is not None and not self._answered

    def expect(self) -> None:
        """The agent speaks by itself, and is to be heard."""
        if self._timer is None:
            self._start(0.0)

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._counts_again = False

    def _go_on(self, waited: float) -> None:
        """Count on behind words of the agent's that have been heard."""
        answered = self._answered
        self._start(self._limit if self._work.lost else waited)
        self._work.worded = False
        self._answered, self._spoke_up = answered, self._asked_to_wait
        self._counts_again = True

    def _start(self, waited: float) -> None:
        self.stop()
        self._spoke_up = self._answered = self._counts_again = False
        waiting = self._wait(max(0.0, self._limit - waited))
        self._timer = asyncio.get_running_loop().create_task(waiting, name="silence-watch")

    async def _wait(self, left: float) -> None:
        await asyncio.sleep(max(0.0, left - GRACE_SECONDS - LAST_VOICE_SECONDS))
        self._model_answered, self._spoke_up = False, True
        if self._hold and self._patience and self._work.goes_on(answered=self._answered):
            self._work.progress = self._work.came_back = False
            self._asked_to_wait, self._counts_again = True, False
            await self._hold(self._patience)
            await asyncio.sleep(GRACE_SECONDS)
            # Nothing is heard of it. There is no time left to try the same voice once more.
            grace = 0.0
        elif not self._answered and self._work.just_worded:
            await asyncio.sleep(GRACE_SECONDS)
            grace = 0.0
        elif self._answered:
            # What ran behind the answer is over; nothing more needs to be said.
            self._timer = None
            return
        else:
            grace = GRACE_SECONDS
        # An apology ends whatever was under way.
        self._work, self._asked_to_wait = Work(), False
        self._in_a_row += 1
        in_a_row = self._in_a_row
        await self._speak_up(in_a_row)
        await asyncio.sleep(grace)
        # From here on the sound it makes must not stop it.
        self._timer = None
        await self._last_resort(in_a_row)


class EndWatch:
    """Ends a call that is to end, where something in the pipeline lets its end not through.

    Args:
        end: Ends it past the pipeline; called once.
    """

    def __init__(self, end: Callable[[], Awaitable[None]]) -> None:
        self._end = end
        self._timer: asyncio.Task[None] | None = None
        self._audible = False

    @property
    def begun(self) -> bool:
        """Whether the call is to end."""
        return self._timer is not None

    def begin(self) -> None:
        """The end is on its way, behind whatever is still to be said."""
        self.stop()
        left = LONGEST_LAST_WORDS if self._audible else LONGEST_ENDING
        self._timer = asyncio.get_running_loop().create_task(self._wait(left), name="end-watch")

    def notice(self, event: ev.Event) -> None:
        """Follow the call; runs on the event loop."""
        # Words are on record once they have been heard, whether or not silence was noticed since.
        if isinstance(event, ev.BotAudible | ev.BotSilent | ev.Said):
            self._audible = isinstance(event, ev.BotAudible)
            if self.begun:
                self.begin()

    def stop(self) -> None:
        """The end has come."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._end()
