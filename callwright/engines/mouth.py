"""Speech on this machine: text in, sound out in small chunks, with the time of every word."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from callwright.engines import espeak

_CHUNK_SAMPLES = espeak.SAMPLE_RATE * 40 // 1000
_LEAD_SAMPLES = espeak.SAMPLE_RATE * 5 // 1000
_FADE_SAMPLES = espeak.SAMPLE_RATE * 4 // 1000
_TAIL_SAMPLES = espeak.SAMPLE_RATE * 60 // 1000
_SILENCE_LEVEL = 120
_SENTENCE_PAUSE = espeak.SAMPLE_RATE * 320 // 1000
_CLAUSE_PAUSE = espeak.SAMPLE_RATE * 160 // 1000
_WORD_PAUSE = espeak.SAMPLE_RATE * 30 // 1000

# About seven seconds of speech, which take about seven milliseconds to make.
_PIECE_WEIGHT = 110

# Marks that structure a text but are not said; an underscore is one unless it stands in a word.
_MARKUP = re.compile(r"[<>\[\]{}|\\^~*#`]|(?<![^\W_])_|_(?![^\W_])")
_TITLE = "".join(
    rf"(?<!\b{title})" for title in ("Mr", "Ms", "Dr", "St", "Sr", "Jr", "Mrs", "[A-Z]")
)
_SENTENCE = re.compile(rf".+?(?:{_TITLE}[.!?…]+[\"'”’)]*(?=\s)|\n|$)", re.DOTALL)
_CLAUSE = re.compile(r".+?(?:[,;:—–]+(?=\s)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was spoken.

    Args:
        text: The word as it stands in the text.
        start_seconds: When it begins, counted from the first sample of the utterance.
    """

    text: str
    start_seconds: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """A chunk of speech: 16-bit mono samples, and the words that begin within it."""

    pcm: bytes
    words: tuple[Word, ...]


def voice_of(language: str) -> str:
    """The voice of this machine for a language (ISO 639)."""
    return "en-us" if language == "en" else language


class Mouth:
    """A voice of espeak-ng that speaks piece by piece.

    Nothing is synthesised before it is asked for, so a listener who stops iterating stops the
    work. Any number of mouths may speak at once; the engine takes them in turn.

    Args:
        voice: A language of espeak-ng (``en-us``, ``es``), with a variant if wanted (``en-us+f3``).
        rate_wpm: Words a minute, 80 to 450.
        pitch: 0 to 99; 50 is the voice's own.

    Raises:
        ValueError: The rate or the pitch is out of range.
        VoiceUnavailable: espeak-ng is not installed or has no such voice.
    """

    SAMPLE_RATE: ClassVar[int] = espeak.SAMPLE_RATE

    def __init__(self, voice: str = "en-us", rate_wpm: int = 165, pitch: int = 50) -> None:
        if not 80 <= rate_wpm <= 450:
            raise ValueError(f"rate_wpm is {rate_wpm}; it must lie between 80 and 450")
        if not 0 <= pitch <= 99:
            raise ValueError(f"pitch is {pitch}; it must lie between 0 and 99")
        self._voice = espeak.Voice(voice, rate_wpm, pitch)
        espeak.require(self._voice)

    def speak(self, text: str) -> Iterator[Spoken]:
        """Speak the text in chunks of at most 40 ms.

        Markup is dropped; a text without a letter or a digit yields nothing. Every step but the
        first of a sentence takes microseconds, that one about 2 ms and 1 ms a second of speech.
        """
        spoken = 0
        pieces = _pieces(_sayable(text))
        for index, piece in enumerate(pieces):
            sound, words = _trimmed(piece, espeak.synthesise(piece, self._voice))
            if index + 1 < len(pieces):
                sound = np.concatenate([sound, np.zeros(_pause_after(piece), np.int16)])
            yield from _chunks(sound, words, spoken)
            spoken += len(sound)


def _chunks(sound: np.ndarray, words: list[tuple[str, int]], offset: int) -> Iterator[Spoken]:
    for start in range(0, len(sound), _CHUNK_SAMPLES):
        end = start + _CHUNK_SAMPLES
        begun = tuple(
            Word(text, (offset + at) / espeak.SAMPLE_RATE)
            for text, at in words
            if start <= at < end
        )
        yield Spoken(sound[start:end].astype("<i2").tobytes(), begun)


def _trimmed(text: str, piece: espeak.Piece) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """The samples without the silence around them, and each word with the sample it begins at."""
    sound = np.frombuffer(piece.pcm, "<i2")
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > _SILENCE_LEVEL)
    if not len(loud):
        return np.zeros(0, np.int16), []
    first = max(0, int(loud[0]) - _LEAD_SAMPLES)
    last = min(len(sound), int(loud[-1]) + _TAIL_SAMPLES)
    words: list[tuple[str, int]] = []
    for position, length, sample in piece.words:
        word = text[position : position + length].strip(" \t\n\"'.,;:!?()")
        if word:
            words.append((word, min(max(sample - first, 0), last - first - 1)))
    cut = sound[first:last].astype(np.float32)
    # espeak-ng stops on the last sample of a final "s", which clicks.
    cut[-_FADE_SAMPLES:] *= np.linspace(1.0, 0.0, len(cut[-_FADE_SAMPLES:]), dtype=np.float32)
    return cut.astype(np.int16), words


def _pause_after(piece: str) -> int:
    end = piece.rstrip("\"'”’) ")[-1:]
    if end in ".!?…":
        return _SENTENCE_PAUSE
    return _CLAUSE_PAUSE if end in ",;:—–" else _WORD_PAUSE


def _sayable(text: str) -> str:
    """The text without markup and without characters that nobody says."""
    kept = "".join(
        character
        for character in _MARKUP.sub(" ", text)
        if character.isspace() or not unicodedata.category(character).startswith("C")
    )
    return kept if any(character.isalnum() for character in kept) else ""


def _pieces(text: str) -> list[str]:
    """Sentences; those too long to be made in one go are cut at clauses, at words, anywhere."""
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        parts = [sentence]
        if _weight(sentence) > _PIECE_WEIGHT:
            parts = _packed(
                [fragment for clause in _CLAUSE.findall(sentence) for fragment in _words(clause)]
            )
        pieces += [" ".join(part.split()) for part in parts]
    return [piece for piece in pieces if any(character.isalnum() for character in piece)]


def _words(clause: str) -> list[str]:
    if _weight(clause) <= _PIECE_WEIGHT:
        return [clause]
    fragments: list[str] = []
    for word in clause.split():
        fragments += [
            word[start : start + 10] + " " * (start + 10 >= len(word))
            for start in range(0, len(word), 10)
        ]
    return fragments


def _packed(fragments: list[str]) -> list[str]:
    packed: list[str] = []
    room = 0
    for fragment in fragments:
        weight = _weight(fragment)
        if packed and weight <= room:
            packed[-1] += fragment
            room -= weight
        else:
            packed.append(fragment)
            room = _PIECE_WEIGHT - weight
    return packed


def _weight(text: str) -> int:
    """How long the text is when said, in letters: a digit is a word, a sign may be several."""
    weight = 0
    for character in text:
        if character.isascii() and character.isdigit():
            weight += 10
        elif character.isalpha() and character < "\u0250":
            weight += 2 if character.isupper() else 1
        else:
            weight += 1 if character in " \n\t.,'-?!" else 14
    return weight
