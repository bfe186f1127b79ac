"""What ears and model tell the rules of one turn, in whatever order it comes."""

from types import SimpleNamespace
from typing import Any

import pytest
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
)
from pipecat.tests.utils import SleepFrame, run_test

from processors.frames import EarsFrame, ModelHeardFrame
from processors.hear_entities import HearEntities

STARTED, STOPPED = UserStartedSpeakingFrame, UserStoppedSpeakingFrame


async def heard(*frames: Frame, gated: bool = False) -> list[tuple[str, bool]]:
    """The words that the rules are told, and whether they came before what is in the air."""
    words: list[tuple[str, bool]] = []

    def ignore(*_: object) -> None:
        pass

    stand_in: Any = SimpleNamespace(
        turn_started=ignore,
        model_asked=ignore,
        bot_begins=ignore,
        gated=gated,
        caller_said=lambda text, _, earlier: words.append((text, earlier)),
        changes=list,
    )
    # A turn's beginning and end overtake words that are under way.
    apart = [one for frame in frames for one in (frame, SleepFrame(0.01))]
    down, _ = await run_test(HearEntities(stand_in), frames_to_send=apart)
    assert [type(one) for one in down] == [type(frame) for frame in frames]
    return words


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        # The ears were away for a turn. Back again, they tell of it once more.
        ([STARTED(), STOPPED(), ModelHeardFrame("four two"), EarsFrame("42", 0.9)], ["four two"]),
        # What is said next is new, though it be the same words.
        (
            [
                *(STARTED(), STOPPED(), ModelHeardFrame("yes")),
                *(STARTED(), EarsFrame("yes", 0.9), STOPPED()),
            ],
            ["yes", "yes"],
        ),
        # The model was slow, and the caller has gone on.
        (
            [STARTED(), STOPPED(), STARTED(), ModelHeardFrame("one"), EarsFrame("two"), STOPPED()],
            ["one", "two"],
        ),
        # Words so short that no voice was noticed.
        ([EarsFrame("yes", 0.9)], ["yes"]),
    ],
)
async def test_every_turn_is_told_once(frames: list[Frame], words: list[str]) -> None:
    assert [text for text, _ in await heard(*frames)] == words


BOT, SILENT, SPOKE = (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    VADUserStartedSpeakingFrame,
)


@pytest.mark.parametrize(
    ("frames", "is_earlier"),
    [
        # Ears are late, and the bot has begun to say something else.
        ([SPOKE(), BOT(), EarsFrame("yes")], True),
        # The caller speaks over it.
        ([SPOKE(), BOT(), SPOKE(), EarsFrame("yes")], False),
        # A word so short that no voice was noticed, once the bot has asked.
        ([SPOKE(), BOT(), SILENT(), EarsFrame("yes")], False),
    ],
)
async def test_ears_that_are_late_answer_nothing_that_the_bot_is_saying(
    frames: list[Frame], is_earlier: bool
) -> None:
    assert await heard(*frames) == [("yes", is_earlier)]


@pytest.mark.parametrize(
    ("frames", "gated", "is_earlier"),
    [
        # A model that answers by itself writes down what it has heard while it speaks.
        ([SPOKE(), BOT(), ModelHeardFrame("yes")], False, False),
        # The rules have put another question meanwhile.
        ([SPOKE(), BOT(), ModelHeardFrame("yes")], True, True),
        # Whatever was asked has been heard, and nobody has spoken since.
        ([SPOKE(), BOT(), SILENT(), ModelHeardFrame("yes")], False, True),
        ([SPOKE(), BOT(), SILENT(), SPOKE(), ModelHeardFrame("yes")], True, False),
    ],
)
async def test_a_late_transcript_answers_nothing_that_was_asked_after_it_was_spoken(
    frames: list[Frame], gated: bool, is_earlier: bool
) -> None:
    assert await heard(*frames, gated=gated) == [("yes", is_earlier)]
