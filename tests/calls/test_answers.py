"""Where the time of an answer went: parts that add up, whatever happened beside what."""

import pytest

from callwright.calls import events as ev
from callwright.calls.answers import PARTS, answers, cut_off, typical

TURN: list[ev.Event] = [
    ev.SpeechStopped(at=5.2, since=5.0),
    ev.Heard(at=5.25, text="my name is anna bell"),
    ev.TurnEnded(at=5.4, reason="words and voice sound finished"),
    ev.Measured(at=5.75, stage="AnthropicLLMService", ttfb=0.3),
    ev.ModelAnswered(at=5.75),
    ev.Saying(at=5.8, text="Thanks, Anna."),
    ev.Saying(at=5.95, text="What number can we call you back on?"),
    ev.VoiceStarted(at=6.0),
    ev.BotAudible(at=6.1, lead=0.03),
]


def milliseconds(found) -> dict[str, int]:
    return {part: round(seconds * 1000) for part, seconds in found.parts.items()}


def test_every_millisecond_of_an_answer_has_a_name() -> None:
    (answer,) = answers(TURN)
    assert milliseconds(answer) == {
        "recognition": 250,
        "end of turn": 150,
        "aggregation": 50,
        "model": 300,
        "sentence": 50,
        "voice": 200,
        "transport": 70,
        "leading silence": 30,
    }
    assert sum(answer.parts.values()) == pytest.approx(answer.seconds)
    assert answer.seconds == pytest.approx(1.1)


def test_the_caller_s_sound_says_better_than_the_vad_when_it_ended() -> None:
    (answer,) = answers(TURN, [(3.0, 4.9)])
    assert milliseconds(answer)["recognition"] == 350
    assert answer.seconds == pytest.approx(1.2)


def test_what_happened_beside_something_else_costs_nothing() -> None:
    early = [
        *TURN[:2],
        ev.TurnEnded(at=5.4, reason="eager"),
        # The model was asked before the turn was over, and its answer was held back.
        ev.Measured(at=5.4, stage="AnthropicLLMService", ttfb=0.1),
        ev.ModelAnswered(at=5.4),
        ev.BotAudible(at=5.6),
    ]
    (answer,) = answers(early)
    assert milliseconds(answer) == dict.fromkeys(PARTS, 0) | {
        "recognition": 250,
        "end of turn": 150,
        "transport": 200,
    }


def test_a_tool_is_noted_and_a_greeting_is_no_answer() -> None:
    greeting: list[ev.Event] = [ev.Saying(at=0.1, text="Hello."), ev.BotAudible(at=0.3)]
    with_tool = [*TURN[:5], ev.ToolCalled(at=5.76, tool="book"), *TURN[5:]]
    assert [answer.tools for answer in answers([*greeting, *with_tool, *TURN])] == [True, False]


def test_a_turn_that_was_ended_while_its_words_were_spoken_is_cut_off() -> None:
    assert cut_off(TURN, [(3.0, 4.9)]) == []
    assert cut_off(TURN, [(3.0, 7.0)]) == [5.4]
    assert answers(TURN, [(3.0, 7.0)]) == []


def test_the_middle_answer_is_not_moved_by_outliers_and_its_parts_add_up() -> None:
    slow = [*TURN[:-1], ev.BotAudible(at=16.0)]
    found = answers([*TURN, *TURN, *slow])
    middle = typical(found)
    assert milliseconds(middle) == milliseconds(found[0])
    assert sum(middle.parts.values()) == pytest.approx(middle.seconds)
    with pytest.raises(ValueError, match="no answers"):
        typical([])
