"""The calls that a stack is judged by: each is held once a process, several features read it."""

import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from callwright.calls import events as ev
from callwright.calls.folder import BOT_WAV
from callwright.calls.timeline import Turn
from callwright.declarations.finding import BUNDLED, declarations
from callwright.declarations.load import Declared, load
from callwright.emulators.faults import Fault
from callwright.lab.conformance.played import Piece, Samples, pieces
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed
from callwright.lab.sound import RATE

# Longer than any agent waits for somebody who says nothing, seconds.
_LONG_SILENCE = 120

AGENT = "reception"
RECORDINGS = BUNDLED.parent / "recordings"

# A model that is still writing when the caller cuts its voice off: its second answer comes to a
# halt after the first sentence.
_STILL_WRITING = {
    "llm": (Fault("slow", request=1, after=8, seconds=2.0),),
    "half-cascade s2s": (Fault("slow", request=0, after=48, seconds=2.0),),
}


@dataclass(frozen=True, eq=False)
class Scenario:
    """A call to hold.

    Args:
        name: Its name.
        recording: Who calls; None for somebody who is silent.
        faults: What goes wrong, by role, or by kind and role; what a stack has not is passed over.
        agent: Who is called.
    """

    name: str
    recording: str | None
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict[str, tuple[Fault, ...]])
    agent: str = AGENT


CALL = Scenario("call", "reception-barge-in", _STILL_WRITING)
SILENCE = Scenario("silence", None)
# Five steps, two of them verified by a tool, and a sensitive fact.
STEPS = Scenario("steps", "clinic-plain", agent="clinic")
HANDOFF = Scenario("handoff", "reception-human")
# Every connection breaks once in the middle of the call, and a model fails in the middle of a turn.
TROUBLE = Scenario(
    "trouble",
    "reception-plain",
    faults={
        "stt": (Fault("disconnect", request=0, after=6),),
        "ears": (Fault("disconnect", request=0, after=6),),
        "llm": (Fault("error", request=1, after=4),),
        "tts": (Fault("disconnect", request=0, after=60),),
        "s2s": (Fault("disconnect", request=0, after=60), Fault("error", request=1, after=30)),
    },
)


@dataclass(frozen=True)
class Held:
    """A call that was held on a stack.

    Args:
        scenario: Which.
        call: The call.
    """

    scenario: Scenario
    call: Replayed

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.call.declared.stack.stack

    @property
    def kind(self) -> str:
        """cascaded, half-cascade or s2s."""
        return self.call.declared.stack.kind

    @property
    def events(self) -> Sequence[ev.Event]:
        """What happened."""
        return self.call.result.events

    @property
    def turns(self) -> Sequence[Turn]:
        """Who said what."""
        return self.call.turns

    @property
    def recording(self) -> Path:
        """Who called."""
        return RECORDINGS / (self.scenario.recording or "")

    @property
    def context(self) -> list[tuple[str, str]]:
        """Who said what, as the model's context held it at the end; instructions left out."""
        return [
            (message["role"], message["content"])
            for message in self.call.result.context
            if message.get("role") in ("user", "assistant") and message.get("content")
        ]

    def stage(self, role: str) -> str:
        """What the record calls the service of a role."""
        return self.call.declared.services[role].cls_name

    def of(self, kind: type[ev.E]) -> list[ev.E]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def received(self, role: str) -> list[dict[str, object]]:
        """What a role's stand-in was sent; nothing where there is none."""
        scene = self.call.scenes.get(role)
        return [dict(message) for message in scene.received] if scene else []

    @cached_property
    def pieces(self) -> list[Piece]:
        """What the voice said, and how much of it sounded."""
        texts = [event.text for event in self.of(ev.Saying)]
        if self.kind == "s2s":
            texts += self.call.scenes["s2s"].spoken
        samples, rate = self._bot
        return pieces(texts, samples, rate)

    @cached_property
    def _bot(self) -> tuple[Samples, int]:
        with wave.open(str(self.call.result.folder / BOT_WAV), "rb") as file:
            pcm = file.readframes(file.getnframes())
            return np.frombuffer(pcm, "<i2").astype(np.float32), file.getframerate()


def bundled_stacks() -> list[str]:
    """The names of the stacks that come with the project."""
    return [path.stem for path in declarations(BUNDLED, "stack")]


@cache
def declared(stack: str) -> Declared:
    """A bundled stack with the agent that is called on it."""
    return load(AGENT, stack, need_keys=False)


@cache
def held(stack: str, scenario: Scenario) -> Held:
    """Hold a call on a stack, once a process; its folder is gone with the process."""
    out = Path(_folders().name)
    kind = declared(stack).stack.kind
    faults = {role.removeprefix(f"{kind} "): one for role, one in scenario.faults.items()}
    options = ReplayOptions(agent=scenario.agent, stack=stack, out=out, faults=faults)
    if scenario.recording is not None:
        return Held(scenario, replay(RECORDINGS / scenario.recording, options))
    nobody = out / "nobody.wav"
    with wave.open(str(nobody), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE * _LONG_SILENCE))
    return Held(scenario, replay(nobody, options))


@cache
def _folders() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="conformance-")
