"""The shape of a scenario file: Pipecat's eval YAML, strictly.

Pipecat itself passes over what it does not know; here every key and every event is known or an
error. Two keys are ours, and passed over by Pipecat: ``agent`` and ``stack`` say who is called.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from callwright.declarations.shape import Strict

Event = Literal[
    "user_started_speaking",
    "user_stopped_speaking",
    "vad_user_started_speaking",
    "vad_user_stopped_speaking",
    "user_transcription",
    "user_backchannel",
    "llm_started",
    "llm_response",
    "llm_marker",
    "tts_response",
    "response",
    "function_call",
    "function_call_stopped",
    "bot_started_speaking",
    "bot_stopped_speaking",
    "bot_interrupted",
    "bot_backchannel",
    "bot_ended",
    "image",
]
LONGEST_WAIT = 3_600_000
"""No wait or pause is longer than an hour, in milliseconds; a call is over long before."""

Milliseconds = Annotated[int, Field(gt=0, le=LONGEST_WAIT)]
Modality = Literal["audio", "text"]


class SendAfter(Strict):
    """When a turn's words or keys go out: after an event, after a while, or both."""

    event: Event | None = None
    delay_ms: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] = 0


class Expectation(Strict):
    """One event that is to come, or not to come, and what it is to hold."""

    event: Event
    within_ms: Milliseconds | None = None
    text_contains: str | None = None
    text_excludes: str | None = None
    calls: list[Any] | None = None
    name: str | None = None
    args: dict[str, Any] | None = None
    eval: str | None = None
    absent: bool = False
    check_from: Literal["previous", "turn_start"] = "previous"
    marker: Literal["complete", "short", "long", "incomplete"] | None = None
    marker_first: bool | None = None
    markers: int | None = None
    text_after: bool | None = None


class Turn(Strict):
    """What the caller does, and what is to follow. ``user`` is text, or texts and pauses."""

    user: Any = None
    audio: str | None = None
    dtmf: Any = None
    send_after: SendAfter | None = None
    expect: list[Expectation] = Field(default_factory=list[Expectation])


class User(Strict):
    """How the caller's turns reach the bot. Here they are always spoken."""

    modality: Modality = "text"
    speech: dict[str, Any] | None = None


class Judge(Strict):
    """What is judged, and by whom."""

    modality: Modality = "text"
    eval: dict[str, Any] | None = None
    transcription: dict[str, Any] | None = None


class Keys(Strict):
    """What a scenario may have, and its file may have for all of them."""

    description: str | None = None
    agent: str | None = None
    stack: str | None = None
    turns: list[Turn] | None = None
    context: list[dict[str, Any]] | None = None
    user: User | None = None
    judge: Judge | None = None
    stop_on_failure: bool = True
    trigger_disconnect: bool | None = None


class Entry(Keys):
    """One scenario of a file."""

    name: str


class ScenarioFile(Keys):
    """A whole file."""

    name: str
    scenarios: Annotated[list[Entry], Field(min_length=1)] | None = None
