"""From when the seconds of silence count."""

import asyncio

from bot.watchdog import (
    GRACE_SECONDS,
    LAST_VOICE_SECONDS,
    LONGEST_ENDING,
    EndWatch,
    SilenceWatch,
)
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


def ended_after(*events: tuple[float, ev.Event]) -> float:
    """When a call that is to end at second 10 is ended, while so much is heard of it."""

    async def watched() -> float:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[float] = loop.create_future()
        began = loop.time()

        async def end() -> None:
            ended.set_result(loop.time() - began)

        watch = EndWatch(end)
        for at, event in events:
            loop.call_at(began + at, watch.notice, event)
        loop.call_at(began + 10.0, watch.begin)
        at = await ended
        watch.stop()
        return round(at, 3)

    return run_virtual(watched())


def test_an_end_that_does_not_come_is_made() -> None:
    assert ended_after() == 10.0 + LONGEST_ENDING


def test_last_words_are_not_cut_off() -> None:
    speaking = ev.BotAudible(at=8.0, lead=0.0)
    assert ended_after((8.0, speaking), (55.0, ev.BotSilent(at=55.0, since=54.6))) == 75.0
    assert ended_after((8.0, speaking), (50.0, ev.Said(at=50.0, text="Bye.", by="rules"))) == 70.0
    # They may begin later.
    late = ((25.0, speaking), (40.0, ev.BotSilent(at=40.0, since=39.6)))
    assert ended_after(*late) == 60.0


def in_a_row(*turns: tuple[ev.Event, ...]) -> list[int]:
    """How often in a row the watch says that it speaks up, while these turns are over for long."""
    told: list[int] = []

    async def watched() -> None:
        async def speak_up(in_a_row: int) -> None:
            told.append(in_a_row)

        async def last_resort(in_a_row: int) -> None: ...

        watch = SilenceWatch(speak_up, last_resort, LIMIT)
        for turn in turns:
            for event in turn:
                watch.notice(event)
            await asyncio.sleep(2 * LIMIT)
        watch.stop()

    run_virtual(watched())
    return told


def test_a_turn_that_the_rules_have_answered_ends_the_row() -> None:
    heard = (ev.BotAudible(at=3.0, lead=0.0),)
    assert in_a_row(SPOKEN, (*SPOKEN, *heard), SPOKEN) == [1, 1]


def test_the_apology_that_the_watch_has_had_said_does_not() -> None:
    apology = (ev.BotAudible(at=7.0, lead=0.0),)
    assert in_a_row(SPOKEN, apology, SPOKEN) == [1, 2]
