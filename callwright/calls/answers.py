"""Where the time of an answer went, from the caller's last sound to the bot's first. Pure.

Every answer passes the same milestones in the same order. The time between two of them has a name,
so that nothing of what the caller waited for is left over.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from callwright.calls import events as ev

# What the caller waits for, in the order in which it happens.
PARTS = (
    "recognition",  # the caller's last sound to the last words recognised
    "end of turn",  # further waiting until the turn is taken to be over
    "aggregation",  # the turn is over, the model is not asked yet
    "model",  # the model is asked, to its first words
    "sentence",  # the first words to the first piece of text given to the voice; a guard's hold
    "voice",  # that text to its first sound
    "transport",  # that sound to its way to the caller
    "leading silence",  # on its way, but not audible yet
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the caller, as the record tells it.

    Args:
        spoken_until: When the caller fell silent, seconds from the start of the call.
        milestones: When each part of `PARTS` was over, seconds after that; they never fall.
        tools: Whether a tool ran before the answer was heard.
    """

    spoken_until: float
    milestones: tuple[float, ...]
    tools: bool

    @property
    def seconds(self) -> float:
        """All of the wait."""
        return self.milestones[-1]

    @property
    def parts(self) -> dict[str, float]:
        """Seconds of each part; they add up to `seconds`."""
        steps = pairwise((0.0, *self.milestones))
        return {part: end - begin for part, (begin, end) in zip(PARTS, steps, strict=True)}


@dataclass(slots=True)
class _Wait:
    """What is known of an answer that is not audible yet, in seconds of the call."""

    spoken_until: float
    heard: float
    ended: float
    asked: float | None = None
    answered: float | None = None
    voice_asked: float | None = None
    voiced: float | None = None
    tools: bool = False

    def take(self, event: ev.Event) -> None:
        match event:
            case ev.Measured(stage=stage, ttfb=ttfb) if "LLM" in stage and self.answered is None:
                self.asked = event.at - ttfb
            case ev.ModelAnswered() if self.answered is None:
                self.answered = event.at
            case ev.Saying() if self.voice_asked is None:
                self.voice_asked = event.at
            case ev.VoiceStarted():
                self.voiced = event.at
            case ev.ToolCalled():
                self.tools = True
            case _:
                pass

    def heard_at(self, audible: ev.BotAudible) -> Answer:
        passed = (
            self.heard,
            self.ended,
            self.asked,
            self.answered,
            self.voice_asked,
            self.voiced,
            audible.at - audible.lead,
            audible.at,
        )
        milestones: list[float] = []
        latest = 0.0
        for at in passed:
            # What happened beside something else (a model asked before the turn was over) costs
            # no time of its own, and neither does what did not happen.
            if at is not None:
                latest = max(latest, min(at, audible.at) - self.spoken_until)
            milestones.append(latest)
        return Answer(self.spoken_until, tuple(milestones), self.tools)


def answers(
    events: Iterable[ev.Event], spoken: Sequence[tuple[float, float]] | None = None
) -> list[Answer]:
    """Every answer of a call to which the caller had to listen.

    Args:
        events: The record.
        spoken: Where the caller really spoke, turn by turn, from and to in seconds; without it
            the end of speech is what the VAD took for it. A turn that was ended before its words
            were all spoken is no answer: it is cut off.
    """
    found: list[Answer] = []
    stopped = heard = 0.0
    wait: _Wait | None = None
    for event in events:
        match event:
            case ev.SpeechStopped(since=since):
                stopped = since
            case ev.Heard():
                heard = event.at
            case ev.TurnEnded():
                wait = _wait(event.at, stopped, heard, spoken)
            case ev.BotAudible():
                if wait is not None:
                    found.append(wait.heard_at(event))
                wait = None
            case _:
                if wait is not None:
                    wait.take(event)
    return found


def _wait(
    at: float, stopped: float, heard: float, spoken: Sequence[tuple[float, float]] | None
) -> _Wait | None:
    if spoken is None:
        return _Wait(stopped, heard, at)
    begun = [end for begin, end in spoken if begin <= at]
    return _Wait(begun[-1], heard, at) if begun and begun[-1] <= at else None


def cut_off(events: Iterable[ev.Event], spoken: Sequence[tuple[float, float]]) -> list[float]:
    """When turns were ended though the caller was still in the middle of one, seconds."""
    ends = (event.at for event in events if isinstance(event, ev.TurnEnded))
    return [at for at in ends if any(begin < at < end for begin, end in spoken)]


def typical(found: Sequence[Answer]) -> Answer:
    """The answer in the middle: the mean of the middle third, so that its parts add up.

    Medians of each part would not add up to the median of the whole.

    Raises:
        ValueError: There are no answers.
    """
    if not found:
        raise ValueError("there are no answers to find the middle of")
    ordered = sorted(found, key=lambda answer: answer.seconds)
    outer = len(ordered) // 3
    middle = ordered[outer : len(ordered) - outer]
    columns = zip(*(answer.milestones for answer in middle), strict=True)
    return replace(
        middle[len(middle) // 2],
        milestones=tuple(math.fsum(column) / len(middle) for column in columns),
    )
