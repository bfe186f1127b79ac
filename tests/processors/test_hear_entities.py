"""What ears and model tell the rules of one turn, in whatever order it comes."""

from types import SimpleNamespace
from typing import Any

import pytest
from pipecat.frames.frames import Frame, UserStartedSpeakingFrame, UserStoppedSpeakingFrame
from pipecat.tests.utils import SleepFrame, run_test

from processors.frames import EarsFrame, ModelHeardFrame
from processors.hear_entities import HearEntities

STARTED, STOPPED = UserStartedSpeakingFrame, UserStoppedSpeakingFrame


async def told(*frames: Frame) -> list[str]:
    """The words that the rules are told, one after the other."""
    words: list[str] = []

    def ignore(*_: object) -> None:
        pass

    stand_in: Any = SimpleNamespace(
        turn_started=ignore,
        model_asked=ignore,
        bot_begins=ignore,
        gated=False,
        caller_said=lambda text, _, earlier: words.append(text),
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
    assert await told(*frames) == words
