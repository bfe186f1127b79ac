"""What a stand-in hears, thinks and speaks with: shapes that scripts and local engines both fill.

A stand-in knows a protocol; these know the call. All sound in here is 16-bit mono PCM.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word that was heard or spoken.

    Args:
        text: As it is written in the transcript, with its punctuation.
        start: Seconds from the start of the connection's sound.
        end: Likewise.
        confidence: 0 to 1.
    """

    text: str
    start: float
    end: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is known of the sound so far.

    Args:
        words: Words of the present utterance, up to now.
        speaking: Whether the caller is speaking at this moment.
        began: Seconds of sound at which the present utterance began; None before it.
        quiet_since: Seconds of sound at which the caller fell silent; None while speaking.
    """

    words: tuple[TimedWord, ...] = ()
    speaking: bool = False
    began: float | None = None
    quiet_since: float | None = None


class Listener(Protocol):
    """Hears one connection's sound."""

    def hear(self, pcm: bytes) -> Hearing:
        """Take the next samples at 16000 Hz; say what is known by now."""
        ...

    def finish(self) -> tuple[TimedWord, ...]:
        """End the present utterance: its words, final. The next sound begins another one."""
        ...


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants to run."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of what a model was sent, provider-independent.

    Args:
        role: Who speaks; ``tool`` for a tool's result.
        text: The words, or the result as JSON text.
        calls: Tools the model asked for in this entry, by id.
        answers: For ``tool``: the id of the call that this is the result of.
    """

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    calls: Mapping[str, ToolCall] = field(default_factory=dict[str, ToolCall])
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answers: words, then tools; either may be empty.

    Args:
        text: The words.
        calls: The tools to run.
        first_token: Seconds until the first piece comes; None takes the stand-in's usual time.
        each_token: Seconds between pieces; None likewise.
    """

    text: str = ""
    calls: Sequence[ToolCall] = ()
    first_token: float | None = None
    each_token: float | None = None


class Mind(Protocol):
    """Answers for a model. It keeps nothing between calls but what the messages say."""

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        """Answer a request: all messages so far, and the names of the tools offered."""
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of speech.

    Args:
        pcm: Samples at the rate that was asked for.
        words: The words that begin in this piece; times in seconds from the start of the text.
    """

    pcm: bytes
    words: tuple[TimedWord, ...] = ()


class Voice(Protocol):
    """Speaks for a provider."""

    def speak(self, text: str, rate: int) -> Iterator[Speech]:
        """Speak a text at a sample rate in Hz, piece by piece."""
        ...


def pieces(text: str) -> Iterator[str]:
    """A text as a model's tokens come: whole words with the space before them."""
    for index, word in enumerate(text.split()):
        yield word if index == 0 else f" {word}"


# What a stand-in was sent: one entry a message or request, already decoded.
Received = Mapping[str, Any]
Events = AsyncIterator[Mapping[str, Any]]
