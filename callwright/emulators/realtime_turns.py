"""What a realtime session hears: the input buffer, whose turn it is, and the transcripts.

The listener decides what is speech, so ``threshold`` is only kept. Server VAD ends a turn after
``silence_duration_ms`` of quiet. Semantic VAD ends it sooner when the words sound finished, and at
the eagerness's longest wait otherwise.
"""

import asyncio
import math
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from callwright.emulators.parts import Hearing, TimedWord
from callwright.emulators.realtime_audio import Format, format_of
from callwright.emulators.realtime_checks import Refused
from callwright.emulators.realtime_config import EAGERNESS_SECONDS, LOGPROBS, Config
from callwright.emulators.realtime_items import Conversation, Item
from callwright.emulators.realtime_usage import audio_tokens
from callwright.emulators.standin import Scene
from callwright.emulators.tokens import tokens

# The ear takes sound in steps of this length, however much a client appends at once.
STEP_SECONDS = 0.02
MIN_COMMIT_SECONDS = 0.1
# Longer than any onset that a client sends again.
RECENT_SECONDS = 5.0
_UNFINISHED = {"a", "an", "and", "but", "er", "hmm", "my", "or", "so", "the", "uh", "uhm", "um"}


class Floor(Protocol):
    """What the ears need of their session."""

    config: Config
    conversation: Conversation

    def emit(self, name: str, fields: Mapping[str, Any] | None = None) -> None:
        """Send an event."""
        ...

    def new_id(self, kind: str) -> str:
        """Make an id."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the session, as long as it lasts."""
        ...

    def caller_began(self) -> None:
        """The caller began to speak."""
        ...

    def caller_ended(self, *, answer: bool) -> None:
        """The caller's turn is over and in the conversation."""
        ...


class Turns:
    """The ears of one session.

    Args:
        floor: The session.
        scene: How it listens, and how late transcripts come.
        transcribes: Whether transcriptions succeed.
    """

    def __init__(self, floor: Floor, scene: Scene, *, transcribes: bool = True) -> None:
        self.position = 0.0
        self._floor = floor
        self._scene = scene
        self._transcribes = transcribes
        self._listener = scene.listen() if scene.listen else None
        self._buffer = bytearray()
        self._recent = bytearray()
        self._cleared = False
        self._item_id: str | None = None
        self._wire = format_of(floor.config["audio"]["input"])
        self._to_ear = self._wire.to_ear()

    @property
    def hears_speech(self) -> bool:
        """Whether the caller has the floor."""
        return self._item_id is not None

    def set_format(self, wire: Format) -> None:
        """Follow the session's input format; another one begins with an empty buffer."""
        if wire.name != self._wire.name:
            self._wire = wire
            self._to_ear = wire.to_ear()
            self._buffer.clear()
            self._recent.clear()

    def append(self, data: bytes) -> None:
        """Take the next sound, in the session's input format."""
        if self._cleared and self._heard_again(data):
            self._buffer.extend(data)
            return
        self._recent.extend(data)
        del self._recent[: -self._wire.size(RECENT_SECONDS)]
        step = self._wire.size(STEP_SECONDS)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            self._buffer.extend(piece)
            self.position += self._wire.seconds(len(piece))
            if self._listener is not None:
                pcm = self._to_ear.feed(self._wire.decode(piece))
                self._judge(self._listener.hear(pcm))

    def commit(self) -> None:
        """Make an item of the buffer, as the client asks.

        Raises:
            Refused: There is too little of it.
        """
        seconds = self._wire.seconds(len(self._buffer))
        if seconds < MIN_COMMIT_SECONDS:
            raise Refused(
                "Error committing input audio buffer: buffer too small. Expected at least "
                f"{1000 * MIN_COMMIT_SECONDS:.0f}ms of audio, but buffer only has "
                f"{1000 * seconds:.2f}ms of audio.",
                "input_audio_buffer_commit_empty",
            )
        self._commit()

    def clear(self) -> None:
        """Forget the buffer and what was heard in it."""
        self._buffer.clear()
        self._item_id = None
        self._cleared = True
        self._floor.emit("input_audio_buffer.cleared")

    def time_out(self, seconds: float) -> None:
        """Commit the silence that has lasted so long; the session answers it."""
        self._item_id = self._floor.new_id("item")
        end = round(1000 * self.position)
        fields = {"audio_start_ms": max(0, end - round(1000 * seconds)), "audio_end_ms": end}
        self._floor.emit(
            "input_audio_buffer.timeout_triggered", {**fields, "item_id": self._item_id}
        )
        self._commit()

    def _heard_again(self, data: bytes) -> bool:
        """Whether the first sound after a clear is the last before it; else forget that one.

        Clients that detect turns themselves clear the buffer once they notice speech, and send its
        onset again: it is the same utterance, and the ear has heard it.
        """
        self._cleared = False
        if any(data) and self._recent.endswith(data):
            return True
        if self._listener is not None:
            self._listener.finish()
        return False

    def _judge(self, hearing: Hearing) -> None:
        """Begin or end the caller's turn by what is heard, when the session detects turns."""
        turns = self._floor.config["audio"]["input"]["turn_detection"]
        if turns is None:
            return
        if self._item_id is None:
            if hearing.speaking:
                self._begin(turns, hearing)
            else:
                padding = self._wire.size(turns.get("prefix_padding_ms", 300) / 1000)
                del self._buffer[: max(0, len(self._buffer) - padding)]
        elif not hearing.speaking and hearing.quiet_since is not None:
            wait = _patience(turns, hearing.words)
            # Half a step of tolerance: positions are sums of steps.
            if self.position - hearing.quiet_since >= wait - STEP_SECONDS / 2:
                self._end(turns)

    def _begin(self, turns: Config, hearing: Hearing) -> None:
        self._item_id = self._floor.new_id("item")
        began = self.position if hearing.began is None else hearing.began
        start = max(0, round(1000 * began) - turns.get("prefix_padding_ms", 300))
        self._floor.emit(
            "input_audio_buffer.speech_started",
            {"audio_start_ms": start, "item_id": self._item_id},
        )
        self._floor.caller_began()

    def _end(self, turns: Config) -> None:
        self._floor.emit(
            "input_audio_buffer.speech_stopped",
            {"audio_end_ms": round(1000 * self.position), "item_id": self._item_id},
        )
        self._commit()
        self._floor.caller_ended(answer=turns["create_response"])

    def _commit(self) -> None:
        words = self._listener.finish() if self._listener is not None else ()
        item = Item(
            self._item_id or self._floor.new_id("item"),
            part="input_audio",
            text=" ".join(word.text for word in words),
            shown=False,
            audio=self._buffer,
            seconds=self._wire.seconds(len(self._buffer)),
            words=list(words),
            wire=self._wire,
        )
        self._buffer, self._item_id = bytearray(), None
        before = {"previous_item_id": self._floor.conversation.add(item)}
        self._floor.emit("input_audio_buffer.committed", {**before, "item_id": item.id})
        self._floor.emit("conversation.item.added", {**before, "item": item.shape()})
        self._floor.emit("conversation.item.done", {**before, "item": item.shape()})
        asked = self._floor.config["audio"]["input"]["transcription"]
        if asked is not None:
            self._floor.spawn(self._transcribe(item, words, asked))

    async def _transcribe(self, item: Item, words: Sequence[TimedWord], asked: Config) -> None:
        place = {"item_id": item.id, "content_index": 0}
        name = "conversation.item.input_audio_transcription"
        await asyncio.sleep(self._scene.final_after)
        if not self._transcribes:
            error = {
                "type": "transcription_error",
                "code": "audio_unintelligible",
                "message": "The audio could not be transcribed.",
                "param": None,
            }
            self._floor.emit(f"{name}.failed", {**place, "error": error})
            return
        whole = asked.get("model", "").startswith("whisper")
        probable = _logprobs if LOGPROBS in (self._floor.config["include"] or ()) else _none
        deltas = (
            [item.text] if whole else [f" {w.text}" if i else w.text for i, w in enumerate(words)]
        )
        for index, delta in enumerate(filter(None, deltas)):
            fields = {} if whole else probable(words[index : index + 1])
            self._floor.emit(f"{name}.delta", {**place, "delta": delta, **fields})
        item.shown = True
        fields = {"transcript": item.text, "usage": _usage(item, whole=whole)}
        self._floor.emit(
            f"{name}.completed", {**place, **fields, **({} if whole else probable(words))}
        )


def _patience(turns: Config, words: Sequence[TimedWord]) -> float:
    """Seconds of quiet that end a turn."""
    if turns["type"] == "server_vad":
        return turns["silence_duration_ms"] / 1000
    short, long = EAGERNESS_SECONDS[turns["eagerness"]]
    last = words[-1].text if words else ""
    unfinished = last.endswith((",", "-", "...", "…")) or last.lower().strip(".,") in _UNFINISHED
    return long if unfinished else short


def _none(words: Sequence[TimedWord]) -> Mapping[str, Any]:
    return {}


def _logprobs(words: Sequence[TimedWord]) -> Mapping[str, Any]:
    return {
        "logprobs": [
            {
                "token": word.text,
                "logprob": round(math.log(max(word.confidence, 1e-6)), 6),
                "bytes": list(word.text.encode()),
            }
            for word in words
        ]
    }


def _usage(item: Item, *, whole: bool) -> Mapping[str, Any]:
    """What a transcription is billed by: seconds for whisper, tokens for the others."""
    if whole:
        return {"type": "duration", "seconds": round(item.seconds, 2)}
    heard, said = audio_tokens(item.seconds, heard=True), tokens(item.text)
    return {
        "type": "tokens",
        "total_tokens": heard + said,
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": said,
    }
