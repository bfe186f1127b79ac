"""From when the seconds of silence count."""

import asyncio

from bot.watchdog import GRACE_SECONDS, LAST_VOICE_SECONDS, SilenceWatch
from callwright.calls import events as ev
from callwright.clock import run_virtual

LIMIT = 4.0


def spoke_up_after(*events: ev.Event) -> float:
    """How long after the last event the watch speaks up, seconds."""

    async def watched() -> float:
        loop = asyncio.get_running_loop()
        spoke_up: asyncio.Future[float] = loop.create_future()

        async def speak_up(in_a_row: int) -> None:
            spoke_up.set_result(loop.time())

        async def last_resort(in_a_row: int) -> None: ...

        watch = SilenceWatch(speak_up, last_resort, LIMIT)
        for event in events:
            watch.notice(event)
        began = loop.time()
        at = await spoke_up
        watch.stop()
        return at - began

    return round(run_virtual(watched()) + GRACE_SECONDS + LAST_VOICE_SECONDS, 3)


SPOKEN = (
    ev.TurnStarted(at=1.0),
    ev.SpeechStopped(at=2.2, since=2.0),
    ev.TurnEnded(at=2.5, reason="silence"),
)


def test_seconds_count_from_the_end_of_the_callers_speech() -> None:
    assert spoke_up_after(*SPOKEN) == LIMIT - 0.5


def test_a_turn_of_words_alone_does_not_count_from_the_speech_before_it() -> None:
    words = (ev.TurnStarted(at=9.0), ev.TurnEnded(at=9.5, reason="silence"))
    assert spoke_up_after(*SPOKEN, ev.BotAudible(at=3.0, lead=0.0), *words) == LIMIT
