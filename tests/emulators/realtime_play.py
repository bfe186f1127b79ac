"""What the tests of the realtime stand-in share: a voice of noise, callers, and a strict client."""

import base64
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter

from callwright.emulators.listeners import ScriptedListener, Utterance
from callwright.emulators.minds import ScriptedMind
from callwright.emulators.parts import Message, Reply, Speech, TimedWord
from callwright.emulators.realtime import OpenAIRealtime
from callwright.emulators.realtime_session import Habits
from callwright.emulators.standin import Scene, serving

_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
# What the service sends beyond the client's types.
_BEYOND = {"object", "id", "expires_at", "image_tokens"}

WORD_SECONDS = 0.25


def noise(seconds: float, rate: int = 24000, level: int = 4000) -> bytes:
    """Sound that is taken for speech."""
    rng = np.random.default_rng(1)
    return rng.integers(-level, level, int(seconds * rate), np.int16).tobytes()


def quiet(seconds: float, rate: int = 24000) -> bytes:
    """Sound that is not."""
    return bytes(2 * int(seconds * rate))


@dataclass
class Played(Scene):
    """A scene, and the habits of who plays it."""

    habits: Habits = field(default_factory=Habits)

    def standin(self) -> OpenAIRealtime:
        return OpenAIRealtime(self, self.habits)


class NoiseVoice:
    """Says every word as a quarter of a second of noise."""

    def speak(self, text: str, rate: int) -> Iterator[Speech]:
        for index, word in enumerate(text.split()):
            begin = index * WORD_SECONDS
            timed = TimedWord(word, begin, begin + WORD_SECONDS)
            yield Speech(noise(WORD_SECONDS, rate), (timed,))


class Recall:
    """Answers by a function, and remembers what it was asked."""

    def __init__(self, answer: Callable[[Sequence[Message], Sequence[str]], Reply]) -> None:
        self.asked: list[tuple[list[Message], list[str]]] = []
        self._answer = answer

    async def answer(self, messages: Sequence[Message], tools: Sequence[str]) -> Reply:
        self.asked.append((list(messages), list(tools)))
        return self._answer(messages, tools)


def scene(*answers: Reply | str, heard: Sequence[str] = (), **more: Any) -> Played:
    """A quick scene: these answers in turn, these utterances in turn."""
    script = [Reply(a) if isinstance(a, str) else a for a in answers]
    utterances = [Utterance(text) for text in heard]
    usual: dict[str, Any] = {
        "listen": lambda: ScriptedListener(utterances),
        "mind": ScriptedMind(script),
        "voice": NoiseVoice(),
        "key": "secret",
        "first_token": 0.0,
        "each_token": 0.0,
        "first_byte": 0.0,
        "final_after": 0.0,
        "pace": 1000.0,
    }
    chosen = {**usual, **more}
    named = ("pace", "session_seconds", "transcribes")
    habits = Habits(**{name: chosen.pop(name) for name in named if name in chosen})
    return Played(**chosen, habits=habits)


class Strict:
    """The official client's connection; every event must be of the client's own types, whole."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.client = connection
        self.seen: list[dict[str, Any]] = []

    async def next(self) -> dict[str, Any]:
        event = json.loads(await self.client.recv_bytes())
        known = _EVENT.validate_python(event)
        assert known.type == event["type"]
        assert not list(strangers(known))
        self.seen.append(event)
        return event

    async def until(self, name: str, count: int = 1) -> dict[str, Any]:
        """Read on until the n-th event of this name from here."""
        while True:
            event = await self.next()
            count -= event["type"] == name
            if not count:
                return event

    async def say(self, pcm: bytes) -> None:
        """Append sound, in messages of a tenth of a second."""
        for start in range(0, len(pcm), 4800):
            sound = base64.b64encode(pcm[start : start + 4800]).decode()
            await self.client.input_audio_buffer.append(audio=sound)

    def names(self) -> list[str]:
        """The events so far, repeated deltas named once."""
        named: list[str] = []
        for event in self.seen:
            if not (event["type"].endswith(".delta") and event["type"] in named[-2:]):
                named.append(event["type"])
        return named


def strangers(value: Any, path: str = "") -> Iterator[str]:
    """Fields that the client's types do not know."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in (value.model_extra or {}) if name not in _BEYOND)
        for name in type(value).model_fields:
            yield from strangers(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for member in value:
            yield from strangers(member, path)


@asynccontextmanager
async def official(played: Played, key: str = "secret") -> AsyncGenerator[Strict]:
    """The official client, connected; the first event is read."""
    async with serving(played.standin(), "127.0.0.1") as port:
        url = f"ws://127.0.0.1:{port}/v1"
        async with (
            AsyncOpenAI(api_key=key, websocket_base_url=url) as client,
            client.realtime.connect(model="gpt-realtime") as connection,
        ):
            strict = Strict(connection)
            assert (await strict.next())["type"] == "session.created"
            yield strict


def user(text: str, **more: Any) -> Any:
    """A written user message."""
    return {
        "type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **more
    }  # fmt: skip


def sound_of(events: Sequence[Mapping[str, Any]]) -> bytes:
    """The sound of all audio deltas."""
    deltas = (e["delta"] for e in events if e["type"] == "response.output_audio.delta")
    return b"".join(base64.b64decode(delta) for delta in deltas)
