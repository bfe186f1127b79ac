"""Ears that know a recording: they hear its words as, and only if, their sound really arrives.

At each onset of speech the sound is looked for in the recording: where the last words left off,
then in what comes next, then anywhere. Once it is found, every word is compared with its own sound
before it counts: a caller who breaks off is heard up to there, and what the line swallowed is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import soxr
from numpy.typing import NDArray

from callwright.emulators import matching
from callwright.emulators.endpointing import RATE, stretches
from callwright.emulators.listeners import Ears
from callwright.emulators.mistakes import Mistakes
from callwright.emulators.parts import Listener, TimedWord
from callwright.engines.word_spread import spread

# After an onset the sound is looked up when so much of it is there, seconds; then again and again.
_LOOKS = (0.25, 0.4, 0.6, 0.9, 1.2)
# At these looks, and when no more comes, in all of the recording; that costs ten times as much.
_WIDE_LOOKS = (3, 5)
_LOOK_AGAIN = 0.8
# With a long piece a weak match is a match; half a word may resemble another.
_SURE, _LIKELY, _LONG_PIECE = 0.8, 0.6, 0.85
_SHORTEST_PIECE = 0.1
_LONGEST_PIECE = 1.0
# Unmatched for so long, it is somebody or something else.
_GIVE_UP = 1.2
# How far ahead of the last word the next one is expected, seconds of the recording.
_AHEAD = 7.5
# A word counts when this share of it came and its sound fits so well.
_ENOUGH, _FITS = 0.45, 0.45
# How far a clock or a lost packet may have moved a word, seconds.
_SLIP = 0.03
_KEPT_SECONDS = 4.0
# Between what is added to a reference one after the other, seconds.
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class ReferenceTurn:
    """What is said from `begin` to `end`, in seconds of the recording."""

    begin: float
    end: float
    text: str


class Reference:
    """A recording, prepared once for any number of calls. Takes some ten milliseconds.

    What is only made up while the call goes on is added to it before it is spoken.

    Args:
        samples: The caller's sound, 16-bit mono.
        rate: Its sample rate, Hz.
        turns: What is said in it, in order.
    """

    def __init__(
        self, samples: NDArray[np.int16], rate: int, turns: Sequence[ReferenceTurn]
    ) -> None:
        self.wave = matching.wave(samples, rate)
        at_ears = _at_ears(samples, rate)
        self.words = tuple(word for turn in turns for word in _timed(turn, at_ears))

    def add(self, samples: NDArray[np.int16], rate: int, text: str) -> None:
        """Something more that is going to be said, after a pause.

        Args:
            samples: Its sound, 16-bit mono.
            rate: Its sample rate, Hz.
            text: Its words.
        """
        pause = np.zeros(round(_PAUSE * matching.RATE), np.float32)
        began = (len(self.wave) + len(pause)) / matching.RATE
        self.wave = np.concatenate([self.wave, pause, matching.wave(samples, rate)])
        turn = ReferenceTurn(0.0, len(samples) / rate, text)
        self.words += tuple(
            replace(word, start=began + word.start, end=began + word.end)
            for word in _timed(turn, _at_ears(samples, rate))
        )

    def between(self, begin: float, end: float) -> matching.Wave:
        """The sound from one second to another."""
        return self.wave[max(0, round(begin * matching.RATE)) : round(end * matching.RATE)]


def _at_ears(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Sound at the rate at which stand-ins hear."""
    if rate == RATE:
        return samples
    resampled = soxr.resample(samples.astype(np.float32), rate, RATE)
    return np.clip(np.round(resampled), -32768, 32767).astype(np.int16)


def _timed(turn: ReferenceTurn, samples: NDArray[np.int16]) -> list[TimedWord]:
    sound = samples[round(turn.begin * RATE) : round(turn.end * RATE)]
    texts = turn.text.split()
    times = spread(texts, stretches(sound) or [(0.0, turn.end - turn.begin)])
    return [
        TimedWord(text, turn.begin + start, turn.begin + end)
        for text, (start, end) in zip(texts, times, strict=True)
    ]


class ReferenceListener(Ears):
    """Hears the words of a recording as their sound arrives.

    Args:
        reference: The recording.
        mistakes: How badly it hears.
        fallback: Makes the ears for sound that is not in the recording; None hears nothing in it.
            They are given silence where the recording was recognised.
    """

    def __init__(
        self,
        reference: Reference,
        mistakes: Mistakes | None = None,
        fallback: Callable[[], Listener] | None = None,
    ) -> None:
        super().__init__()
        self._reference = reference
        self._mistakes = mistakes or Mistakes()
        self._others = _Others(fallback() if fallback else None)
        self._sound = bytearray()
        self._dropped = 0
        self._onset: float | None = None
        self._looked = 0
        self._found = False
        self._delta: float | None = None
        self._next = 0
        self._misses = 0
        self._words: list[TimedWord] = []

    def _take(self, pcm: bytes) -> None:
        self._keep(pcm)
        if self._ends.speaking and self._ends.began != self._onset:
            self._onset = self._ends.began
            self._looked, self._found, self._misses = 0, False, 0
        if self._onset is not None and not self._found:
            self._look()
        if self._found:
            self._listen(final=not self._ends.speaking)
        self._others.take(pcm, held=self._ends.speaking and not self._given_up, known=self._found)

    def _known(self) -> tuple[TimedWord, ...]:
        return tuple(sorted([*self._words, *self._others.words], key=_start))

    def _final(self) -> tuple[TimedWord, ...]:
        if self._found:
            self._listen(final=not self._ends.speaking)
        words = tuple(sorted([*self._words, *self._others.finish(known=self._found)], key=_start))
        self._words.clear()
        return words

    def _keep(self, pcm: bytes) -> None:
        self._sound += pcm
        spare = len(self._sound) - round(_KEPT_SECONDS * RATE) * 2
        if spare > RATE:
            del self._sound[: spare // 2 * 2]
            self._dropped += spare // 2

    @property
    def _given_up(self) -> bool:
        """Whether the present stretch of speech has been unknown for too long."""
        since = self._onset or 0.0
        return not self._found and self._ends.received - since > _GIVE_UP

    def _look(self) -> None:
        """Look the sound since the onset up, when enough more of it is there, or no more comes."""
        onset = self._onset or 0.0
        length = self._spoken_until - onset
        steps = len(_LOOKS)
        due = (
            _LOOKS[self._looked]
            if self._looked < steps
            else _LOOKS[-1] + (self._looked - steps + 1) * _LOOK_AGAIN
        )
        over = not self._ends.speaking
        if length < (_SHORTEST_PIECE if over else due):
            if over:
                self._onset = None
            return
        self._looked += 1
        begin = max(onset, self._spoken_until - _LONGEST_PIECE)
        piece = self._piece(begin, self._spoken_until)
        least = _LIKELY if length >= _LONG_PIECE else _SURE
        anywhere = self._looked in _WIDE_LOOKS or over
        found = self._search(piece, begin, least, anywhere=anywhere)
        if found is not None:
            self._settle(found, onset)
        elif over:
            self._onset = None

    def _search(
        self, piece: matching.Wave, begin: float, least: float, *, anywhere: bool
    ) -> float | None:
        """Seconds between the recording and this stream, or None where the sound is unknown."""
        lasting = len(piece) / matching.RATE
        places: list[tuple[float, float, float]] = []
        if self._delta is not None:
            at = begin - self._delta
            places.append((at - _SLIP, at + lasting + _SLIP, least))
        ahead = self._reference.words[self._next].start if self._next < self._count else 0.0
        places.append((ahead - 0.5, ahead + _AHEAD, max(least, _SURE)))
        if anywhere:
            places.append((0.0, len(self._reference.wave) / matching.RATE, least))
        for start, end, enough in places:
            start = max(0.0, start)
            at, fit = matching.best_match(self._reference.between(start, end), piece)
            if fit >= enough:
                return begin - (start + at / matching.RATE)
        return None

    @property
    def _count(self) -> int:
        return len(self._reference.words)

    def _settle(self, delta: float, onset: float) -> None:
        same = self._delta is not None and abs(delta - self._delta) <= _SLIP
        self._delta, self._found, self._misses = delta, True, 0
        if same:
            return
        words = self._reference.words
        since = max(onset, self._words[-1].end - 0.02 if self._words else 0.0) - delta
        # A word that began before the onset counts if enough of it comes after.
        self._next = next(
            (i for i, word in enumerate(words) if _share(word, since, word.end) >= _ENOUGH),
            len(words),
        )

    def _listen(self, *, final: bool) -> None:
        """Take over the words whose sound is here; at the end of speech also what is cut short."""
        while self._next < self._count and self._delta is not None and self._found:
            word = self._reference.words[self._next]
            until = self._spoken_until - self._delta if final else self._ends.received - self._delta
            if word.end + _SLIP > until:
                if not final or _share(word, word.start, until) < _ENOUGH:
                    return
                # The voice fades before the next frame is silent; the rest of it counts as here.
                word = replace(word, end=min(word.end, until))
            self._next += 1
            self._compare(word)

    def _compare(self, word: TimedWord) -> None:
        assert self._delta is not None
        begin, end = word.start + self._delta - _SLIP, word.end + self._delta + _SLIP
        piece = self._reference.between(word.start, word.end)
        at, fit = matching.best_match(self._piece(begin, end), piece)
        if fit < _FITS:
            self._misses += 1
            if self._misses >= 2:
                self._found, self._looked = False, 0
                self._onset = self._ends.received if self._ends.speaking else None
            return
        self._misses = 0
        self._delta += max(0.0, begin) + at / matching.RATE - (word.start + self._delta)
        text, confidence = self._mistakes.heard(
            word.text, self._next - 1, round(min(0.99, 0.4 + 0.6 * fit), 3)
        )
        if text:
            start, end = word.start + self._delta, word.end + self._delta
            self._words.append(TimedWord(text, round(start, 3), round(end, 3), confidence))

    def _piece(self, begin: float, end: float) -> matching.Wave:
        """The stream's sound from one second to another, as far as it is still kept."""
        first = max(0, round(begin * RATE) - self._dropped)
        last = max(first, round(end * RATE) - self._dropped)
        samples = np.frombuffer(bytes(self._sound[first * 2 : last * 2]), "<i2")
        return matching.wave(samples, RATE)


def _share(word: TimedWord, begin: float, end: float) -> float:
    """How much of a word lies between two seconds, 0 to 1."""
    lasting = max(word.end - word.start, 1e-6)
    return (min(word.end, end) - max(word.start, begin)) / lasting


def _start(word: TimedWord) -> float:
    return word.start


class _Others:
    """Gives a second listener what the recording does not know, and silence for what it does.

    Sound is held back while it is not known which of the two it is, and always for a moment, for
    the beginning of a word comes before its onset is noticed.
    """

    _ALWAYS_HELD = RATE * 2 // 5 * 2

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._held = bytearray()
        self.words: tuple[TimedWord, ...] = ()

    def take(self, pcm: bytes, *, held: bool, known: bool) -> None:
        if self._listener is None:
            return
        self._held += pcm
        if known:
            self._pass_on(len(self._held), known=True)
        elif not held:
            self._pass_on(len(self._held) - self._ALWAYS_HELD, known=False)

    def finish(self, *, known: bool) -> tuple[TimedWord, ...]:
        if self._listener is None:
            return ()
        self._pass_on(len(self._held), known=known)
        self.words = ()
        return self._listener.finish()

    def _pass_on(self, count: int, *, known: bool) -> None:
        if self._listener is None or count <= 0:
            return
        sound = bytes(self._held[:count])
        del self._held[:count]
        self.words = self._listener.hear(bytes(len(sound)) if known else sound).words
