"""The steps of a stack: the path of a call's frames, one config class a step.

A step exists when its class stands in the union at the end; what it needs before it, and which
services it uses, is said by the class itself.
"""

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator

from callwright.declarations.shape import Strict

Role = Literal["vad", "turn", "stt", "ears", "llm", "s2s", "tts", "announcer"]


class _Ours(Strict):
    """A step of ours.

    Class attributes:
        why: What would be missing without it, if every path needs it.
        after: The steps it must come after, each with the reason.
        roles: The services it uses.
    """

    why: ClassVar[str]
    after: ClassVar[tuple[tuple[str, str], ...]] = ()
    roles: ClassVar[tuple[Role, ...]] = ()


class Input(_Ours):
    """Brings the caller's audio from the line."""

    why = "it brings the caller's audio"
    step: Literal["input"] = "input"


class Stt(_Ours):
    """Turns the caller's audio into words."""

    why = "it turns the caller's audio into words"
    after = (("input", "it listens to the audio that 'input' brings"),)
    roles = ("stt",)
    step: Literal["stt"] = "stt"


class Ears(_Ours):
    """Recognises the caller's words for the agent's facts, beside a model that hears by itself."""

    why = "it recognises the caller's words"
    after = (("input", "it listens to the audio that 'input' brings"),)
    roles = ("ears",)
    step: Literal["ears"] = "ears"


class HearEntities(_Ours):
    """Reads the declared entities from the caller's words."""

    why = "it reads the agent's entities from the caller's words"
    after = (
        ("stt", "it reads the words that 'stt' recognises"),
        ("ears", "it reads the words that 'ears' recognises"),
    )
    step: Literal["hear_entities"] = "hear_entities"


class ContextUser(_Ours):
    """Collects the caller's words into turns and the turns into the context."""

    why = "it collects the caller's words into turns"
    after = (
        ("stt", "it collects the words that 'stt' recognises"),
        ("ears", "it decides by what 'ears' hears whether a turn is over"),
    )
    roles = ("vad", "turn")
    step: Literal["context.user"] = "context.user"


class CheckpointGate(_Ours):
    """Keeps the model from being asked while a gated step is open; the rules answer instead."""

    why = "it keeps the model from being asked before a required step is done"
    after = (("context.user", "it decides on the turns that 'context.user' collects"),)
    step: Literal["checkpoint_gate"] = "checkpoint_gate"


class Llm(_Ours):
    """Words the reply."""

    why = "it words the reply"
    after = (
        ("context.user", "it answers the turns that 'context.user' collects"),
        ("checkpoint_gate", "it must not be asked before 'checkpoint_gate' lets a turn through"),
    )
    roles = ("llm",)
    step: Literal["llm"] = "llm"


class S2s(_Ours):
    """A model that hears the caller and answers by itself: in speech, or in words."""

    why = "it hears the caller and answers"
    after = (
        ("context.user", "it answers the turns that 'context.user' tells it of"),
        ("hear_entities", "the words it hears go back through 'hear_entities'"),
        ("checkpoint_gate", "it must not be asked before 'checkpoint_gate' lets a turn through"),
    )
    roles = ("s2s",)
    step: Literal["s2s"] = "s2s"


class SpeechGuard(_Ours):
    """Holds a reply while a required step is open, and replaces one that skips it."""

    why = "it keeps a reply that skips a required step from being heard"
    after = (
        ("llm", "it guards the words of 'llm'"),
        ("s2s", "it guards the words of 's2s'"),
    )
    step: Literal["speech_guard"] = "speech_guard"


class Tts(_Ours):
    """Speaks the reply."""

    why = "it speaks the reply"
    after = (
        ("llm", "it speaks the words of 'llm'"),
        ("s2s", "it speaks the words of 's2s'"),
        ("speech_guard", "it must not speak what 'speech_guard' holds"),
    )
    roles = ("tts",)
    step: Literal["tts"] = "tts"


class Announcer(_Ours):
    """Speaks the rules' own words, word for word, beside a model that speaks by itself."""

    why = "it speaks required statements word for word"
    after = (
        ("s2s", "it speaks beside 's2s'"),
        ("speech_guard", "it speaks what 'speech_guard' puts in a reply's place"),
    )
    roles = ("announcer",)
    step: Literal["announcer"] = "announcer"


class Output(_Ours):
    """Brings the bot's audio to the line."""

    why = "it brings the bot's audio to the line"
    after = (
        ("tts", "it plays the audio that 'tts' makes"),
        ("s2s", "it plays the audio that 's2s' makes"),
        ("announcer", "it plays the audio that 'announcer' makes"),
    )
    step: Literal["output"] = "output"


class ContextBot(_Ours):
    """Keeps in the context what the caller really heard."""

    why = "it keeps in the context what the caller heard"
    after = (("output", "only 'output' knows what the caller heard"),)
    step: Literal["context.bot"] = "context.bot"


class Own(Strict):
    """The user's own Pipecat processor; its settings are the constructor's arguments."""

    step: str
    settings: dict[str, Any] = Field(default_factory=dict)

    @field_validator("step")
    @classmethod
    def _dotted(cls, step: str) -> str:
        module, _, name = step.partition(":")
        if not all(part.isidentifier() for part in module.split(".")) or not name.isidentifier():
            raise ValueError(f"{step!r} names no class; write it as module:Class")
        return step


OURS: tuple[type[_Ours], ...] = (
    Input,
    Stt,
    Ears,
    HearEntities,
    ContextUser,
    CheckpointGate,
    Llm,
    S2s,
    SpeechGuard,
    Tts,
    Announcer,
    Output,
    ContextBot,
)
"""In the order of the journey."""

Kind = Literal["cascaded", "half-cascade", "s2s"]

_ALWAYS = ("input", "hear_entities", "context.user", "output", "context.bot")
REQUIRED: dict[Kind, frozenset[str]] = {
    "cascaded": frozenset({*_ALWAYS, "stt", "llm", "tts"}),
    "half-cascade": frozenset({*_ALWAYS, "s2s", "tts"}),
    "s2s": frozenset({*_ALWAYS, "s2s"}),
}
"""The steps without which an architecture cannot hold a call."""

_KEEPERS = frozenset({"checkpoint_gate", "speech_guard"})

ALLOWED: dict[Kind, frozenset[str]] = {
    "cascaded": REQUIRED["cascaded"] | _KEEPERS,
    "half-cascade": REQUIRED["half-cascade"] | {"ears", *_KEEPERS},
    "s2s": REQUIRED["s2s"] | {"ears", "announcer", *_KEEPERS},
}
"""The steps that mean something to an architecture."""

ROLES: tuple[str, ...] = get_args(Role)

SERVED_BY: dict[str, str] = {"ears": "stt", "announcer": "tts"}
"""The services that a role takes, where they are listed under another one."""

WORDS: tuple[str, ...] = tuple(str(step.model_fields["step"].default) for step in OURS)


def _spread(step: Any) -> Any:
    return {"step": step} if isinstance(step, str) else step


def _tag(step: Any) -> Any:
    word = step.get("step") if isinstance(step, dict) else getattr(step, "step", None)
    return "module:Class" if isinstance(word, str) and ":" in word else word


Step = Annotated[
    Annotated[Input, Tag("input")]
    | Annotated[Stt, Tag("stt")]
    | Annotated[Ears, Tag("ears")]
    | Annotated[HearEntities, Tag("hear_entities")]
    | Annotated[ContextUser, Tag("context.user")]
    | Annotated[CheckpointGate, Tag("checkpoint_gate")]
    | Annotated[Llm, Tag("llm")]
    | Annotated[S2s, Tag("s2s")]
    | Annotated[SpeechGuard, Tag("speech_guard")]
    | Annotated[Tts, Tag("tts")]
    | Annotated[Announcer, Tag("announcer")]
    | Annotated[Output, Tag("output")]
    | Annotated[ContextBot, Tag("context.bot")]
    | Annotated[Own, Tag("module:Class")],
    Discriminator(_tag),
    BeforeValidator(_spread),
]
