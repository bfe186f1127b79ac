"""A recorded call as something that can call again: whose voice, which turns, when each is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from callwright.calls import events as ev
from callwright.calls.folder import (
    CALL_YAML,
    CALLER_YAML,
    USER_WAV,
    CallFolderError,
    read_call,
)
from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, InputError, Problem
from callwright.declarations.shape import Strict, fit
from callwright.lab.models import Model
from callwright.lab.segments import speech_segments
from callwright.lab.sound import RATE, Samples, read_sound

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]

# Far longer than anybody holds the line: a mistyped number and no wish.
_LONGEST_PAUSE = 600.0

# By so much, seconds, times that were rounded or taken generously may pass the end of the sound, or
# reach into the turn before.
_ROUNDED = 0.5

# How long a caller lets the bot's last word stand before speaking, when nothing else is said.
USUAL_PAUSE = 0.6


class CallerTurn(Strict):
    """One turn of `caller.yaml`.

    Args:
        begin: Where it begins in `user.wav`, seconds.
        end: Where it ends, seconds.
        says: Its words.
        after: What it waits for: the bot's last word, or the bot's first (barge-in).
        pause: Seconds it waits after that.
    """

    begin: Seconds = Field(alias="from")
    end: Seconds = Field(alias="to")
    says: str = ""
    after: Literal["bot", "start"] = "bot"
    pause: Seconds = Field(default=USUAL_PAUSE, le=_LONGEST_PAUSE)

    @model_validator(mode="after")
    def _forwards(self) -> "CallerTurn":
        if self.end <= self.begin:
            raise ValueError(f"it ends at {self.end:g} s, before it begins at {self.begin:g} s")
        return self


class CallerNotes(Strict):
    """A whole `caller.yaml`.

    Args:
        caller: What the record calls the recording.
        agent: Who is called.
        model: Who thinks for the stand-in of a model that the agent's stack has.
        voice: Whose voice it is, for readers.
        turns: What the caller says.
    """

    caller: str
    agent: str | None = None
    model: Model = "scripted"
    voice: str = ""
    turns: list[CallerTurn]

    @field_validator("turns")
    @classmethod
    def _some(cls, turns: list[CallerTurn]) -> list[CallerTurn]:
        if not turns:
            raise ValueError("there is no turn in it; add one: - {from: 0.5, to: 2.0, says: WORDS}")
        return turns


@dataclass(frozen=True, slots=True)
class Recording:
    """A caller's side of a call.

    Args:
        name: What the record calls it.
        samples: The caller's sound, 16-bit mono at 16 kHz.
        turns: When the caller speaks, in the order of speaking.
        agent: The agent that was called, where that is known.
        notice: What a user should know about it before it calls; empty when all is well.
        began: When the call was made, seconds since 1970 UTC, where that is known: a caller's
            "tomorrow" is the day after.
        stack: The stack it was made on, where that is known.
        model: Who thinks for the stand-in of a model.
    """

    name: str
    samples: Samples
    turns: tuple[CallerTurn, ...]
    agent: str | None = None
    notice: str = ""
    began: float | None = None
    stack: str | None = None
    model: Model = "scripted"

    def sound(self, turn: CallerTurn) -> Samples:
        """The samples of one turn."""
        return self.samples[round(turn.begin * RATE) : round(turn.end * RATE)]


def read_recording(path: Path) -> Recording:
    """Read a WAV file or a call folder.

    Raises:
        InputError: It is neither, or it is broken; says what and what to do.
    """
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder", "check the path")
    if path.is_dir():
        return _from_folder(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        raise InputError(
            f"{path}: a scenario has no sound of its own",
            "run it with `callwright replay`, or give a call folder or a WAV file",
        )
    samples = read_sound(path)
    turns = [
        CallerTurn.model_validate({"from": begin, "to": end})
        for begin, end in speech_segments(samples)
    ]
    notice = "" if turns else f"{path}: no speech was found in it, so its caller says nothing"
    return Recording(path.stem, samples, tuple(turns), notice=notice)


def _from_folder(path: Path) -> Recording:
    notes = path / CALLER_YAML
    if notes.is_file():
        return _noted(path, notes)
    if not (path / CALL_YAML).is_file():
        raise InputError(
            f"{path}: neither {CALL_YAML} nor {CALLER_YAML} in it, so it is not a call",
            "give a folder that a call wrote, a recording, or a WAV file",
        )
    try:
        record = read_call(path)
    except CallFolderError as error:
        raise InputError(str(error)) from None
    agent, stack = (_name(record.meta.get(kind)) for kind in ("agent", "stack"))
    notice = f"{path}: {record.cut_off}; replaying what is there" if record.cut_off else ""
    turns = _turns_of(record.events)
    samples, began = read_sound(path / USER_WAV), _began(record.meta.get("started"))
    return Recording(path.name, samples, turns, agent, notice, began, stack)


def _name(named: Any) -> str | None:
    return named.get("name") if isinstance(named, dict) else None


def _began(started: object) -> float | None:
    try:
        return datetime.fromisoformat(str(started)).timestamp()
    except ValueError:
        return None


def _noted(path: Path, notes: Path) -> Recording:
    document = places.read(notes, "'caller: NAME'")
    caller, problems = fit(CallerNotes, document)
    if caller is None or problems:
        raise DeclarationError(problems)
    samples = read_sound(path / USER_WAV)
    if problems := list(_impossible(caller.turns, len(samples) / RATE, document)):
        raise DeclarationError(problems)
    turns = tuple(caller.turns)
    return Recording(caller.caller, samples, turns, caller.agent, model=caller.model)


def _impossible(
    turns: list[CallerTurn], seconds: float, document: places.Document
) -> Iterator[Problem]:
    """Yield the times that cannot be: past the end of the sound, or within the turn before."""
    for index, turn in enumerate(turns):
        at, number = ("turns", index), index + 1
        past = f"after the end of {USER_WAV}, at {seconds:g} s"
        remedy = "mend its times, or restore the sound"
        if turn.begin >= seconds:
            what = f"turn {number} begins at {turn.begin:g} s, {past}"
            yield document.problem((*at, "from"), what, remedy=remedy)
        elif turn.end > seconds + _ROUNDED:
            what = f"turn {number} ends at {turn.end:g} s, {past}"
            yield document.problem((*at, "to"), what, remedy=remedy)
        before = turns[index - 1] if index else None
        if before is not None and turn.begin < before.end - _ROUNDED:
            what = f"turn {number} begins at {turn.begin:g} s, before turn {number - 1} ends"
            remedy = f"let it begin at {before.end:g} s or later"
            yield document.problem((*at, "from"), what, remedy=remedy)


def _turns_of(events: list[ev.Event]) -> tuple[CallerTurn, ...]:
    """The caller's turns of a call of ours, with a little sound around each."""
    turns: list[CallerTurn] = []
    begin: float | None = None
    end = 0.0
    for event in events:
        if isinstance(event, ev.SpeechStarted) and begin is None:
            begin = max(0.0, event.since - 0.3)
        elif isinstance(event, ev.SpeechStopped):
            end = event.since + 0.2
        elif isinstance(event, ev.TurnEnded) and begin is not None:
            turns.append(CallerTurn.model_validate({"from": begin, "to": max(end, begin + 0.1)}))
            begin = None
    return tuple(turns)
