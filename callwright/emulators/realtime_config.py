"""A realtime session's configuration: what a client may set, what stands when it sets nothing."""

import copy
from collections.abc import Mapping
from typing import Any

from callwright.emulators.realtime_checks import (
    Refused,
    Rule,
    anything,
    either,
    flag,
    listed,
    mapping,
    nullable,
    number,
    one_of,
    record,
    tagged,
    text,
)

Config = dict[str, Any]

LOGPROBS = "item.input_audio_transcription.logprobs"

# Silence that ends an utterance when its words sound finished, and at the latest, by eagerness.
# The latest are the provider's; the others are this stand-in's own rule.
EAGERNESS_SECONDS: dict[str, tuple[float, float]] = {
    "low": (1.5, 8.0),
    "medium": (0.8, 4.0),
    "auto": (0.8, 4.0),
    "high": (0.4, 2.0),
}

_TURNS: dict[str, Config] = {
    "server_vad": {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    },
    "semantic_vad": {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    },
}

_FORMAT = tagged(
    audio__pcm=record(type=text, rate=number(24000, 24000, whole=True)),
    audio__pcmu=record(type=text),
    audio__pcma=record(type=text),
)
_MILLISECONDS = number(0, 60_000, whole=True)
_TURN_DETECTION = tagged(
    server_vad=record(
        type=text,
        threshold=nullable(number(0.0, 1.0)),
        prefix_padding_ms=nullable(_MILLISECONDS),
        silence_duration_ms=nullable(_MILLISECONDS),
        idle_timeout_ms=nullable(number(5000, 30_000, whole=True)),
        create_response=nullable(flag),
        interrupt_response=nullable(flag),
    ),
    semantic_vad=record(
        type=text,
        eagerness=nullable(one_of(*EAGERNESS_SECONDS)),
        create_response=nullable(flag),
        interrupt_response=nullable(flag),
    ),
)
_TRANSCRIPTION = record(
    model=text,
    language=nullable(text),
    languages=listed(text),
    prompt=nullable(text),
    keywords=listed(text),
    delay=one_of("minimal", "low", "medium", "high", "xhigh"),
)
_TOOL = tagged(
    function=record(("name",), type=text, name=text, description=text, parameters=mapping),
    mcp=mapping,
)


def _voice(value: Any, at: str) -> None:
    rule = record(("id",), id=text) if isinstance(value, dict) else text
    rule(value, at)


def _modalities(value: Any, at: str) -> None:
    listed(one_of("text", "audio"))(value, at)
    if sorted(value) not in (["audio"], ["text"]):
        raise Refused(
            f"Invalid modalities: {value}. Supported combinations are: ['text'] and ['audio'].",
            "invalid_value",
            at,
        )


def _tool_choice(value: Any, at: str) -> None:
    if isinstance(value, dict):
        tagged(
            function=record(("name",), type=text, name=text),
            mcp=record(("server_label",), type=text, server_label=text, name=nullable(text)),
        )(value, at)
    else:
        one_of("auto", "none", "required")(value, at)


# Fields that a session and a single response share.
_SHARED: dict[str, Rule] = {
    "output_modalities": _modalities,
    "instructions": text,
    "tools": listed(_TOOL),
    "tool_choice": _tool_choice,
    "parallel_tool_calls": flag,
    "max_output_tokens": either("inf", number(1, 4096, whole=True)),
    "prompt": nullable(mapping),
    "reasoning": record(effort=one_of("minimal", "low", "medium", "high", "xhigh")),
}

SESSION = record(
    ("type",),
    type=one_of("realtime"),
    model=text,
    include=nullable(listed(one_of(LOGPROBS))),
    tracing=nullable(either("auto", mapping)),
    truncation=anything,
    audio=record(
        input=record(
            format=_FORMAT,
            transcription=nullable(_TRANSCRIPTION),
            noise_reduction=nullable(
                record(type=one_of("near_field", "far_field"), strength=number(0, 1))
            ),
            turn_detection=nullable(_TURN_DETECTION),
        ),
        output=record(format=_FORMAT, voice=_voice, speed=number(0.25, 1.5)),
    ),
    **_SHARED,
)

RESPONSE = record(
    (),
    audio=record(output=record(format=_FORMAT, voice=_voice)),
    conversation=one_of("auto", "none"),
    metadata=nullable(mapping),
    input=listed(mapping),
    # Clients there are that write null for the session's own.
    **_SHARED | {"instructions": nullable(text)},
)


def usual(session_id: str, model: str, expires_at: int) -> Config:
    """The configuration a session begins with; ``expires_at`` in seconds since 1970."""
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": session_id,
        "model": model,
        "output_modalities": ["audio"],
        "instructions": "You are a helpful voice assistant.",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "truncation": "auto",
        "prompt": None,
        "expires_at": expires_at,
        "include": None,
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": dict(_TURNS["server_vad"]),
            },
            "output": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "voice": "alloy",
                "speed": 1.0,
            },
        },
    }


def updated(config: Config, change: Mapping[str, Any], *, has_spoken: bool) -> Config:
    """The configuration after a client's change; fields that are not named stay.

    Raises:
        Refused: The change names something unknown, impossible or fixed.
    """
    SESSION(change, "session")
    if change.get("model", config["model"]) != config["model"]:
        raise Refused("Cannot update a session's model.", "cannot_update_model", "session.model")
    new = copy.deepcopy(config)
    new.update({name: value for name, value in change.items() if name != "audio"})
    for side, fields in change.get("audio", {}).items():
        for name, value in fields.items():
            new["audio"][side][name] = _whole(name, value)
    if has_spoken and new["audio"]["output"]["voice"] != config["audio"]["output"]["voice"]:
        raise Refused(
            "Cannot update a conversation's voice if assistant audio is present.",
            "cannot_update_voice",
            "session.audio.output.voice",
        )
    return new


def _whole(name: str, value: Any) -> Any:
    """A field of the audio's configuration with what the client left out."""
    if value is None:
        return None
    if name == "turn_detection":
        given = {field: v for field, v in value.items() if v is not None}
        return {**_TURNS[value["type"]], **given}
    if name == "transcription":
        return {"language": None, "prompt": None, **value}
    if name == "format" and value["type"] == "audio/pcm":
        return {"type": "audio/pcm", "rate": 24000}
    return value


def offered(tools: list[Config], choice: Any) -> list[str]:
    """The names of the tools a model may call under this choice."""
    names = [tool["name"] for tool in tools if tool["type"] == "function"]
    if choice == "none":
        return []
    if isinstance(choice, dict):
        chosen: Config = choice
        return [name for name in names if name == chosen.get("name")]
    return names
