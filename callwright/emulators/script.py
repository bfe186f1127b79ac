"""A stand-in's script: the YAML that says what is heard and answered, how late, and what fails."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, Problem
from callwright.declarations.places import Document
from callwright.declarations.shape import Strict, fit
from callwright.emulators.faults import AtTheDoor, Fault, OnTheWay
from callwright.emulators.listeners import ScriptedListener, Utterance
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.mistakes import Mistakes
from callwright.emulators.parts import Listener, Mind, Reply, TimedWord, ToolCall, Voice
from callwright.emulators.standin import Scene

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


def _as_text(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError("it is neither text nor a mapping; put text in quotes")
    return {"text": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class HeardWord(Strict):
    """A word with its times.

    Args:
        text: As it is written.
        begin: Seconds from the beginning of the utterance.
        end: Likewise.
        confidence: How sure recognition is of it.
    """

    text: str
    begin: Seconds = Field(alias="from")
    end: Seconds = Field(alias="to")
    confidence: Share = 0.98

    @model_validator(mode="after")
    def _forwards(self) -> "HeardWord":
        if self.end <= self.begin:
            raise ValueError(f"it ends at {self.end:g} s, before it begins at {self.begin:g} s")
        return self


class Heard(Strict):
    """What is heard when somebody speaks; a bare text stands for its `text`.

    Args:
        text: The words.
        confidence: Of every word.
        words: The words with times of their own, in place of the text.
    """

    text: str = ""
    confidence: Share = 0.98
    words: list[HeardWord] = Field(default_factory=list[HeardWord])

    def utterance(self) -> Utterance:
        """As a listener takes it."""
        words = (TimedWord(w.text, w.begin, w.end, w.confidence) for w in self.words)
        return Utterance(self.text, self.confidence, tuple(words))


class Called(Strict):
    """A tool that the model calls."""

    name: str
    args: dict[str, Any] = Field(default_factory=dict[str, Any])


class Answer(Strict):
    """What the model answers; a bare text stands for its `text`.

    Args:
        text: The words.
        calls: The tools it calls.
        first_token: Seconds until the first piece, where it is not as usual.
        each_token: Seconds between pieces, likewise.
    """

    text: str = ""
    calls: list[Called] = Field(default_factory=list[Called])
    first_token: Seconds | None = None
    each_token: Seconds | None = None

    def reply(self) -> Reply:
        """As a mind gives it."""
        calls = [ToolCall(call.name, call.args) for call in self.calls]
        return Reply(self.text, calls, self.first_token, self.each_token)


class Failure(Strict):
    """One thing that goes wrong; see `callwright.emulators.faults.Fault`."""

    kind: Literal[AtTheDoor, OnTheWay]
    request: Count | None = None
    after: Count = 0
    seconds: Seconds = 1.0

    def fault(self) -> Fault:
        """As a scene takes it."""
        return Fault(self.kind, self.request, self.after, self.seconds)


class Latencies(Strict):
    """Seconds that the provider takes; what is left out is as usual.

    Args:
        first_token: Until a model's first piece.
        each_token: Between a model's pieces.
        first_byte: Until a voice's first sound.
        final_after: From the end of speech to the final transcript.
    """

    first_token: Seconds = Scene.first_token
    each_token: Seconds = Scene.each_token
    first_byte: Seconds = Scene.first_byte
    final_after: Seconds = Scene.final_after


class Misheard(Strict):
    """How badly a recording is heard: the share of words, and names taken for one another."""

    rate: Share
    names: list[str] = Field(default_factory=list[str])


_Spoken = Annotated[Heard, BeforeValidator(_as_text)]
_Answered = Annotated[Answer, BeforeValidator(_as_text)]
_Alternatives = Annotated[list[_Answered], Field(min_length=1), BeforeValidator(_as_list)]


class Script(Strict):
    """A whole script; everything may be left out.

    Args:
        seed: Chooses among alternative answers, and what is misheard.
        key: The only key that is accepted; any is, without it.
        agent: Whose rules answer and whose words the ear expects, by name or path.
        recording: The call folder whose words are heard when its sound comes.
        mistakes: How badly the recording is heard.
        heard: What is heard, utterance by utterance, on every connection anew.
        answers: What the model answers, turn by turn; a list in the list holds alternatives.
        latencies: How long everything takes.
        faults: What goes wrong.
    """

    seed: int = 0
    key: str | None = Field(default=None, min_length=1)
    agent: str | None = None
    recording: str | None = None
    mistakes: Misheard | None = None
    heard: list[_Spoken] | None = None
    answers: list[_Alternatives] | None = Field(default=None, min_length=1)
    latencies: Latencies = Latencies()
    faults: list[Failure] = Field(default_factory=list[Failure])

    def listen(self) -> Callable[[], Listener] | None:
        """Makes the ears of a connection that hear the script; None where it says nothing."""
        if self.heard is None:
            return None
        utterances = [heard.utterance() for heard in self.heard]
        return lambda: ScriptedListener(utterances)

    def mind(self) -> Mind | None:
        """What answers by the script; None where it says nothing."""
        if self.answers is None:
            return None
        lines = [[answer.reply() for answer in alternatives] for alternatives in self.answers]
        return ScriptedMind(lines, self.seed)

    def mishearing(self) -> Mistakes | None:
        """What goes wrong in hearing a recording."""
        if self.mistakes is None:
            return None
        return Mistakes(self.mistakes.rate, self.seed, self.mistakes.names)

    def scene(
        self,
        listen: Callable[[], Listener] | None = None,
        mind: Mind | None = None,
        voice: Voice | None = None,
    ) -> Scene:
        """The scene with these ears, this mind and this voice."""
        return Scene(
            listen=listen,
            mind=mind,
            voice=voice,
            key=self.key,
            faults=tuple(failure.fault() for failure in self.faults),
            **self.latencies.model_dump(),
        )


def read_script(path: Path) -> Script:
    """Read a script.

    Raises:
        DeclarationError: It cannot be read, or something in it is wrong; says where and what.
    """
    document = places.read(path)
    script, problems = fit(Script, document)
    if script is not None:
        problems = list(_meaningless(script, document))
    problems = [*document.duplicates, *problems]
    if script is None or problems:
        raise DeclarationError(problems)
    return script


# Which kinds of faults take notice of a field.
_CARES = {"after": get_args(OnTheWay), "seconds": ("slow", "rate_limited")}


def _meaningless(script: Script, document: Document) -> Iterator[Problem]:
    """Yield what is well formed and would be ignored."""
    both = [("recording", "heard", "what is heard"), ("agent", "answers", "who answers")]
    for one, other, what in both:
        if getattr(script, one) is not None and getattr(script, other) is not None:
            said = f"{one!r} and {other!r} both say {what}"
            yield document.problem((one,), said, remedy="delete one of them", key=True)
    if script.mistakes is not None and script.recording is None:
        yield document.problem(
            ("mistakes",),
            "'mistakes' are made with a 'recording' only",
            remedy="add 'recording: …', or write what is misheard under 'heard'",
            key=True,
        )
    for index, heard in enumerate(script.heard or []):
        if heard.text and heard.words:
            at = ("heard", index, "text")
            said = "'text' and 'words' both say what is heard"
            yield document.problem(at, said, remedy="delete one of them", key=True)
    for index, failure in enumerate(script.faults):
        for field in failure.model_fields_set & _CARES.keys():
            if failure.kind not in _CARES[field]:
                said = f"{field!r} means nothing to a fault of kind {failure.kind!r}"
                at = ("faults", index, field)
                yield document.problem(at, said, remedy="delete it", key=True)
