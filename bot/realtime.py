"""How a speech-to-speech model is set up: who makes the turns, and whether it speaks or writes."""

from typing import Any

from callwright.declarations.stack import Stack


def realtime_settings(stack: Stack, cls: type[Any]) -> dict[str, Any]:
    """Settings that follow from a stack's kind and turns, for services of OpenAI's protocol.

    Others are set up by their own settings alone; ``turns: theirs`` is what they do anyway.

    Args:
        stack: The stack.
        cls: The service's class.
    """
    if "session_properties" not in cls.Settings.__dataclass_fields__:
        return {}
    from pipecat.services.openai.realtime import events

    turns = False if stack.turns == "ours" else events.TurnDetection()
    heard = events.AudioInput(
        turn_detection=turns, transcription=events.InputAudioTranscription(model="whisper-1")
    )
    text_out = stack.kind == "half-cascade"
    return {
        "session_properties": events.SessionProperties(
            output_modalities=["text"] if text_out else ["audio"],
            audio=events.AudioConfiguration(input=heard),
        )
    }
