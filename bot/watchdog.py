"""The promises that nobody waits in silence, and that a call that is to end does.

After a turn something is heard within the limit; an end comes when the last words have been heard.
"""

import asyncio
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
    seconds count again from there.

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
        self._asked_to_wait = self._heard_to_wait = False
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
                self.stop()
            case ev.BotSilent() if self._asked_to_wait:
                self._work.worded = False
                self._start(event.at - event.since)
            case ev.Said(by="rules") if self._asked_to_wait and not self._heard_to_wait:
                self._heard_to_wait = True
            case ev.Said() if self._asked_to_wait:
                self._in_a_row, self._asked_to_wait = 0, False
                self.stop()
            case ev.TurnStarted():
                # A turn may be words alone, of which the voice activity detection hears nothing.
                self._silent_since = None
                self._work, self._asked_to_wait = _Work(), False
                self.stop()
            case ev.ModelAnswered():
                self._model_answered = True
            case _:
                self._work.notice(event)

    def expect(self) -> None:
        """The agent speaks by itself, and is to be heard."""
        if self._timer is None:
            self._start(0.0)

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self, waited: float) -> None:
        self.stop()
        self._spoke_up = False
        waiting = self._wait(max(0.0, self._limit - waited))
        self._timer = asyncio.get_running_loop().create_task(waiting, name="silence-watch")

    async def _wait(self, left: float) -> None:
        await asyncio.sleep(max(0.0, left - GRACE_SECONDS - LAST_VOICE_SECONDS))
        self._model_answered, self._spoke_up = False, True
        if self._hold and self._patience and self._work.goes_on:
            self._work.took_over = self._heard_to_wait = False
            self._asked_to_wait = True
            await self._hold(self._patience)
            await asyncio.sleep(GRACE_SECONDS)
            # Nothing is heard of it. There is no time left to try the same voice once more.
            grace = 0.0
        else:
            grace = GRACE_SECONDS
        self._asked_to_wait = False
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
        tools: Those that run.
        took_over: Whether another model has taken over, and nobody was asked to wait since.
        worded: Whether words are on their way to the voice: patience would be asked for after them.
    """

    tools: set[str] = field(default_factory=set[str])
    took_over: bool = False
    worded: bool = False

    @property
    def goes_on(self) -> bool:
        return not self.worded and (self.took_over or bool(self.tools))

    def notice(self, event: ev.Event) -> None:
        match event:
            case ev.SwitchedOver(role="llm" | "s2s"):
                self.took_over = True
            case ev.ToolStarted(tool=tool):
                self.tools.add(tool)
            case ev.ToolReturned(tool=tool):
                self.tools.discard(tool)
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
