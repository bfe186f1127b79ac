"""From when the seconds of silence count."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

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


def watched(
    *events: tuple[float, ev.Event], patience: str = "One moment.", in_tokens: bool = False
) -> list[str]:
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

        watch = SilenceWatch(speak_up, last_resort, hold, patience, in_tokens, limit=LIMIT)
        for at, event in events:
            loop.call_at(began + at, watch.notice, event)
        await asyncio.sleep(60.0)
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
HOLD = (ASKED, HEARD, TOLD, QUIET)
HEARD_SO = ["3.45 One moment."]


def returned(at: float, call: str = "1") -> tuple[float, ev.Event]:
    return at, ev.ToolReturned(at=at, tool="look_up", result={}, call=call)


def audible(at: float, until: float) -> tuple[tuple[float, ev.Event], ...]:
    """An answer that is heard."""
    begins = (at - 0.1, ev.VoiceStarted(at=at - 0.1)), (at, ev.BotAudible(at=at, lead=0.0))
    return (*begins, (until + 0.4, ev.BotSilent(at=until + 0.4, since=until)))


def test_who_waits_for_an_answer_that_is_being_made_is_asked_for_patience() -> None:
    # The seconds count again from the end of the words; then somebody has to apologise.
    again = [*HEARD_SO, "8.45 apologises 1", "8.85 last resort 1"]
    assert watched(ENDED, SWITCHED, *HOLD) == again
    assert watched(ENDED, TOOL, returned(3.0), *HOLD) == again
    assert watched(ENDED, TOOL, returned(3.0), *HOLD, *audible(6.0, 7.0)) == HEARD_SO


def test_whoever_gets_on_with_an_answer_has_a_caller_asked_to_wait_for_it_again() -> None:
    once_more = [*HEARD_SO, "8.45 One moment."]
    assert watched(ENDED, TOOL, *HOLD)[:2] == once_more
    assert watched(ENDED, TOOL, *HOLD, returned(7.0))[:2] == once_more
    assert watched(ENDED, SWITCHED, *HOLD, (7.0, SWITCHED[1]))[:2] == once_more
    again = (8.46, ASKED[1]), (8.6, HEARD[1]), (10.4, ev.BotSilent(at=10.4, since=10.0))
    assert watched(ENDED, TOOL, *HOLD, returned(7.0), *again) == [
        *once_more, "13.45 apologises 1", "13.85 last resort 1"
    ]  # fmt: skip


def test_where_nobody_is_left_nobody_is_asked_to_wait_any_more() -> None:
    gone = ev.Trouble(where="LLMFailover", what="no answer within 2 s; nobody is left")
    assert watched(ENDED, SWITCHED, (3.0, gone)) == ["3.45 apologises 1", "3.85 last resort 1"]
    told = [*HEARD_SO, "5.40 apologises 1", "5.80 last resort 1"]
    assert watched(ENDED, SWITCHED, *HOLD[:2], (4.0, gone), *HOLD[2:]) == told
    told = [*HEARD_SO, "6.00 apologises 1", "6.40 last resort 1"]
    assert watched(ENDED, SWITCHED, *HOLD, (6.0, gone)) == told


def test_a_tool_runs_until_its_own_call_returns() -> None:
    # Refused calls and those of an earlier turn, which come late, tell nothing of it.
    refused = (2.0, ev.ToolRefused(tool="look_up", reason="it is too early", call="2"))
    others = refused, returned(2.1, "2"), returned(2.2, "")
    two = (1.1, TOOL[1])
    for before in ((TOOL, *others), (TOOL, two, returned(2.0))):
        again = (*HOLD, *audible(5.9, 6.0))
        assert watched(ENDED, *before, *again) == [
            *HEARD_SO, "9.45 One moment.", "9.85 apologises 1", "9.85 last resort 1"
        ]  # fmt: skip


def test_an_answer_behind_the_words_ends_the_watch() -> None:
    for answer in (audible(5.45, 5.9), audible(8.0, 8.2), audible(5.2, 30.0)[:2]):
        assert watched(ENDED, SWITCHED, *HOLD, *answer) == HEARD_SO
    # With no silence between them.
    assert watched(ENDED, SWITCHED, ASKED, HEARD, *audible(4.0, 6.0)) == HEARD_SO


def test_an_answer_that_a_voice_calls_by_another_name_is_one() -> None:
    heard = (6.0, ev.BotAudible(at=6.0, lead=0.0)), (7.4, ev.BotSilent(at=7.4, since=7.0))
    assert watched(ENDED, SWITCHED, *HOLD, (5.9, ev.Saying(text="Yes.")), *heard) == HEARD_SO


def test_an_answer_that_is_not_heard_does_not() -> None:
    words = (6.0, ev.Said(at=6.0, text="Your number is 4711.", by="model"))
    again = [*HEARD_SO, "8.45 apologises 1", "8.85 last resort 1"]
    assert watched(ENDED, SWITCHED, *HOLD, (5.9, ev.Saying(text=words[1].text)), words) == again


def test_words_with_a_pause_in_them_end_no_row() -> None:
    pause = (4.3, ev.BotSilent(at=4.3, since=3.9)), (4.4, ev.BotAudible(at=4.4, lead=0.0))
    asked = (ASKED, HEARD, *pause, QUIET)
    later = ((20.0, ev.TurnStarted(at=20.0)), (21.0, ev.TurnEnded(at=21.0, reason="silence")))
    told = watched(ENDED, SWITCHED, *asked, *later)
    assert told[1:] == [
        "8.45 apologises 1", "8.85 last resort 1", "24.45 apologises 2", "24.85 last resort 2"
    ]  # fmt: skip


def test_a_voice_that_does_not_ask_for_patience_is_lost() -> None:
    lost = [*HEARD_SO, "3.85 apologises 1", "3.85 last resort 1"]
    assert watched(ENDED, SWITCHED) == lost
    assert watched(ENDED, SWITCHED, ASKED) == lost


def test_while_a_tool_runs_behind_an_answer_nobody_apologises() -> None:
    first = audible(0.5, 1.5)
    asked = (5.0, ev.BotAudible(at=5.0, lead=0.0)), (6.4, ev.BotSilent(at=6.4, since=6.0))
    assert watched(ENDED, *first, TOOL, *asked)[0] == "4.95 One moment."
    # What it brought is being put into words; but once is enough.
    assert watched(ENDED, *first, TOOL, returned(4.0), *asked) == ["4.95 One moment."]
    assert watched(ENDED, *first, TOOL, returned(1.6)) == []
    assert watched(ENDED, *first, TOOL, returned(5.5), *asked) == ["4.95 One moment."]
    assert watched(ENDED, *first) == []


ANYTHING = st.one_of(
    st.builds(ev.TurnStarted),
    st.builds(ev.TurnEnded, reason=st.just("silence")),
    st.builds(ev.BotAudible, lead=st.just(0.0)),
    st.builds(ev.BotSilent, since=st.floats(0.0, 30.0)),
    st.builds(ev.VoiceStarted),
    st.builds(ev.ModelAnswered),
    st.builds(ev.Saying, text=st.just("Yes.")),
    st.builds(ev.Said, text=st.just("Yes."), by=st.sampled_from(["model", "rules"])),
    st.just(SWITCHED[1]),
    st.just(TOOL[1]),
    st.builds(ev.ToolReturned, tool=st.just("look_up"), call=st.sampled_from(["", "1", "2"])),
    st.builds(ev.ToolRefused, tool=st.just("look_up"), reason=st.just(""), call=st.just("2")),
    st.just(ev.Trouble(where="LLMFailover", what="nobody is left")),
)
INAUDIBLE = ANYTHING.filter(
    lambda one: not isinstance(one, ev.BotAudible | ev.BotSilent | ev.TurnStarted | ev.TurnEnded)
)
BEFORE = st.lists(st.tuples(st.floats(0.0, 30.0), ANYTHING), max_size=12)
SINCE = st.lists(st.tuples(st.floats(40.0, 43.0), INAUDIBLE), max_size=8)


@given(BEFORE, SINCE, st.booleans())
def test_whatever_happens_somebody_speaks_before_the_limit(
    before: list[tuple[float, ev.Event]], since: list[tuple[float, ev.Event]], heard: bool
) -> None:
    turn = ((39.0, ev.TurnStarted(at=39.0)), (40.0, ev.TurnEnded(at=40.0, reason="silence")))
    # What is said then is heard or not; behind words of patience that were, somebody speaks again.
    sound = [(43.6, ev.BotAudible(at=43.6, lead=0.0)), (45.4, ev.BotSilent(at=45.4, since=45.0))]
    told = watched(
        *sorted(before, key=lambda one: one[0]), *turn, *since, *(sound if heard else [])
    )
    spoke = [(float(at), what) for at, what in (one.split(" ", 1) for one in told)]
    first = dict(spoke).get(43.45)
    later = [at for at, _ in spoke if at > 43.45]
    if not heard:
        assert set(later) == {43.85}
    elif first is None:
        # Words that had just come to the voice were waited for, and here are what is heard.
        assert later == []
    elif first == "One moment.":
        assert 45.4 <= later[0] <= 48.45
    else:
        assert later == []


def test_a_tool_behind_another_one_is_told_of() -> None:
    first = audible(0.5, 1.5)
    second = (3.0, ev.ToolStarted(at=3.0, tool="look_up", arguments={}))
    asked = (5.0, ev.BotAudible(at=5.0, lead=0.0)), (6.4, ev.BotSilent(at=6.4, since=6.0))
    assert watched(ENDED, *first, TOOL, returned(1.2), second, *asked)[:2] == [
        "4.95 One moment.", "9.45 One moment."
    ]  # fmt: skip


def test_tools_of_a_model_that_was_given_up_are_not_waited_for() -> None:
    told = [*HEARD_SO, "8.45 apologises 1", "8.85 last resort 1"]
    assert watched(ENDED, TOOL, SWITCHED, *HOLD) == told


def test_a_model_that_answers_after_all_is_not_lost() -> None:
    gone = (0.5, ev.Trouble(where="LLMFailover", what="no answer within 2 s; nobody is left"))
    assert watched(ENDED, gone, TOOL)[:1] == HEARD_SO


def test_an_answer_that_comes_in_tokens_is_on_its_way_with_the_first() -> None:
    token = (2.5, ev.ModelAnswered(at=2.5))
    assert watched(ENDED, TOOL, returned(2.0), token)[:1] == HEARD_SO
    apology = ["3.85 apologises 1", "3.85 last resort 1"]
    assert watched(ENDED, TOOL, returned(2.0), token, in_tokens=True) == apology
    # Of a model that breaks off nothing more comes.
    assert watched(ENDED, (1.0, token[1]), SWITCHED, in_tokens=True)[:1] == HEARD_SO


def test_nobody_is_asked_for_patience_behind_an_apology() -> None:
    worded = (2.0, ev.Saying(text="Your number is 4711."))
    apology = (3.6, ev.BotAudible(at=3.6, lead=0.0)), (7.4, ev.BotSilent(at=7.4, since=7.0))
    assert watched(ENDED, TOOL, worded, *apology) == ["3.45 apologises 1"]


def test_nobody_is_asked_for_patience_who_would_hear_it_too_late() -> None:
    apology = ["3.45 apologises 1", "3.85 last resort 1"]
    worded = ev.Saying(text="Your number is 4711.")
    assert watched(ENDED, SWITCHED, (2.4, worded)) == apology
    # What has only just come to the voice may be heard before anybody can be told to wait for it.
    assert watched(ENDED, SWITCHED, (3.0, worded), *audible(3.7, 4.5)) == []
    lost = ["3.85 apologises 1", "3.85 last resort 1"]
    assert watched(ENDED, SWITCHED, (3.0, worded)) == lost
    # Neither is anybody where nothing is being done, or nothing can be said beside an answer.
    assert watched(ENDED) == apology
    assert watched(ENDED, (2.0, ev.SwitchedOver(role="tts", service="a", reason="", to="b"))) == (
        apology
    )
    assert watched(ENDED, SWITCHED, patience="") == apology
    # What was done for an earlier turn is not done for this one.
    again = ((2.1, ev.TurnStarted(at=2.1)), (2.5, ev.TurnEnded(at=2.5, reason="silence")))
    assert watched(TOOL, SWITCHED, *again) == ["5.95 apologises 1", "6.35 last resort 1"]
