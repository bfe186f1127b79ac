"""Ears of a stand-in: one that hears what a script says, and one that really recognises speech.

What they share is when somebody speaks (`endpointing`). The ears that know a recording's transcript
are in `reference`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callwright.emulators.endpointing import RATE, Endpointer
from callwright.emulators.parts import Hearing, TimedWord
from callwright.engines.ear import Ear
from callwright.engines.language import Models
from callwright.engines.word_spread import spread, weight

# Sound is taken in steps of 100 ms at most, so that no word and the silence after it are missed.
_STEP_BYTES = RATE // 10 * 2

# A voice makes about so many speech sounds a second.
_SOUNDS_A_SECOND = 12.0

# Sound from before the onset was noticed that belongs to the first word.
_BEFORE_BYTES = RATE * 3 // 10 * 2

# How often partial words are asked for, seconds of sound.
_PARTIAL_SECONDS = 0.25


class Ears(ABC):
    """Follows the utterances of one stream: each lasts from an onset until it is finished."""

    def __init__(self) -> None:
        self._ends = Endpointer()
        self._began: float | None = None
        self._cut = 0.0

    def hear(self, pcm: bytes) -> Hearing:
        """Take the next samples at 16000 Hz; say what is known by now."""
        for start in range(0, len(pcm), _STEP_BYTES):
            step = pcm[start : start + _STEP_BYTES]
            self._ends.hear(step)
            if self._ends.speaking and self._began is None:
                self._began = max(self._ends.began or 0.0, self._cut)
            self._take(step)
        return Hearing(
            words=self._known(),
            speaking=self._ends.speaking,
            began=self._began,
            quiet_since=self._ends.quiet_since if self._began is not None else None,
        )

    def finish(self) -> tuple[TimedWord, ...]:
        """End the present utterance: its words, final. The next sound begins another one."""
        words = self._final()
        self._began, self._cut = None, self._ends.received
        return words

    @property
    def _spoken_until(self) -> float:
        """Seconds of sound up to which there was speech."""
        quiet = self._ends.quiet_since
        return self._ends.received if quiet is None else quiet

    @abstractmethod
    def _take(self, pcm: bytes) -> None:
        """Take at most 100 ms, of which the endpointer knows already."""

    @abstractmethod
    def _known(self) -> tuple[TimedWord, ...]:
        """The words of the utterance so far."""

    @abstractmethod
    def _final(self) -> tuple[TimedWord, ...]:
        """The words of the whole utterance, which ends now."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a script hears once somebody speaks.

    Args:
        text: The words.
        confidence: Of every word.
        words: The words with times from the beginning of the utterance, in place of the text;
            without them the words are spread over the speech that really comes.
    """

    text: str = ""
    confidence: float = 0.98
    words: tuple[TimedWord, ...] = ()


class ScriptedListener(Ears):
    """Hears the next utterance of a list each time somebody speaks; nothing after the last.

    Args:
        utterances: In the order of speaking.
    """

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        super().__init__()
        self._script = list(utterances)

    def _take(self, pcm: bytes) -> None:
        pass

    def _known(self) -> tuple[TimedWord, ...]:
        if self._began is None or not self._script:
            return ()
        now = self._script[0]
        if now.words:
            words = self._shifted(now.words)
        else:
            lasting = math.fsum(weight(word) for word in now.text.split()) / _SOUNDS_A_SECOND
            words = self._spread(now, self._began + lasting)
        return tuple(word for word in words if word.end <= self._spoken_until)

    def _final(self) -> tuple[TimedWord, ...]:
        if self._began is None or not self._script:
            return ()
        now = self._script.pop(0)
        return self._shifted(now.words) if now.words else self._spread(now, self._spoken_until)

    def _shifted(self, words: Sequence[TimedWord]) -> tuple[TimedWord, ...]:
        began = self._began or 0.0
        return tuple(
            TimedWord(word.text, began + word.start, began + word.end, word.confidence)
            for word in words
        )

    def _spread(self, utterance: Utterance, until: float) -> tuple[TimedWord, ...]:
        texts = utterance.text.split()
        times = spread(texts, [(self._began or 0.0, until)])
        return tuple(
            TimedWord(text, start, end, utterance.confidence)
            for text, (start, end) in zip(texts, times, strict=True)
        )


class LocalListener(Ears):
    """Recognises speech with the ear of this machine.

    Args:
        models: What may be said, built before the call.
        expected: Says what is asked for at this moment, by name or type; asked at each onset.
    """

    def __init__(self, models: Models, expected: Callable[[], str | None] | None = None) -> None:
        super().__init__()
        self._ear = Ear(models)
        self._expected = expected
        self._before = bytearray()
        self._open_at: float | None = None
        self._partial: tuple[TimedWord, ...] = ()
        self._partial_at = 0.0

    def _take(self, pcm: bytes) -> None:
        if self._began is None:
            self._before = (self._before + pcm)[-_BEFORE_BYTES:]
            return
        if self._open_at is None:
            self._ear.expect(self._expected() if self._expected else None)
            self._ear.start()
            self._open_at = max(0.0, self._ends.received - (len(self._before + pcm)) / 2 / RATE)
            pcm = bytes(self._before) + pcm
            self._before.clear()
        self._ear.hear(pcm)

    def _known(self) -> tuple[TimedWord, ...]:
        if self._began is None:
            return ()
        if self._ends.received >= self._partial_at + _PARTIAL_SECONDS:
            self._partial_at = self._ends.received
            texts = self._ear.partial().split()
            times = spread(texts, [(self._began, max(self._spoken_until, self._began + 0.01))])
            self._partial = tuple(
                TimedWord(text, start, end, 0.5)
                for text, (start, end) in zip(texts, times, strict=True)
            )
        return self._partial

    def _final(self) -> tuple[TimedWord, ...]:
        if self._open_at is None:
            return ()
        heard, begun = self._ear.finish(), self._open_at
        self._open_at, self._partial = None, ()
        return tuple(
            TimedWord(word.text, begun + word.start, begun + word.end, heard.confidence)
            for word in heard.words
        )
