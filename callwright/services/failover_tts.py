"""Voices that stand in for each other: the words whose sound did not come are said by the next one.

Everything that a voice is given is kept until its sound has come. Which words have sounded is known
from their times where the voice tells them, else sentence by sentence.
"""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass

from pipecat.frames.frames import (
    AggregatedTextFrame,
    CancelFrame,
    EndFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    SystemFrame,
    TextFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from callwright.services.failover import Failover, is_connected
from callwright.services.said_already import rest_after

FIRST_SOUND = 2.0

# Word times and sound are told apart by less than this.
TOLERANCE = 0.1

# Nobody speaks more letters a second than this; what took less time was not said in full.
FASTEST_LETTERS = 25.0

# The end of a call waits at most so many seconds for its last words.
LAST_WORDS = 10.0

NANOSECOND = 1_000_000_000


@dataclass
class _Claim:
    """A word that is said to be spoken.

    Args:
        frame: The word; with its time where the voice tells it.
        after: Seconds of sound after which it counts as heard, when it has no time.
        timed: Whether its time is the voice's own.
    """

    frame: TTSTextFrame
    after: float = 0.0
    timed: bool = True


class TTSFailover(Failover):
    """Switches between voices.

    Args:
        services: In order of preference.
        names: What the stack calls them.
        within: Seconds until the first sound, and between two pieces of it.
    """

    ROLE = "tts"

    def __init__(
        self, services: list[FrameProcessor], names: list[str], within: float | None = None
    ) -> None:
        super().__init__(services, names, within or FIRST_SOUND)
        self._given: list[Frame] = []
        self._heard = ""
        self._claims: list[_Claim] = []
        self._open: list[str | None] = []
        self._all_sound = self._sound = 0.0
        # Of this utterance, nanoseconds of the pipeline's clock, which may begin at 0.
        self._sound_began: int | None = None
        self._last_word, self._latest_word = -1, 0
        self._sound_since_word = False
        self._plays_until = self._behind = 0
        self._took_over = False
        self._finished = 0
        self._announced = False
        self._quiet = asyncio.Event()

    @property
    def _unfinished(self) -> bool:
        return bool(self._rest())

    def _rest(self) -> str:
        return rest_after(" ".join(_texts(self._given)), self._heard).strip()

    # --- in ---------------------------------------------------------------------------------------

    async def _entering(self, frame: Frame, direction: FrameDirection) -> bool:
        if isinstance(frame, InterruptionFrame):
            self._forget()
        if direction is not FrameDirection.DOWNSTREAM or isinstance(frame, SystemFrame | EndFrame):
            return True
        opens = isinstance(frame, LLMFullResponseStartFrame | TTSSpeakFrame)
        if opens and self._alarm is None and not self._open and not _more_is_coming(self._given):
            self._forget()
            await self._begin()
        if isinstance(frame, LLMFullResponseStartFrame):
            self._announced = False
        if isinstance(frame, TTSSpeakFrame) and not self._announced:
            # A voice that waits for whole sentences says it before one that has only begun.
            self._given.insert(_behind_start(self._given), frame)
        else:
            self._given.append(frame)
        if isinstance(frame, LLMFullResponseEndFrame | TTSSpeakFrame):
            self._expect("no sound")
        return True

    def _expect(self, what: str) -> None:
        """Sound is due once the text is whole: before, a voice may wait for how it goes on."""
        if self._unfinished and not _more_is_coming(self._given):
            self._due(what)
        else:
            self._calm()

    async def _ending(self, frame: Frame) -> None:
        """The last words are said before the voices are told that the call is over."""
        if isinstance(frame, CancelFrame):
            self._forget()
        while self._alarm is not None:
            self._quiet.clear()
            try:
                await asyncio.wait_for(self._quiet.wait(), LAST_WORDS)
            except TimeoutError:
                self._forget()

    def _calm(self) -> None:
        super()._calm()
        self._quiet.set()

    # --- out --------------------------------------------------------------------------------------

    async def _leaving(self, frame: Frame, direction: FrameDirection) -> bool:
        if direction is not FrameDirection.DOWNSTREAM:
            return True
        match frame:
            case TTSStartedFrame():
                if self._open:
                    await self._leave_behind()
                    self._open = []
                self._open.append(frame.context_id)
                self._sound, self._sound_began, self._last_word = 0.0, None, -1
            case TTSAudioRawFrame():
                await self._sounded(frame)
            case TTSTextFrame():
                return await self._worded(frame)
            case AggregatedTextFrame():
                self._announced = True
                self._expect("no sound")
            case TTSStoppedFrame():
                return await self._stopped(frame)
            case _:
                pass
        self._put_off(frame)
        return True

    def _put_off(self, frame: Frame) -> None:
        """What another voice began is still playing: words of this one are heard after that."""
        if frame.pts is not None:
            frame.pts += self._behind

    async def _sounded(self, frame: TTSAudioRawFrame) -> None:
        now = self.get_clock().get_time()
        if self._sound_began is None:
            # Pipecat times words from the last one before them, if that is still to come.
            self._sound_began = max(now, self._latest_word)
            if self._took_over:
                self._behind = max(0, self._plays_until - now)
        length = round(frame.num_frames / frame.sample_rate * NANOSECOND)
        self._plays_until = max(now, self._plays_until) + length
        self._sound += frame.num_frames / frame.sample_rate
        self._all_sound += frame.num_frames / frame.sample_rate
        self._sound_since_word = True
        await self._take_sounded()
        self._expect("no more sound")

    async def _worded(self, frame: TTSTextFrame) -> bool:
        """A word goes on when its sound has come."""
        if frame.pts is None:
            # Its sound comes before or after it: heard is the text that any sound stands beside.
            claim = _Claim(frame, after=self._sound + (0 if self._sound_since_word else TOLERANCE))
        else:
            # Pipecat completes what a voice has not timed at the end, even when it broke off.
            claim = _Claim(frame, timed=frame.pts > self._last_word)
            self._last_word = self._latest_word = frame.pts
        self._claims.append(claim)
        await self._take_sounded()
        return False

    async def _take_sounded(self) -> None:
        while self._claims and self._due_by(self._claims[0]) < self._sound + TOLERANCE:
            await self._take(self._claims.pop(0).frame)

    def _due_by(self, claim: _Claim) -> float:
        """When a word begins, in seconds of sound; infinity when nobody knows."""
        if self._sound_began is None or not claim.timed:
            return math.inf
        if claim.frame.pts is None:
            return claim.after
        return (claim.frame.pts - self._sound_began) / NANOSECOND

    async def _take(self, frame: TTSTextFrame) -> None:
        self._sound_since_word = False
        self._heard += " " + frame.text
        self._put_off(frame)
        await self._pass_on(frame)

    async def _stopped(self, frame: TTSStoppedFrame) -> bool:
        if self._unfinished and self._broke_off():
            await self._fail("it broke off")
            return False
        await self._leave_behind()
        if self._finished < len(_utterances(self._given)):
            self._expect("no sound")
        elif self._sound_began is not None and not (
            self._unfinished and _more_is_coming(self._given)
        ):
            self._done()
        if frame.context_id in self._open:
            self._open.remove(frame.context_id)
        return True

    async def _leave_behind(self) -> None:
        """An utterance is over; some voices say so only by beginning the next one."""
        for claim in self._claims:
            await self._take(claim.frame)
        self._claims = []
        self._finished += 1

    def _broke_off(self) -> bool:
        """Whether less sound came than the words take, or the connection is gone."""
        missing = [at for claim in self._claims if math.isfinite(at := self._due_by(claim))]
        utterances = _utterances(self._given)
        spoken = utterances[: self._finished + 1]
        letters = sum(character.isalnum() for character in " ".join(spoken))
        closed = len(spoken) < len(utterances) or not _more_is_coming(self._given)
        return (
            not is_connected(self.strategy.active_service)
            or bool(missing)
            or (closed and self._all_sound < letters / FASTEST_LETTERS)
        )

    # --- switching --------------------------------------------------------------------------------

    async def _replay(self, service: FrameProcessor) -> None:
        for context in self._open:
            await self._pass_on(TTSStoppedFrame(context_id=context))
        given = list(_remaining(self._given, self._heard))
        self._forget()
        self._given, self._took_over = given, True
        for frame in given:
            await service.queue_frame(frame)
        if self._unfinished:
            self._due("no sound")

    async def _give_up(self) -> None:
        given = [frame for frame in self._given if not isinstance(frame, TextFrame | TTSSpeakFrame)]
        self._forget()
        for frame in given:
            # Those that came out before are known by their numbers, and not let out again.
            await self._parallel_push_frame(frame, FrameDirection.DOWNSTREAM)

    def _forget(self) -> None:
        self._calm()
        self._given, self._claims, self._open = [], [], []
        self._heard, self._all_sound = "", 0.0
        self._sound, self._sound_began = 0.0, None
        self._last_word, self._latest_word = -1, 0
        self._took_over, self._behind, self._finished = False, 0, 0


def _texts(frames: Iterable[Frame]) -> list[str]:
    return [one.text for one in frames if isinstance(one, TextFrame | TTSSpeakFrame)]


def _utterances(frames: Iterable[Frame]) -> list[str]:
    """The texts of what is said in one go each: an answer, or something beside it."""
    utterances: list[list[str]] = []
    answer: list[str] | None = None
    for frame in frames:
        match frame:
            case LLMFullResponseStartFrame() | LLMFullResponseEndFrame():
                answer = None
            case TTSSpeakFrame():
                utterances.append([frame.text])
            case TextFrame():
                if answer is None:
                    utterances.append(answer := [])
                answer.append(frame.text)
            case _:
                pass
    return [" ".join(texts) for texts in utterances]


def _behind_start(frames: list[Frame]) -> int:
    """Where the answer that is not closed yet begins; the end where none is open."""
    for at in reversed(range(len(frames))):
        if isinstance(frames[at], LLMFullResponseEndFrame):
            break
        if isinstance(frames[at], LLMFullResponseStartFrame):
            return at + 1
    return len(frames)


def _more_is_coming(frames: list[Frame]) -> bool:
    """Whether the last answer in these frames is not closed yet."""
    for frame in reversed(frames):
        # Something else may be said in the middle of it.
        if isinstance(frame, LLMFullResponseEndFrame):
            return False
        if isinstance(frame, LLMFullResponseStartFrame):
            return True
    return False


def _remaining(frames: list[Frame], heard: str) -> Iterable[Frame]:
    """The frames again, their texts without what was heard."""
    left = sum(character.isalnum() for character in heard)
    for frame in frames:
        if not isinstance(frame, TextFrame | TTSSpeakFrame):
            yield frame
            continue
        letters = sum(character.isalnum() for character in frame.text)
        text = rest_after(frame.text, "x" * min(left, letters))
        left -= min(left, letters)
        if isinstance(frame, TTSSpeakFrame):
            if text:
                yield TTSSpeakFrame(text, append_to_context=frame.append_to_context)
        elif text == frame.text.lstrip():
            yield frame
        elif isinstance(frame, AggregatedTextFrame):
            yield AggregatedTextFrame(text, frame.text_type, raw_text=text)
        elif text:
            yield LLMTextFrame(text)
