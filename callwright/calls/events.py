"""What happens in a call, in the order in which sound travels: ears → words → decision → mouth.

Every event knows when it happened (`at`, seconds from the start of the call) and carries nothing
but plain data, so that a line of `events.jsonl` reads without this program.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened `at` so many seconds from the start of the call."""

    at: float = 0.0
    name: ClassVar[str] = "event"


KINDS: dict[str, type[Event]] = {}

E = TypeVar("E", bound=Event)


def _kind(cls: type[E]) -> type[E]:
    cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
    KINDS[cls.name] = cls
    return cls


# --- the line -------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Event):
    """The caller is on the line and can hear us."""


# --- ears -----------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(Event):
    """The VAD is sure that the caller speaks; `since` is when the sound began."""

    since: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStopped(Event):
    """The VAD is sure that the caller is silent; `since` is when the sound ended."""

    since: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted(Event):
    """The caller has the floor."""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class HeardSoFar(Event):
    """Words recognised so far; they may still change."""

    text: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Event):
    """Words recognised for good. `confidence` is 0 to 1 where the service reports one.

    `by_model`: a model that hears by itself wrote them down, once the turn was over, and no other
    ears heard any.
    """

    text: str
    confidence: float | None = None
    by_model: bool = False


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHeard(Event):
    """What a model that hears by itself wrote down, where dedicated ears heard, too."""

    text: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfTurnGuessed(Event):
    """What the turn detector made of the caller's voice; `probability` that the turn is over."""

    complete: bool
    probability: float | None = None


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded(Event):
    """The floor is ours, and why."""

    reason: str


# --- decisions ------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class EntityChanged(Event):
    """A fact was captured, confirmed or rejected; `heard` are the words it came from."""

    entity: str
    value: str | None
    status: str
    heard: str | None


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack(Event):
    """The caller has heard a value that was understood; a yes from here on is a yes to it."""

    entity: str
    value: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointChanged(Event):
    """A required step has come further, failed, or expired, and why."""

    checkpoint: str
    status: str
    reason: str
    attempts: int = 0
    statement_heard: bool = False


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Event):
    """What the rules of the call chose to do next, and why."""

    kind: str
    reason: str
    entity: str | None = None


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswered(Event):
    """The first words of the model's answer."""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeld(Event):
    """A model's reply was held for so many seconds until it was known to take the open step."""

    held: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReplaced(Event):
    """A model's reply was never spoken because it skips a step; the rules speak in its place."""

    text: str
    reason: str
    held: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled(Event):
    """A tool is called, by a model or by the rules; whether it runs is another event.

    `call` tells the calls of one tool apart.
    """

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    call: str = ""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRefused(Event):
    """A tool was called that may not run yet, and why it may not."""

    tool: str
    reason: str
    call: str = ""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted(Event):
    """A tool runs, with these arguments: the rules' values, not a model's spelling of them."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReturned(Event):
    """A call of a tool came back with `result`, or failed with `error`."""

    tool: str
    result: Any = None
    error: str | None = None
    call: str = ""

    @property
    def failure(self) -> str:
        """Why it failed; empty where it did not.

        Of a tool of ours a model is told by the result, so the reason stands there.
        """
        if self.error is not None:
            return self.error or "failed"
        told = self.result
        if isinstance(told, Mapping) and set(told) == {"error"}:
            return str(told["error"]) or "failed"
        return ""


# --- mouth ----------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Saying(Event):
    """A piece of text goes to the voice."""

    text: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceStarted(Event):
    """The voice delivered its first sound for what it was asked to say."""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class BotAudible(Event):
    """The first sample of the bot's speech that the caller can hear, after silence.

    `lead`: seconds of its sound that were played before it and could not be heard.
    """

    lead: float = 0.0


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    """Words of the bot that the caller has heard.

    `by`: whose words they are, the rules' own (`rules`) or a model's (`model`). Where both were
    heard in one breath they are a model's.
    """

    text: str
    by: str = ""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class BotSilent(Event):
    """The bot fell silent; `since` is its last audible sample."""

    since: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted(Event):
    """The caller spoke over the bot and the bot stopped."""


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveSound(Event):
    """Sound that carries a sensitive value: `side` (`user`, `bot`), from `start` to `end` seconds.

    Longer than the value itself: the whole stretch of speech.
    """

    side: str
    start: float
    end: float


# --- trouble, measures, the end -------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    """A stage's time to its first result, seconds, as the stage itself reports it."""

    stage: str
    ttfb: float


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Used(Event):
    """What a service used of what it is paid for, since it last said so.

    `amounts` by unit: of a model `input_tokens` and `output_tokens`, and of those, where it says
    so, `cached_tokens`, `cache_write_tokens`, `input_audio_tokens`, `output_audio_tokens`,
    `cached_audio_tokens`; of a voice `characters`; of a recogniser `seconds` of sound.
    """

    stage: str
    model: str | None = None
    amounts: dict[str, float] = field(default_factory=dict[str, float])


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Event):
    """A part of the call failed."""

    where: str
    what: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOver(Event):
    """From now on `to` does the work of `role` instead of `service`, and why."""

    role: str
    service: str
    reason: str
    to: str


@_kind
@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    """The call is over: `outcome` is completed, handed_off, incomplete, abandoned or failed."""

    outcome: str
    reason: str


def to_line(event: Event) -> dict[str, Any]:
    """An event as the plain data of one JSON line; times to the microsecond."""
    data = asdict(event)
    at = data.pop("at")
    return {"at": round(at, 6), "event": event.name} | {
        key: round(value, 6) if isinstance(value, float) else value for key, value in data.items()
    }
