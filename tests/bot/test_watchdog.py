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

        watch = SilenceWatch(speak_up, last_resort, limit=LIMIT)
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

        watch = SilenceWatch(speak_up, last_resort, limit=LIMIT)
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


def watched(*events: tuple[float, ev.Event], patience: str = "One moment.") -> list[str]:
    """What the watch does about these events, each at so many seconds, and when."""
    told: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()

        def note(what: str) -> None:
            told.append(f"{loop.time() - began:.2f} {what}")

        async def speak_up(in_a_row: int) -> None:
            note(f"apologises {in_a_row}")

        async def last_resort(in_a_row: int) -> None:
            note(f"last resort {in_a_row}")

        async def hold(words: str) -> None:
            note(words)

        watch = SilenceWatch(speak_up, last_resort, hold, patience, LIMIT)
        for at, event in events:
            loop.call_at(began + at, watch.notice, event)
        await asyncio.sleep(40.0)
        watch.stop()

    run_virtual(run())
    return told


ENDED = (0.0, ev.TurnEnded(at=0.0, reason="silence"))
TOOL = (1.0, ev.ToolStarted(tool="look_up", arguments={}))
SWITCHED = (2.0, ev.SwitchedOver(role="llm", service="a", reason="late", to="b"))
ASKED = (3.46, ev.Saying(text="One moment."))
HEARD = (3.6, ev.BotAudible(at=3.6, lead=0.0))
QUIET = (5.4, ev.BotSilent(at=5.4, since=5.0))
TOLD = (5.4, ev.Said(at=5.4, text="One moment.", by="rules"))
HEARD_SO = ["3.45 One moment."]


def test_who_waits_for_an_answer_that_is_being_made_is_asked_for_patience() -> None:
    # The seconds count again from the end of the words; then somebody has to apologise.
    again = [*HEARD_SO, "8.45 apologises 1", "8.85 last resort 1"]
    assert watched(ENDED, SWITCHED, ASKED, HEARD, TOLD, QUIET) == again
    returned = (5.0, ev.ToolReturned(tool="look_up", result={}))
    assert watched(ENDED, TOOL, ASKED, HEARD, returned, TOLD, QUIET) == again


def test_as_long_as_a_tool_runs_nobody_apologises_for_it() -> None:
    later = (9.0, ev.BotAudible(at=9.0, lead=0.0)), (11.0, ev.BotSilent(at=11.0, since=10.6))
    returned = (12.0, ev.ToolReturned(tool="look_up", result={}))
    answer = (13.0, ev.BotAudible(at=13.0, lead=0.0))
    held = [*HEARD_SO, "8.45 One moment."]
    assert watched(ENDED, TOOL, ASKED, HEARD, TOLD, QUIET, (8.6, HEARD[1]))[:2] == held
    assert watched(ENDED, TOOL, ASKED, HEARD, TOLD, QUIET, *later, returned, answer)[:2] == held


def test_an_answer_behind_the_words_ends_the_watch() -> None:
    answer = (7.0, ev.Said(at=7.0, text="Your number is 4711.", by="model"))
    quiet = (7.5, ev.BotSilent(at=7.5, since=7.1))
    assert watched(ENDED, SWITCHED, ASKED, HEARD, answer, quiet) == HEARD_SO
    # It may have been silent before the words are on record.
    assert watched(ENDED, SWITCHED, ASKED, HEARD, (6.9, quiet[1]), answer) == HEARD_SO


def test_a_voice_that_does_not_ask_for_patience_is_lost() -> None:
    lost = [*HEARD_SO, "3.85 apologises 1", "3.85 last resort 1"]
    assert watched(ENDED, SWITCHED) == lost
    assert watched(ENDED, SWITCHED, ASKED) == lost


def test_nobody_is_asked_for_patience_who_would_hear_it_too_late() -> None:
    apology = ["3.45 apologises 1", "3.85 last resort 1"]
    worded = (3.0, ev.Saying(text="Your number is 4711."))
    assert watched(ENDED, SWITCHED, worded) == apology
    # Neither is anybody where nothing is being done, or nothing can be said beside an answer.
    assert watched(ENDED) == apology
    assert watched(ENDED, (2.0, ev.SwitchedOver(role="tts", service="a", reason="", to="b"))) == (
        apology
    )
    assert watched(ENDED, SWITCHED, patience="") == apology
    # What was done for an earlier turn is not done for this one.
    again = ((2.1, ev.TurnStarted(at=2.1)), (2.5, ev.TurnEnded(at=2.5, reason="silence")))
    assert watched(TOOL, SWITCHED, *again) == ["5.95 apologises 1", "6.35 last resort 1"]
