"""Turns and latencies out of events: pure functions, whole pictures."""

from callwright.calls import events as ev
from callwright.calls.latency import response_spread, spread, unanswered
from callwright.calls.timeline import turns

CALL: list[ev.Event] = [
    ev.Connected(at=0.0),
    ev.BotAudible(at=0.2),
    ev.Said(at=3.0, text="Good morning."),
    ev.BotSilent(at=3.5, since=3.0),
    ev.SpeechStarted(at=4.2, since=4.0),
    ev.TurnStarted(at=4.2),
    ev.Heard(at=5.0, text="my name is"),
    ev.SpeechStopped(at=5.1, since=4.9),
    ev.SpeechStarted(at=5.6, since=5.4),
    ev.Heard(at=6.0, text="anna bell"),
    ev.SpeechStopped(at=6.2, since=6.0),
    ev.TurnEnded(at=6.5, reason="silence and words agree"),
    ev.BotAudible(at=6.75),
    ev.Said(at=8.0, text="Thanks, Anna."),
    ev.Interrupted(at=8.1),
    ev.BotSilent(at=8.5, since=8.1),
    ev.SpeechStarted(at=8.1, since=7.9),
    ev.SpeechStopped(at=8.9, since=8.7),
    ev.TurnEnded(at=10.0, reason="nothing recognised"),
    ev.Ended(at=20.0, outcome="abandoned", reason="the caller hung up"),
]


def test_turns_carry_words_times_and_reasons() -> None:
    greeting, name, mumble = turns(CALL)
    assert (greeting.user, greeting.bot, greeting.response_ms) == ("", "Good morning.", None)
    assert (name.user, name.bot) == ("my name is anna bell", "Thanks, Anna.")
    assert (name.start, name.end, name.response_ms) == (4.0, 6.0, 750)
    assert (name.interrupted, name.ended_by) == (True, "silence and words agree")
    assert (mumble.user, mumble.bot, mumble.start) == ("", "", 7.9)
    assert mumble.response_ms is None


def test_the_bot_speaking_up_in_silence_is_a_turn_of_its_own() -> None:
    events: list[ev.Event] = [
        ev.BotAudible(at=0.2),
        ev.Said(at=1.0, text="Hello."),
        ev.BotSilent(at=1.5, since=1.0),
        ev.BotAudible(at=1.6),
        ev.Said(at=2.0, text="How can I help?"),
        ev.BotSilent(at=2.4, since=2.0),
        ev.BotAudible(at=10.0),
        ev.Said(at=11.0, text="Are you still there?"),
    ]
    assert [turn.bot for turn in turns(events)] == [
        "Hello. How can I help?",
        "Are you still there?",
    ]


def test_an_unanswered_turn_is_found_and_a_late_answer_counts_as_one() -> None:
    assert [turn.ended_by for turn in unanswered(turns(CALL), 20.0)] == ["nothing recognised"]
    assert unanswered(turns(CALL), 12.0) == []
    assert len(unanswered(turns(CALL), 20.0, limit=0.5)) == 2


def test_percentiles_are_real_values() -> None:
    assert spread([]).p50 is None
    only = spread([420])
    assert (only.p50, only.p95, only.max, only.n) == (420, 420, 420, 1)
    many = spread(range(1, 101))
    assert (many.p50, many.p95, many.max) == (50, 95, 100)
    assert response_spread(turns(CALL)).p50 == 750


def test_words_that_nothing_ended_are_a_turn_when_the_call_ends() -> None:
    events: list[ev.Event] = [
        ev.SpeechStarted(at=4.2, since=4.0),
        ev.Heard(at=5.0, text="help"),
        ev.SpeechStopped(at=5.4, since=5.2),
        ev.Ended(at=300.0, outcome="abandoned", reason="the caller hung up"),
    ]
    (turn,) = turns(events)
    assert (turn.user, turn.end, turn.ended_by) == ("help", 5.2, "the call ended")
    assert unanswered([turn], 300.0) == [turn]
    assert unanswered([], 1.0) == []


def test_an_answer_may_come_before_the_turn_is_called_over() -> None:
    events: list[ev.Event] = [
        ev.SpeechStarted(at=1.2, since=1.0),
        ev.TurnStarted(at=1.2),
        ev.SpeechStopped(at=2.2, since=2.0),
        ev.BotAudible(at=2.9),
        ev.TurnEnded(at=3.6, reason="nothing recognised"),
        ev.Said(at=9.0, text="Goodbye."),
        ev.Ended(at=10.0, outcome="failed", reason="no ears"),
    ]
    (turn,) = turns(events)
    assert (turn.response_ms, turn.bot) == (900, "Goodbye.")
    assert unanswered([turn], 10.0) == []


def test_a_caller_who_goes_on_is_not_answered_by_what_was_heard_before() -> None:
    events: list[ev.Event] = [
        ev.SpeechStarted(at=1.2, since=1.0),
        ev.TurnStarted(at=1.2),
        ev.SpeechStopped(at=2.2, since=2.0),
        ev.BotAudible(at=2.3),
        ev.SpeechStarted(at=2.5, since=2.4),
        ev.SpeechStopped(at=3.5, since=3.3),
        ev.TurnEnded(at=4.0, reason="silence"),
        ev.Ended(at=20.0, outcome="failed", reason="nothing answers"),
    ]
    (turn,) = turns(events)
    assert turn.answered_at is None
    assert unanswered([turn], 20.0) == [turn]


def test_ears_that_are_back_add_nothing_to_what_the_model_has_written_down() -> None:
    events: list[ev.Event] = [
        ev.SpeechStarted(at=1.2, since=1.0),
        ev.TurnStarted(at=1.2),
        ev.SpeechStopped(at=2.2, since=2.0),
        ev.TurnEnded(at=3.6, reason="nothing recognised"),
        ev.Heard(at=3.9, text="four two", by_model=True),
        ev.BotAudible(at=4.2),
        ev.Heard(at=5.0, text="four two"),
        ev.Said(at=6.0, text="Four two. Is that right?"),
        ev.TurnStarted(at=7.0),
        ev.Heard(at=7.3, text="yes"),
        ev.TurnEnded(at=7.9, reason="silence"),
    ]
    assert [turn.user for turn in turns(events)] == ["four two", "yes"]


def test_a_caller_who_speaks_over_the_last_words_is_not_left_in_silence() -> None:
    events: list[ev.Event] = [
        ev.SpeechStarted(at=1.2, since=1.0),
        ev.TurnStarted(at=1.2),
        ev.BotAudible(at=1.3),
        ev.SpeechStopped(at=2.2, since=2.0),
        ev.TurnEnded(at=2.6, reason="silence"),
        ev.Said(at=9.9, text="Please call again in a little while. Goodbye."),
        ev.BotSilent(at=10.3, since=10.0),
    ]
    *_, turn = turns([*events, ev.Ended(at=10.4, outcome="failed", reason="no voice")])
    assert (turn.answered_at, turn.bot_until) == (None, 10.0)
    assert unanswered([turn], 10.4) == []
    assert unanswered([turn], 20.0) == [turn]
