"""The promises that nobody waits in silence, and that a call that is to end does.

After a turn something is heard within the limit; an end comes when the last words have been heard.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

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
        limit: Seconds of silence.
    """

    def __init__(
        self,
        speak_up: Callable[[int], Awaitable[None]],
        last_resort: Callable[[int], Awaitable[None]],
        hold: Callable[[str], Awaitable[None]] | None = None,
        patience: str = "",
        limit: float = SILENCE_LIMIT,
    ) -> None:
        self._speak_up = speak_up
        self._last_resort = last_resort
        self._hold = hold
        self._patience = patience
        self._limit = limit
        self._work = _Work()
        self._asked_to_wait = False
        self._answered = self._counts_again = False
        self._timer: asyncio.Task[None] | None = None
        self._in_a_row = 0
        self._model_answered = False
        self._spoke_up = False
        self._silent_since: float | None = None

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
            case ev.BotAudible():
                # Without a model's answer it may be what the watch itself has had said.
                if self._model_answered or not self._spoke_up:
                    self._in_a_row = 0
                self._answered |= not self._asked_to_wait
                self.stop()
            case ev.VoiceStarted() if self._asked_to_wait:
                # Words beside the conversation are none of the voice's answers.
                self._in_a_row, self._asked_to_wait, self._answered = 0, False, True
            case ev.BotSilent() if self._asked_to_wait or self._work.tools.total():
                answered = self._answered
                self._start(self._limit if self._work.lost else event.at - event.since)
                self._work.worded = False
                self._answered, self._spoke_up = answered, self._asked_to_wait
                self._counts_again = True
            case ev.TurnStarted():
                # A turn may be words alone, of which the voice activity detection hears nothing.
                self._silent_since = None
                self._work, self._asked_to_wait, self._answered = _Work(), False, False
                self.stop()
            case ev.ModelAnswered():
                self._model_answered = True
            case _:
                self._work.notice(event)
                if self._work.lost and self._counts_again:
                    self._start(self._limit)

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

    def _start(self, waited: float) -> None:
        self.stop()
        self._spoke_up = self._answered = self._counts_again = False
        waiting = self._wait(max(0.0, self._limit - waited))
        self._timer = asyncio.get_running_loop().create_task(waiting, name="silence-watch")

    async def _wait(self, left: float) -> None:
        await asyncio.sleep(max(0.0, left - GRACE_SECONDS - LAST_VOICE_SECONDS))
        self._model_answered, self._spoke_up = False, True
        if self._hold and self._patience and self._work.goes_on(answered=self._answered):
            self._work.progress, self._asked_to_wait = False, True
            await self._hold(self._patience)
            await asyncio.sleep(GRACE_SECONDS)
            # Nothing is heard of it. There is no time left to try the same voice once more.
            grace = 0.0
        elif self._answered:
            # What ran behind the answer is over; nothing more needs to be said.
            self._timer = None
            return
        else:
            grace = GRACE_SECONDS
        # An apology ends whatever was under way.
        self._work, self._asked_to_wait = _Work(), False
        self._in_a_row += 1
        in_a_row = self._in_a_row
        await self._speak_up(in_a_row)
        await asyncio.sleep(grace)
        # From here on the sound it makes must not stop it.
        self._timer = None
        await self._last_resort(in_a_row)


@dataclass(slots=True)
class _Work:
    """What is being done for the caller since the turn began.

    Args:
        tools: How many run, by name.
        refused: Calls of tools that were not let run.
        progress: Whether another model has taken over, or a tool came back, and nobody was asked to
            wait since: the answer is late, and on its way.
        lost: Whether nobody is left who could take over.
        worded: Whether words are on their way to the voice: patience would be asked for after them.
    """

    tools: Counter[str] = field(default_factory=Counter[str])
    refused: set[str] = field(default_factory=set[str])
    progress: bool = False
    lost: bool = False
    worded: bool = False

    def goes_on(self, *, answered: bool) -> bool:
        """Whether an answer is being made; or more of it, where something of it was heard."""
        if self.worded or self.lost:
            return False
        return self.tools.total() > 0 or (self.progress and not answered)

    def notice(self, event: ev.Event) -> None:
        match event:
            case ev.SwitchedOver(role="llm" | "s2s"):
                self.progress = True
            case ev.Trouble(where="LLMFailover" | "S2SFailover"):
                self.progress, self.lost = False, True
            case ev.ToolStarted(tool=tool):
                self.tools[tool] += 1
            case ev.ToolRefused(call=call):
                self.refused.add(call)
            case ev.ToolReturned(tool=tool, call=call) if call not in self.refused | {""}:
                # Without a call it is one of an earlier turn, which was left to finish.
                self.tools[tool] = max(0, self.tools[tool] - 1)
                self.progress = True
            case ev.Saying():
                self.worded = True
            case _:
                pass


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
