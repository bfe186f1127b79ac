"""What is wrong with a scenario although its shape is right: here, or in Pipecat's own run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipecat.audio.dtmf.types import KeypadEntry

from callwright.declarations.errors import InputError, Problem, quoted
from callwright.declarations.places import Document, KeyPath
from callwright.declarations.scalars import kind_of
from callwright.lab.scenarios.services import unknown_services, wrong_voice
from callwright.lab.scenarios.shape import LONGEST_WAIT
from callwright.lab.sound import read_sound

_NOT_WITH_ABSENT = ("text_contains", "text_excludes", "eval", "calls", "name", "args", "marker")
_WITH_WORDS = (
    "user_transcription",
    "user_backchannel",
    "llm_response",
    "llm_marker",
    "tts_response",
    "response",
    "bot_backchannel",
)
_KEYS = frozenset(entry.value for entry in KeypadEntry)


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario as it stands in its file: where each of its keys comes from."""

    at: KeyPath
    where: dict[str, KeyPath]

    def get(self, document: Document, *path: str | int) -> Any:
        first, *rest = path
        found = self.where.get(str(first))
        return None if found is None else document.get((*found, *rest))


def simulated(document: Document) -> Iterator[Problem]:
    """Scenarios whose caller is played by a model: those are another command's."""
    entries = document.data.get("scenarios")
    holders: list[KeyPath] = [()]
    if isinstance(entries, list):
        holders += [("scenarios", index) for index in range(len(entries))]
    for holder in holders:
        found = document.get(holder)
        if isinstance(found, dict) and "persona" in found:
            what = "a caller that a language model plays is not available in this version"
            remedy = "write its turns, or make calls with `callwright simulate`"
            yield document.problem((*holder, "persona"), what, remedy=remedy, key=True)


def named_twice(document: Document, entries: list[Entry]) -> Iterator[Problem]:
    """Scenarios of a file that have the name of one before them."""
    names = set[Any]()
    for entry in entries:
        name = entry.get(document, "name")
        if name in names:
            what = f"another scenario of this file is called {quoted(name)}"
            yield document.problem(entry.where["name"], what, remedy="give it another name")
        names.add(name)


def wrong(document: Document, entry: Entry) -> Iterator[Problem]:
    """Everything that is wrong with one scenario, beyond its shape."""
    turns = entry.get(document, "turns")
    if not turns:
        what = "the scenario has no turns" if entry.at else "there are neither turns nor scenarios"
        yield document.problem(entry.at, what, remedy="add 'turns: …'")
        return
    yield from unknown_services(document, entry.where)
    yield from wrong_voice(document, entry.where)
    audio = entry.get(document, "user", "modality") == "audio"
    voice = entry.get(document, "user", "speech") is not None
    heard = entry.get(document, "judge", "modality") == "audio"
    if heard and entry.get(document, "judge", "transcription") is None:
        what = "with 'modality: audio' Pipecat's own run needs to be told what transcribes the bot"
        remedy = "add 'transcription: {service: moonshine}'"
        yield document.problem(entry.where["judge"], what, remedy=remedy, key=True)
    for index, turn in enumerate(turns):
        at = (*entry.where["turns"], index)
        yield from _wrong_turn(document, at, turn, audio=audio, voice=voice)
        yield from _wrong_start(document, at, turn, heard=heard)
        for number, one in enumerate(turn.get("expect", ())):
            yield from _wrong_expectation(document, (*at, "expect", number), one, heard=heard)


def _wrong_turn(
    document: Document, at: KeyPath, turn: dict[str, Any], *, audio: bool, voice: bool
) -> Iterator[Problem]:
    user, dtmf, sound = turn.get("user"), turn.get("dtmf"), turn.get("audio")
    if user is not None:
        yield from _wrong_words(document, (*at, "user"), user)
    if dtmf is not None:
        yield from _wrong_keys(document, (*at, "dtmf"), dtmf)
    if user is not None and dtmf is not None:
        what = "a turn either speaks or presses keys"
        yield document.problem((*at, "dtmf"), what, remedy="make two turns of it", key=True)
    if sound is not None:
        yield from _wrong_sound(document, (*at, "audio"), sound, user)
    if (sound is not None or isinstance(user, list)) and not audio:
        key = "audio" if sound is not None else "user"
        what = "sound and pauses need a caller who speaks"
        remedy = "add 'user: {modality: audio}' to the scenario"
        yield document.problem((*at, key), what, remedy=remedy, key=True)
    elif user is not None and sound is None and audio and not voice:
        what = "with 'modality: audio' Pipecat's own run needs a voice to say this"
        remedy = "add 'speech: {factory: callwright.lab.scenarios.voice.voice}' under 'user'"
        yield document.problem((*at, "user"), what, remedy=remedy, key=True)


def _wrong_start(
    document: Document, at: KeyPath, turn: dict[str, Any], *, heard: bool
) -> Iterator[Problem]:
    """What is wrong with when a turn goes out."""
    after = turn.get("send_after")
    if after is None:
        return
    if turn.get("user") is None and turn.get("dtmf") is None:
        what = "there is nothing to send in this turn"
        remedy = "add 'user' or 'dtmf', or delete 'send_after'"
        yield document.problem((*at, "send_after"), what, remedy=remedy, key=True)
    event = after.get("event")
    if event is None and not after.get("delay_ms"):
        what = "send_after waits for nothing"
        yield document.problem((*at, "send_after"), what, remedy="add 'event' or 'delay_ms'")
    if event in ("response", "tts_response") and not heard:
        what = f"in 'modality: text' Pipecat's own run never sends anything after a {event!r}"
        remedy = "use 'llm_response', or 'judge: {modality: audio, …}'"
        yield document.problem((*at, "send_after", "event"), what, remedy=remedy)


def _wrong_words(document: Document, at: KeyPath, user: Any) -> Iterator[Problem]:
    remedy = "write text, or a list of texts and 'pause_ms: …'"
    if isinstance(user, str) and user.strip():
        return
    if not isinstance(user, list) or not user:
        what = "user is empty" if not user else f"user should be text, not {kind_of(user)}"
        yield document.problem(at, what, remedy=remedy)
        return
    for index, part in enumerate(user):
        pause = part.get("pause_ms") if isinstance(part, dict) and len(part) == 1 else None
        whole = type(pause) is int and 0 < pause <= LONGEST_WAIT
        if not whole and not (isinstance(part, str) and part.strip()):
            what = f"a part of user should be text or a pause, not {kind_of(part)}"
            if isinstance(part, dict):
                what = f"a pause is 'pause_ms' and 1 to {LONGEST_WAIT} whole milliseconds"
            yield document.problem((*at, index), what, remedy=remedy)
    if not any(isinstance(part, str) for part in user):
        yield document.problem(at, "user has pauses, and no words", remedy=remedy)


def _wrong_keys(document: Document, at: KeyPath, dtmf: Any) -> Iterator[Problem]:
    keys = str(dtmf) if type(dtmf) in (str, int) else ""
    if not keys:
        what = f"dtmf should be text, not {kind_of(dtmf)}"
        yield document.problem(at, what, remedy="write the keys in quotes")
    elif wrong := [key for key in keys if key not in _KEYS]:
        what = f"there is no key {wrong[0]!r} on a telephone"
        yield document.problem(at, what, remedy="use 0 to 9, * and #")


def _wrong_sound(document: Document, at: KeyPath, sound: str, user: Any) -> Iterator[Problem]:
    if user is None:
        what = "audio needs its words beside it"
        yield document.problem(at, what, remedy="add 'user: …' with what is said", key=True)
    elif isinstance(user, list):
        what = "a recording has its own pauses"
        yield document.problem(at, what, remedy="write 'user' as one text", key=True)
    place = document.values[at]
    path = (place.path or document.path).parent / sound
    if (place.path or document.path).resolve() != document.path.resolve():
        path = document.path.parent / sound  # as Pipecat finds it
    try:
        read_sound(path)
    except InputError as error:
        yield document.problem(at, error.what, remedy=error.remedy)


def _wrong_expectation(
    document: Document, at: KeyPath, one: dict[str, Any], *, heard: bool
) -> Iterator[Problem]:
    event = one["event"]
    if one.get("absent"):
        for key in one.keys() & {*_NOT_WITH_ABSENT, "check_from"}:
            what = f"what is absent cannot have {key!r}"
            yield document.problem((*at, key), what, remedy="delete one of them", key=True)
    calls = one.keys() & {"calls", "name", "args"}
    if calls and event not in ("function_call", "function_call_stopped"):
        what = f"{event} is no function call"
        remedy = "use 'event: function_call', or delete it"
        yield document.problem((*at, min(calls)), what, remedy=remedy, key=True)
    listed: list[Any] = one.get("calls") or []
    for index, call in enumerate(listed):
        if not isinstance(call, str) and not _is_call(call):
            what = "a call is a name, or a mapping with 'name' and 'args'"
            yield document.problem((*at, "calls", index), what, remedy="change it")
    markers = one.keys() & {"marker", "marker_first", "markers", "text_after"}
    if markers and event != "llm_marker":
        what = f"{event} has no marker"
        remedy = "use 'event: llm_marker', or delete it"
        yield document.problem((*at, min(markers)), what, remedy=remedy, key=True)
    if one.get("eval") is not None and event == "function_call_stopped":
        what = "a call that has stopped holds nothing to judge"
        remedy = "put it on the 'function_call'"
        yield document.problem((*at, "eval"), what, remedy=remedy, key=True)
    words = one.keys() & {"text_contains", "text_excludes", "eval"}
    words -= {"eval"} if event.startswith("function_call") else set()
    if words and event not in _WITH_WORDS and not one.get("absent"):
        what = f"{event} has no words"
        remedy = "use 'response' or another event that has, or delete it"
        yield document.problem((*at, min(words)), what, remedy=remedy, key=True)
    if event == "tts_response" and not heard:
        what = "in 'modality: text' Pipecat's own run has no voice to report"
        remedy = "use 'llm_response', or 'judge: {modality: audio, …}'"
        yield document.problem((*at, "event"), what, remedy=remedy)


def _is_call(call: Any) -> bool:
    if not isinstance(call, dict):
        return False
    named = isinstance(call.get("name"), str) and isinstance(call.get("args", {}), dict)
    return named and call.keys() <= {"name", "args"}
