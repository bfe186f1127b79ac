"""Recognition on this machine: small chunks of sound in, words out, with how far to trust them.

pocketsphinx with models made for the questions of one agent. It is meant for the demo, the desk and
tests: English, one speaker, little noise. A word outside the models comes out as another one, which
is what the confidence is for.
"""

import importlib
import math
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from callwright.engines.language import Models
from callwright.engines.level import SteadyLevel
from callwright.engines.lexicon import may_pause, word_of
from callwright.engines.pronounce import INSTALL_HINT

SAMPLE_RATE = 16000

_FRAMES_A_SECOND = 100.0

# Sound is taken in steps of 20 ms, however it comes.
_FRAME_BYTES = 640

# Sound held back while the level was measured is caught up with at this multiple of real time.
_CATCH_UP = 3

# The cepstral mean at the level `SteadyLevel` makes, averaged over voices. It is set anew for each
# utterance, so that nothing depends on what was heard before.
_CEPSTRAL_MEAN = "53,3,7,22,1,0,5,-6,-4,-4,5,3,2"

# Something to hear before each utterance, about an eighth of a second.
_SETTLING = array("h", (index * 7919 % 2003 - 1001 for index in range(2000))).tobytes()

# A steady sound may pass for one endless word.
_LONGEST_WORD_SECONDS = 1.2

# A digit with the pause after it may take any time; this much of it is the digit.
_LONGEST_DIGIT_SECONDS = 0.6

# Scores come in thousands of the natural logarithm.
_SCORE_UNIT = 1024.0

# Logistic weights of the confidence; see `_confidence`.
_BASE, _BY_LANGUAGE, _BY_SOUND = 7.26, 0.126, 0.822


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word and when it was said, in seconds from the start of the utterance."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What an utterance was recognised as.

    Args:
        text: The words, in lower case, numbers in words; empty when no word was heard.
        confidence: 0 to 1, roughly the share of words that are right; 0 without words. It weighs
            how well the words fit the sound and how likely they are as an answer. From 0.5 up lie
            9 of 10 utterances heard without a mistake and 1 of 30 about something else.
        words: Each word with its time.
    """

    text: str
    confidence: float
    words: tuple[HeardWord, ...]


class _Segment(Protocol):
    word: str
    start_frame: int
    end_frame: int
    ascore: float
    lscore: float


class Ear:
    """Recognises one utterance after another; the same sound gives the same words every time.

    Nothing raises on silence, noise, clipping, odd byte counts or long sound. Each `hear` of 20 ms
    takes about a millisecond; the models are all built before, so `expect` costs nothing.

    Args:
        models: What `callwright.engines.language.build` made for the agent.
        sample_rate: Of the sound to come, Hz; only 16000.

    Raises:
        RuntimeError: pocketsphinx is not installed.
        ValueError: The sample rate is another one.
    """

    def __init__(self, models: Models, sample_rate: int = SAMPLE_RATE) -> None:
        if sample_rate != SAMPLE_RATE:
            raise ValueError(f"the ear hears {SAMPLE_RATE} Hz, not {sample_rate}; resample first")
        self._models = models
        self._decoder = _decoder(models)
        self._model = models.model_for(None)
        self._level = SteadyLevel()
        self._waiting = bytearray()
        self._rest = b""
        self._open = False

    def expect(self, expected: str | None) -> None:
        """From the next `start` on, listen for the answer to a question, by its name or type."""
        self._model = self._models.model_for(expected)

    def start(self) -> None:
        """Begin an utterance; one that is still open is thrown away."""
        self.abandon()
        if self._decoder.current_search() != self._model:
            self._decoder.activate_search(self._model)
        self._settle()
        self._decoder.start_utt()
        self._level = SteadyLevel()
        self._waiting.clear()
        self._rest = b""
        self._open = True

    def hear(self, pcm: bytes) -> None:
        """Take the next 16-bit mono samples; the first ones begin an utterance by themselves."""
        if not self._open:
            self.start()
        sound = self._rest + pcm
        whole = len(sound) // _FRAME_BYTES * _FRAME_BYTES
        for start in range(0, whole, _FRAME_BYTES):
            self._waiting += self._level.pass_on(sound[start : start + _FRAME_BYTES])
        self._rest = sound[whole:]
        self._decode(_CATCH_UP * max(whole, _FRAME_BYTES))

    def partial(self) -> str:
        """The words so far; they may still change."""
        if not self._open:
            return ""
        hypothesis = self._decoder.hyp()
        entries = hypothesis.hypstr.split() if hypothesis else []
        return " ".join(word_of(entry.partition("(")[0]) for entry in entries)

    def finish(self) -> Heard:
        """End the utterance and give its words; nothing heard gives an empty result."""
        if not self._open:
            return Heard("", 0.0, ())
        self._waiting += self._level.pass_on(self._rest[: len(self._rest) // 2 * 2])
        self._waiting += self._level.rest()
        self._decode(len(self._waiting))
        self._decoder.end_utt()
        self._open = False
        return _heard(self._decoder.seg() or (), self._models.names)

    def abandon(self) -> None:
        """End the utterance and forget it."""
        if self._open:
            self._decoder.end_utt()
            self._open = False

    def _settle(self) -> None:
        """Bring the decoder into the one state that every utterance begins in; takes 4 ms.

        It keeps averages and hints about which Gaussians come next from one utterance to another.
        """
        self._decoder.reinit_feat()
        self._decoder.set_cmn(_CEPSTRAL_MEAN)
        self._decoder.start_utt()
        self._decoder.process_raw(_SETTLING)
        self._decoder.end_utt()
        self._decoder.set_cmn(_CEPSTRAL_MEAN)

    def _decode(self, most: int) -> None:
        ready = bytes(self._waiting[:most])
        del self._waiting[:most]
        if ready:
            self._decoder.process_raw(ready)


def _decoder(models: Models) -> Any:
    try:
        pocketsphinx: Any = importlib.import_module("pocketsphinx")
    except ImportError as error:
        raise RuntimeError(INSTALL_HINT) from error
    return pocketsphinx.Decoder(
        lmctl=str(models.folder / "models.ctl"),
        lmname=models.model_for(None),
        dict=str(models.folder / "words.dict"),
        fdict=str(models.folder / "noise.dict"),
        # Second passes stall the caller of `finish`, and may spin on a grammar.
        fwdflat=False,
        bestpath=False,
        dither=False,
        fillprob=1e-20,
        silprob=0.05,
        # Wider than usual: with narrow beams "four oh eight" was lost to a family name.
        beam=1e-64,
        pbeam=1e-60,
        wbeam=1e-40,
        lpbeam=1e-50,
        lponlybeam=1e-40,
        loglevel="FATAL",
    )


def _heard(segments: Iterable[_Segment], names: Mapping[str, float]) -> Heard:
    words: list[HeardWord] = []
    evidence: list[tuple[float, float, int]] = []
    for segment in segments:
        entry = segment.word.partition("(")[0]
        word = word_of(entry)
        frames = segment.end_frame - segment.start_frame + 1
        spoken = frames
        if may_pause(entry):
            spoken = min(frames, round(_LONGEST_DIGIT_SECONDS * _FRAMES_A_SECOND))
        if not word or word[0] in "<[" or spoken > _LONGEST_WORD_SECONDS * _FRAMES_A_SECOND:
            continue
        start, end = segment.start_frame, segment.start_frame + spoken
        words.append(HeardWord(word, start / _FRAMES_A_SECOND, end / _FRAMES_A_SECOND))
        # A rare name is no worse an answer than a common one.
        language = _nats(segment.lscore) - names.get(entry, 0.0)
        evidence.append((language, _nats(segment.ascore), frames))
    return Heard(" ".join(word.text for word in words), _confidence(evidence), tuple(words))


def _nats(score: float) -> float:
    return math.log(max(score, 1e-300)) * _SCORE_UNIT


def _confidence(evidence: list[tuple[float, float, int]]) -> float:
    """From each word's fit with the language model, its fit with the sound, and its frames.

    The first is what tells talk about something else apart: the decoder then strings together
    words that nobody says in that order. Fitted on four synthetic voices saying 97 phrases that
    belong and 8 that do not, to each question.
    """
    if not evidence:
        return 0.0
    language = math.fsum(score for score, _, _ in evidence) / len(evidence)
    sound = math.fsum(score for _, score, _ in evidence) / sum(frames for _, _, frames in evidence)
    exponent = _BASE + _BY_LANGUAGE * language + _BY_SOUND * sound
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, exponent))))
