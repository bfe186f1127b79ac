"""What a response says, piece by piece: its sound in chunks, with the words that begin in each."""

from collections.abc import Iterator
from dataclasses import dataclass

from callwright.emulators.parts import TimedWord, Voice, pieces
from callwright.emulators.realtime_audio import Format

CHUNK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of an answer.

    Args:
        audio: Its sound in the wire's format.
        seconds: How long that sounds.
        words: The words of the text that begin in it, timed in seconds of the whole sound.
    """

    audio: bytes
    seconds: float
    words: tuple[TimedWord, ...]


def speech(voice: Voice | None, text: str, wire: Format) -> Iterator[Chunk]:
    """Speak a text, all of it before the first chunk; without a voice it is soundless.

    The words are the text's own, so that the transcript says what the model wrote; their times are
    those of the words the voice spoke.
    """
    spoken = list(voice.speak(text, wire.rate)) if voice else []
    pcm = b"".join(piece.pcm for piece in spoken)
    total = len(pcm) / (2 * wire.rate)
    words = timed(text, [word for piece in spoken for word in piece.words], total)
    step = 2 * int(CHUNK_SECONDS * wire.rate)
    for start in range(0, max(len(pcm), 1), step):
        piece = pcm[start : start + step]
        begin, end = start / (2 * wire.rate), (start + step) / (2 * wire.rate)
        last = start + step >= len(pcm)
        fresh = tuple(w for w in words if w.start >= begin and (w.start < end or last))
        yield Chunk(wire.encode(piece), len(piece) / (2 * wire.rate), fresh)


def timed(text: str, spoken: list[TimedWord], total: float) -> list[TimedWord]:
    """The words of a text with the times of the words that were spoken.

    Where a voice says one word as several or several as one, those in between share the time.

    Args:
        text: What was to be said.
        spoken: The words the voice names, in their order.
        total: Seconds of the whole sound.
    """
    written = [piece.strip() for piece in pieces(text)]
    starts = [word.start for word in spoken] or [0.0]
    ends = [word.end for word in spoken] or [total]
    known = len(starts)
    edges: list[float] = []
    for index in range(len(written)):
        place = index * known / len(written)
        left = int(place)
        edges.append(starts[left] + (place - left) * (ends[left] - starts[left]))
    edges.append(ends[-1])
    fits = len(spoken) == len(written)
    return [
        TimedWord(word, edges[i], ends[i] if fits else edges[i + 1])
        for i, word in enumerate(written)
    ]
