"""Speech as Cartesia sends it: in pieces, faster than it is spoken, each with its words."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.emulators.encodings import encoded
from callwright.emulators.parts import Speech, TimedWord, Voice

# The provider makes speech so much faster than it is spoken.
_FASTER = 5.0
_CHUNK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of sound that is due, encoded, and the words that begin in it or before the next."""

    sound: bytes
    words: tuple[TimedWord, ...]
    seconds: float
    took: float

    def chunk(self) -> dict[str, Any]:
        """The event that carries the sound."""
        return {
            "type": "chunk",
            "data": base64.b64encode(self.sound).decode(),
            "done": False,
            "status_code": 206,
            "step_time": round(self.took * 1000, 3),
        }


def timestamps(words: Sequence[TimedWord], after: float) -> dict[str, Any]:
    """The event that says when words are spoken.

    Args:
        words: With their times from the start of their text.
        after: Seconds of sound that were made in the context before that text.
    """
    return {
        "type": "timestamps",
        "done": False,
        "status_code": 206,
        "word_timestamps": {
            "words": [word.text for word in words],
            "start": [round(after + word.start, 3) for word in words],
            "end": [round(after + word.end, 3) for word in words],
        },
    }


class Speaker:
    """Speaks for one context or request, at the provider's pace.

    Args:
        voice: What it sounds like.
        first_byte: Seconds until the first sound of a text that was not waited for.
    """

    def __init__(self, voice: Voice, first_byte: float) -> None:
        self._voice = voice
        self._first_byte = first_byte
        self._free_at = 0.0

    async def say(self, text: str, rate: int, encoding: Any) -> AsyncGenerator[Piece]:
        """Speak a text piece by piece, each when it is due.

        A text that comes while the one before it is being made follows without a pause.
        """
        loop = asyncio.get_running_loop()
        due = self._free_at
        if loop.time() > due:
            due = loop.time() + self._first_byte
        before = loop.time()
        for speech in self._cut(text, rate):
            await asyncio.sleep(max(0.0, due - loop.time()))
            seconds = len(speech.pcm) / 2 / rate
            now = loop.time()
            sound = encoded(speech.pcm, encoding)
            yield Piece(sound, speech.words, seconds, max(0.0, now - before))
            before, due = now, due + seconds / _FASTER
            self._free_at = due

    def _cut(self, text: str, rate: int) -> list[Speech]:
        """The speech in pieces of a tenth of a second."""
        size = round(_CHUNK_SECONDS * rate) * 2
        pieces: list[Speech] = []
        for speech in self._voice.speak(text, rate):
            words = speech.words
            for start in range(0, len(speech.pcm), size):
                pieces.append(Speech(speech.pcm[start : start + size], words))
                words = ()
        return pieces
