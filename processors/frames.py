"""Frames of our own: notes for the call's record, seen by observers and by nobody else."""

from dataclasses import dataclass

from pipecat.frames.frames import DataFrame, LLMSetToolsFrame, SystemFrame

from callwright.calls.events import Event


@dataclass
class NoteFrame(SystemFrame):
    """Something for the record that no Pipecat frame says: a decision, a reason, a fact.

    Args:
        event: What happened; its time is set when the frame is first pushed.
    """

    event: Event


@dataclass
class EarsFrame(DataFrame):
    """What dedicated ears heard, beside a model that hears by itself and keeps its own transcript.

    Args:
        text: The words.
        confidence: 0 to 1; None where the ears report none.
        settled: Whether these words will not change any more.
        finalized: Whether the ears say that nothing more of this speech is coming.
    """

    text: str
    confidence: float | None = None
    settled: bool = True
    finalized: bool = False


@dataclass
class TellModelFrame(SystemFrame):
    """Something that a model which keeps the conversation itself has to know, without answering.

    Args:
        role: ``system``, ``user`` or ``assistant``.
        text: What.
    """

    role: str
    text: str


@dataclass
class OfferToolsFrame(LLMSetToolsFrame, SystemFrame):
    """Tools that a model may use from now on, told before the end of a turn asks for an answer.

    The end of a turn is a system frame: what is none would come behind it.
    """


@dataclass
class QuietTurnFrame(SystemFrame):
    """The turn that ends next is the caller's, but it is not the model that answers it."""


@dataclass
class ReplyWholeFrame(DataFrame):
    """A model that speaks by itself has written all of its reply, though not all has sounded."""


@dataclass
class ReplyReleasedFrame(SystemFrame):
    """Upstream: a reply that was held is on its way, so many seconds late.

    Args:
        held: Seconds.
    """

    held: float


@dataclass
class ReplyDroppedFrame(SystemFrame):
    """Upstream: the reply under way is not heard, whatever comes of it."""


@dataclass
class WordsSettledFrame(DataFrame):
    """All words of the speech that has ended were delivered before this; no more are coming."""


@dataclass
class ModelHeardFrame(DataFrame):
    """What a model that hears by itself wrote down of a turn in which its ears heard nothing.

    Args:
        text: The words.
    """

    text: str
