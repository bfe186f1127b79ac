"""What a stand-in on the command line plays: a script, and this machine's engines for the rest."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.plan import language_request, plan_of
from callwright.declarations.agent import Agent
from callwright.declarations.errors import InputError
from callwright.declarations.load import load
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.listeners import LocalListener
from callwright.emulators.parts import Listener, Mind, Voice
from callwright.emulators.reference import Reference, ReferenceListener
from callwright.emulators.script import Script
from callwright.emulators.standin import Scene
from callwright.emulators.voices import LocalVoice
from callwright.engines.language import build
from callwright.lab.recording import read_recording
from callwright.lab.sound import RATE
from callwright.lab.standins import reference_of

# What a script may say that concerns a role; the rest of it concerns every one.
_EARS = frozenset({"heard", "recording", "mistakes"})
_CONCERNS = {
    "stt": _EARS | {"agent"},
    "llm": frozenset({"answers", "agent"}),
    "tts": frozenset[str](),
    "s2s": _EARS | {"answers", "agent"},
}
_ANY = frozenset({"seed", "key", "latencies", "faults"})


class _Unkept(list[Mapping[str, Any]]):
    """Keeps nothing: nobody reads here what was received, however long this runs."""

    def append(self, _: Mapping[str, Any], /) -> None:
        pass


def scene_of(role: str, script: Script, folder: Path) -> tuple[Scene, list[str]]:
    """The scene of a stand-in, ready to play, and the script's keys that do not concern it.

    Args:
        role: What its service does: stt, llm, tts or s2s.
        script: What is scripted.
        folder: Where the script's own paths begin.

    Raises:
        InputError: An agent, a recording or an engine is missing.
    """
    listen, mind, voice = None, None, None
    if role != "tts":
        agent = load(_agent(script, folder), need_keys=False).agent
        listen = _ears(script, folder, agent) if role != "llm" else None
        mind = _mind(script, agent) if role != "stt" else None
    if role in ("tts", "s2s"):
        voice = _voice()
    scene = script.scene(listen, mind, voice)
    scene.received = _Unkept()
    return scene, sorted(script.model_fields_set - _ANY - _CONCERNS[role])


def _agent(script: Script, folder: Path) -> str | None:
    """A name as it stands; a path as the script means it."""
    is_path = script.agent and (len(Path(script.agent).parts) > 1 or script.agent.endswith(".yaml"))
    return str(folder / script.agent) if script.agent and is_path else script.agent


def _mind(script: Script, agent: Agent) -> Mind:
    today = datetime.fromtimestamp(time.time(), UTC).date()
    return script.mind() or DialogueMind(plan_of(agent), today)


def _voice() -> Voice:
    voice = LocalVoice()
    with _installed():
        list(voice.speak("ready", RATE))
    return voice


def _ears(script: Script, folder: Path, agent: Agent) -> Callable[[], Listener]:
    scripted = script.listen()
    if scripted is not None:
        return scripted
    with _installed():
        models = build(language_request(agent))
        LocalListener(models)

    def recognised() -> Listener:
        return LocalListener(models)

    if script.recording is None:
        return recognised
    reference, mistakes = _reference(folder / script.recording), script.mishearing()
    return lambda: ReferenceListener(reference, mistakes, fallback=recognised)


@contextmanager
def _installed() -> Generator[None]:
    """Say which extra is missing where an engine of this machine is not there."""
    try:
        yield
    except RuntimeError as error:
        raise InputError(str(error)) from None


def _reference(path: Path) -> Reference:
    reference = reference_of(read_recording(path))
    if reference is None:
        raise InputError(
            f"{path}: nobody has written down what is said in it",
            "name a call folder whose caller.yaml says it, or leave 'recording' out",
        )
    return reference
