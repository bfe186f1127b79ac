"""Features of a barge-in: the bot falls silent, its providers are told, its words end with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from callwright.calls import events as ev
from callwright.lab.conformance.calls import Held
from callwright.lab.conformance.played import Piece
from callwright.lab.conformance.story import plain
from callwright.lab.conformance.verdict import KEPT, Verdict, absent, limited, verdict

# From the caller's first sound to the bot's last one; 0.2 s of it are the VAD's.
_SOON = 0.5

# How far a provider may be told a position that is not the one that was heard, milliseconds.
_NEAR_MS = 60


@dataclass(frozen=True, slots=True)
class Cut:
    """One time that the caller cut the bot off.

    Args:
        began: When the caller began to speak, seconds.
        at: When the bot was stopped.
        stopped: Its last audible sample.
        said: Its words of that turn, as the record keeps them.
        by_rules: Whether they were the rules' own, and not a model's.
        pieces: What its voice said in that turn.
    """

    began: float
    at: float
    stopped: float
    said: list[str]
    by_rules: bool
    pieces: tuple[Piece, ...]


def cuts(held: Held) -> list[Cut]:
    """Every barge-in of a call."""
    return [_cut(held, event.at) for event in held.of(ev.Interrupted)]


def falls_silent(held: Held) -> Verdict:
    """Soon after the caller's first sound."""
    found = cuts(held)
    if len(found) != 2:
        return verdict([f"{len(found)} barge-ins"])
    late = [cut.stopped - cut.began for cut in found if cut.stopped - cut.began > _SOON]
    return verdict([f"{seconds:.2f} s" for seconds in late])


def keeps_what_was_heard(held: Held) -> Verdict:
    """Every word that sounded to its end is kept, and none that had not begun."""
    problems: list[str] = []
    messages = [plain(text) for role, text in held.context if role == "assistant"]
    for cut in cuts(held):
        spoken = [word for piece in cut.pieces for word in plain(piece.text)]
        least = sum(len(_words(piece, piece.whole_words())) for piece in cut.pieces)
        most = sum(len(_words(piece, piece.begun_words())) for piece in cut.pieces)
        if cut.said != spoken[: len(cut.said)] or not least <= len(cut.said) <= most:
            problems.append(f"{cut.said} for {spoken[:least]} to {spoken[:most]}")
        if cut.said not in messages:
            problems.append(f"the context does not hold {cut.said}")
    if problems or held.kind != "s2s":
        return verdict(problems)
    return limited("the protocol has no times of words: where it ends is judged by the sound")


def provider_told(held: Held) -> Verdict:
    """By the protocol of each provider that was at work."""
    if not held.call.scenes:
        return absent("no provider: everything runs in this process")
    problems: list[str] = []
    for role in held.call.scenes:
        told = _TOLD.get(role)
        if told is not None:
            problems += told(held)
    return verdict(problems) if problems else KEPT


def _cut(held: Held, at: float) -> Cut:
    # A provider that makes the turns may hear speech before our VAD is sure of it.
    began = min(
        (event.since for event in held.of(ev.SpeechStarted)), key=lambda since: abs(since - at)
    )
    silent = next(event.since for event in held.of(ev.BotSilent) if event.at > at)
    said = next((event for event in held.of(ev.Said) if event.at >= at), ev.Said(text=""))
    turn = max(event.at for event in held.of(ev.BotAudible) if event.at <= at)
    # A piece begins with a little silence.
    pieces = (piece for piece in held.pieces if turn - 0.1 <= piece.begin <= silent)
    return Cut(began, at, silent, plain(said.text), said.by == "rules", tuple(pieces))


def _words(piece: Piece, number: int) -> list[str]:
    return plain(" ".join(word.text for word in piece.words[:number]))


def _tts_told(held: Held) -> list[str]:
    cancelled = [one for one in held.received("tts") if one.get("cancel")]
    return [] if cancelled else ["the voice was not told to stop"]


def _llm_told(held: Held) -> list[str]:
    return [] if held.call.scenes["llm"].broken_off else ["the model's answer was not broken off"]


def _s2s_told(held: Held) -> list[str]:
    sent = held.received("s2s")
    found = cuts(held)
    cancels = _of_type(sent, "response.cancel")
    problems = [] if len(cancels) >= len(found) else [f"{len(cancels)} cancels"]
    return problems + (
        _written(held, sent) if held.kind == "half-cascade" else _cut_off(found, sent)
    )


def _cut_off(found: list[Cut], sent: list[dict[str, Any]]) -> list[str]:
    """A model that speaks is told how many milliseconds of it were heard.

    Of the words that the rules had said in another voice it is told what was heard.
    """
    given = _given(sent)
    found = [cut for cut in found if not (cut.by_rules and cut.said in given)]
    told = [one["audio_end_ms"] for one in _of_type(sent, "conversation.item.truncate")]
    heard = [1000 * (cut.at - cut.pieces[-1].begin) for cut in found]
    near = len(told) == len(heard) and all(
        abs(one - other) <= _NEAR_MS for one, other in zip(told, heard, strict=True)
    )
    return [] if near else [f"told {told} ms of {[round(one) for one in heard]} ms"]


def _written(held: Held, sent: list[dict[str, Any]]) -> list[str]:
    """A model that writes is given its answers again as they were heard."""
    kept = _given(sent)
    deleted = _of_type(sent, "conversation.item.delete")
    found = cuts(held)
    written = [cut for cut in found if not cut.by_rules]
    if len(deleted) == len(written) and kept == [cut.said for cut in found]:
        return []
    return [f"{len(deleted)} answers taken back, {kept} put in their place"]


def _given(sent: Iterable[dict[str, Any]]) -> list[list[str]]:
    """The words that a model was told it had said."""
    return [
        plain(one["item"]["content"][0]["text"])
        for one in _of_type(sent, "conversation.item.create")
        if one["item"].get("role") == "assistant"
    ]


def _of_type(sent: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in sent if one.get("type") == kind]


_TOLD = {"tts": _tts_told, "llm": _llm_told, "s2s": _s2s_told}
