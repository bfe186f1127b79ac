"""What stands where Pipecat's eval client stands: on our line instead of a websocket.

The bot's RTVI messages are read with the serializer of Pipecat's harness and become the same
events; the caller's turns go out as sound on the line, and as the harness's own messages where
they are not sound.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pipecat.processors.frameworks.rtvi.models as rtvi
from pipecat.evals.events import EvalEventStream
from pipecat.evals.script import FUNCTION_CALL_EVENTS, EvalScriptScenario
from pipecat.evals.serializer import (
    EVAL_CONFIGURE_MESSAGE_TYPE,
    EVAL_CONTEXT_MESSAGE_TYPE,
    EvalClientSerializer,
    EvalSerializer,
)
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    LLMTextFrame,
    TTSTextFrame,
)

from callwright.emulators.reference import Reference
from callwright.lab.caller_voice import CallerVoice
from callwright.lab.scenarios.caller import ScriptedCaller
from callwright.lab.sound import RATE, Samples, read_sound

Deliver = Callable[[Frame], Awaitable[None]]


class LineClient:
    """The harness's end of a line.

    Args:
        stream: Where the bot's events go.
        caller: Speaks on the line.
        voice: Makes the caller's words sound.
        reference: Learns every word before it is spoken, for stand-ins that recognise it.
        deliver: Puts a frame into the bot's pipeline, as if it came over the line.
        script: The scenario.
    """

    has_user_tts = True
    """A caller always speaks here, so that a turn takes the whole way through the bot."""

    def __init__(
        self,
        stream: EvalEventStream,
        caller: ScriptedCaller,
        voice: CallerVoice,
        reference: Reference,
        deliver: Deliver,
        script: EvalScriptScenario,
    ) -> None:
        self._stream, self._caller, self._voice = stream, caller, voice
        self._reference, self._deliver = reference, deliver
        self._theirs, self._ours = EvalSerializer(), EvalClientSerializer()
        self._script = script
        self._recorded = {turn.audio: turn.user or "" for turn in script.turns if turn.audio}
        self._bot_ready = asyncio.Event()
        self._number = 0
        self._words: list[str] = []
        self._speaking = False

    # --- the bot ------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Tell the bot that somebody is listening."""
        about = rtvi.AboutClientData(library="callwright")
        ready = rtvi.ClientReadyData(version=rtvi.PROTOCOL_VERSION, about=about)
        await self._send("client-ready", ready.model_dump())

    async def prepare(self) -> None:
        """Wait for the bot, and ask of it what the scenario's expectations need."""
        await self._bot_ready.wait()
        script = self._script
        asked: dict[str, Any] = {}
        # In full wherever a call matters at all: one that was not to come is told by its name, too.
        if any(one.event in FUNCTION_CALL_EVENTS for turn in script.turns for one in turn.expect):
            asked["function_call_report_level"] = {"*": "full"}
        if script.needs_vad_events():
            asked["vad_user_speaking"] = True
        if script.needs_marker_events():
            asked["llm_markers"] = True
        if asked:
            await self._tell(EVAL_CONFIGURE_MESSAGE_TYPE, asked)
        if script.context:
            await self._tell(EVAL_CONTEXT_MESSAGE_TYPE, {"messages": list(script.context)})

    async def take(self, message: Any) -> None:
        """Take a message that the bot sent over the line."""
        if isinstance(message, dict) and message.get("type") == "bot-ready":
            self._bot_ready.set()
        frame = await self._ours.deserialize(json.dumps(message, default=str))
        if frame is None:
            return
        event = self._stream.frame_to_event(frame)
        if event is not None:
            await self._stream.append(event)
        await self._listen(frame)
        if event is not None and event["type"] == "bot_interrupted":
            await self._heard()
        # Messages of one instant would be one batch here: an interruption drops what the driver has
        # not looked at, and it has to see each message before the next, as over a socket.
        await asyncio.sleep(0)

    async def left(self) -> None:
        """The bot has ended the call."""
        await self._heard()
        self._stream.bot_ended()
        await self._stream.append({"type": "bot_ended"})
        self._bot_ready.set()

    async def _listen(self, frame: Frame) -> None:
        """Put together what is heard of the bot: Pipecat's ``response``, without a recogniser."""
        match frame:
            case LLMTextFrame() if not self._script.bot_audio and frame.text.strip():
                # What is read is there before it is heard; the next turn waits for its end.
                self._stream.bot_turn_started()
            case BotStartedSpeakingFrame():
                self._speaking = True
                self._stream.bot_turn_started()
            case TTSTextFrame():
                self._words.append(frame.text)
                if not self._speaking:
                    await self._heard()
            case BotStoppedSpeakingFrame():
                await self._heard()
            case _:
                pass

    async def _heard(self) -> None:
        words, self._words, self._speaking = " ".join(self._words), [], False
        if self._stream.bot_has_ended:
            return
        await self._stream.bot_turn_stopped(words)

    # --- the caller's turns -------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Speak a turn."""
        self._speak(self._voice.say(text), text)

    async def say_with_pauses(self, parts: list[str | int]) -> None:
        """Speak a turn of texts, and of silences in milliseconds."""
        sounds = [
            self._voice.say(part)
            if isinstance(part, str)
            else np.zeros(RATE * part // 1000, np.int16)
            for part in parts
        ]
        words = " ".join(part for part in parts if isinstance(part, str))
        self._speak(np.concatenate(sounds), words)

    async def play(self, path: str) -> None:
        """Play a turn from a file."""
        self._speak(read_sound(Path(path)), self._recorded.get(path, ""))

    async def send_dtmf(self, keys: str) -> None:
        """Press keys."""
        await self._send("dtmf", {"buttons": list(keys)})

    def _speak(self, sound: Samples, words: str) -> None:
        if len(sound):
            self._reference.add(sound, RATE, words)
            self._caller.say(sound)

    async def _tell(self, kind: str, data: dict[str, Any]) -> None:
        await self._send("client-message", {"t": kind, "d": data})

    async def _send(self, kind: str, data: dict[str, Any]) -> None:
        self._number += 1
        message = rtvi.Message(type=kind, id=str(self._number), data=data)
        frame = await self._theirs.deserialize(message.model_dump_json())
        if frame is not None:
            await self._deliver(frame)
