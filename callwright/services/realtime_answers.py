"""Answers of a realtime model on their way to the caller. Pure."""

from dataclasses import dataclass, field

from pipecat.frames.frames import Frame

from callwright.engines.spoken_text import SpokenText


@dataclass
class Answer:
    """An answer on its way to the caller.

    Args:
        spoken: Its text and sound.
        plays: From which position of its sound on it plays since when, in order; positions and
            times in seconds, of the sound and of the event loop.
        items: Where each of its items begins in the sound, seconds.
        said: How many of its words are out.
        held: Whether somebody behind holds its sound, so that no word of it is heard yet.
        ending: The frame that ends it, once it is whole.
    """

    spoken: SpokenText
    plays: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    items: dict[str, float] = field(default_factory=dict[str, float])
    said: int = 0
    held: bool = False
    ending: Frame | None = None

    def time_of(self, position: float) -> float:
        """When a position of its sound plays."""
        begun = [(at, since) for at, since in self.plays if at <= position]
        return begun[-1][1] + position - begun[-1][0] if begun else 0.0

    def played(self, now: float) -> float:
        """How much of its sound has been played, seconds."""
        ends = [*(at for at, _ in self.plays[1:]), self.spoken.seconds]
        begun = [
            min(at + now - since, end)
            for (at, since), end in zip(self.plays, ends, strict=False)
            if since <= now
        ]
        return begun[-1] if begun else 0.0


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote of an item that another service speaks.

    Args:
        id: The item's id.
        text: Its text so far.
    """

    id: str
    text: str
