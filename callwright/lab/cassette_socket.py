"""A websocket played from a cassette.

Each message of theirs waits until everything that can have led to it has been said again, and is as
late as that was: later than then by what the last sound, or the last message, is late. So an answer
follows its question, and words follow the sound they were heard in. What was still on its way to
them when they spoke has led to nothing.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Protocol

from aiohttp import web

from callwright.emulators.sse import hang_up
from callwright.emulators.standin import close
from callwright.wire import parsing
from callwright.wire.cassette import Connection
from callwright.wire.comparing import (
    Difference,
    Ids,
    is_chatter,
    kind_of,
    said_differences,
)
from callwright.wire.entries import Close, Entry, Gone, Message, Said, sound_in
from callwright.wire.masking import Masks, lacks_words

# With them a connection is ended, unless the call is over before they are sent.
_FAREWELLS = ("CloseStream", "closing")

# A message that is not the next one is looked for among so many that follow.
_AHEAD = 8


# So many of the last pieces of sound are remembered.
_KEPT = 50

# Times are kept to a microsecond.
_INSTANT = 2e-6

# Sound that comes so little earlier than expected, seconds, is what was expected.
_TIE = 0.009


class Far:
    """The time at the other end of the line, where what was recorded was recorded.

    Args:
        way: Seconds from there to here, and back.
    """

    def __init__(self, way: float) -> None:
        self.way = way

    def sent(self) -> float:
        """When it was sent, what has just arrived."""
        return asyncio.get_running_loop().time() - self.way

    async def before(self, due: float) -> None:
        """Wait so long that what is sent then arrives when it is due."""
        await asyncio.sleep(due - self.way - asyncio.get_running_loop().time())


@dataclass(frozen=True, slots=True)
class How:
    """How a websocket is played.

    Args:
        masks: Makes of our messages what would have been written down.
        ids: Ours for the recorded ones.
        far: Whose time it is.
        late: Seconds by which the connection is later than the recorded one.
        differs: Called with each difference, as soon as it is there.
        deaf: Called with a moment of the recorded call, seconds, when words are about to be heard
            of which some were taken out.
    """

    masks: Masks
    ids: Ids
    far: Far
    late: float
    differs: Callable[[Difference], None]
    deaf: Callable[[float], None]


class Life(Protocol):
    """What followed a request that made a websocket."""

    @property
    def connection(self) -> Connection: ...
    @property
    def answer(self) -> Sequence[Entry]: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message of ours in the recording: what it said, when, and after how much sound."""

    said: Said
    at: float
    sound: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """Something of theirs: what it takes before it comes, and the sound that was under way."""

    entry: Message | Close | Gone
    messages: int
    sound: int
    sound_at: float
    under_way: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """Sound of ours in the recording: so many bytes, the first and the last of them sent when."""

    size: int
    begin: float
    end: float

    def after(self, moment: float) -> float:
        """How much of it was sent after a moment, as far as can be told."""
        lasted = self.end - self.begin
        share = (self.end - moment) / lasted if lasted > 0 else float(self.begin > moment)
        return self.size * min(1.0, max(0.0, share))


class _Progress:
    """How much of the recorded conversation has been said again by us, and how late.

    Args:
        asked: Our messages, sound and what merely says that we are there left out.
        how: How it is played.
    """

    def __init__(self, asked: Sequence[_Asked], how: How) -> None:
        self._asked, self._ids, self._far, self._differs = asked, how.ids, how.far, how.differs
        self._sound_late = self._message_late = how.late
        self._messages = 0
        self._heard = 0
        self._marks: deque[_Answer] = deque()
        self._lately: deque[tuple[int, float]] = deque(maxlen=_KEPT)
        self._changed = asyncio.Event()

    def sound(self, size: int) -> None:
        """So many bytes of sound have come."""
        now = self._far.sent()
        self._heard += size
        self._lately.append((self._heard, now))
        while self._marks and self._passed(self._marks[0], size, now):
            self._sound_late = now - self._marks.popleft().sound_at
        self._tell()

    def _passed(self, mark: _Answer, size: int, now: float) -> bool:
        """Whether now there is as much sound as there was before an answer.

        A connection that was opened a moment later has missed a piece of sound: then the piece that
        comes when the other came is the one.
        """
        as_expected = now >= mark.sound_at + self._sound_late - _TIE
        return self._heard >= mark.sound - (size if as_expected else 0)

    def message(self, said: Said) -> None:
        """A message has come; it is held against the recorded one."""
        kinds = [kind_of(one.said) for one in self._asked[self._messages :][:_AHEAD]]
        kind = kind_of(said)
        if kind not in kinds:
            self._differs(Difference(f"message {self._messages + 1}", "", kind))
            return
        ahead = kinds.index(kind)
        for skipped in kinds[:ahead]:
            self._messages += 1
            self._differs(Difference(f"message {self._messages}", skipped, ""))
        recorded = self._asked[self._messages]
        self._messages += 1
        where = f"message {self._messages} ({kind})"
        for difference in said_differences(where, recorded.said, said, self._ids):
            self._differs(difference)
        now = self._far.sent()
        self._message_late = now - recorded.at
        # From here on sound is counted as it was counted then.
        self._heard = recorded.sound
        self._tell()

    def finish(self) -> None:
        """Nothing more is coming; whether a connection is also taken leave of says nothing."""
        for number, left in enumerate(self._asked[self._messages :], self._messages + 1):
            if kind_of(left.said) in _FAREWELLS:
                continue
            self._differs(Difference(f"message {number}", kind_of(left.said), ""))

    async def due(self, answer: _Answer) -> float:
        """Wait until all that led to an answer has come again; when it is due."""
        while self._messages < answer.messages or self._heard < answer.sound - answer.under_way:
            self._changed.clear()
            await self._changed.wait()
        if answer.sound and self._heard < answer.sound:
            self._marks.append(answer)
        elif answer.sound:
            came = [when for heard, when in self._lately if heard >= answer.sound]
            self._sound_late = min(came, default=answer.sound_at + self._sound_late)
            self._sound_late -= answer.sound_at
        return answer.entry.at + max(self._message_late, self._sound_late)

    def _tell(self) -> None:
        self._changed.set()


async def play_socket(request: web.Request, life: Life, how: How) -> web.WebSocketResponse:
    """Play a websocket until either side ends it.

    Args:
        request: What asked for it.
        life: What happened on it.
        how: How it is played.
    """
    # We answer a closing ourselves, as late as it was answered: clients wait for that.
    socket = web.WebSocketResponse(max_msg_size=0, autoclose=False)
    await socket.prepare(request)
    asked, answers = _sorted(life.answer, 2 * how.far.way)
    progress = _Progress(asked, how)
    playing = asyncio.create_task(_play(request, socket, life.connection, answers, progress, how))
    try:
        async for message in socket:
            said = _clean(parsing.said(message.data), how.masks)
            if said.is_sound:
                progress.sound(_size(said))
            elif not is_chatter(said):
                progress.message(said)
        if not socket.closed and not playing.done():
            progress.message(_CLOSING)
            await asyncio.wait([playing], timeout=_LAST_WORDS)
        await close(socket)
    finally:
        playing.cancel()
        progress.finish()
    return socket


async def _play(
    request: web.Request,
    socket: web.WebSocketResponse,
    connection: Connection,
    answers: Sequence[_Answer],
    progress: _Progress,
    how: How,
) -> None:
    for answer in answers:
        await how.far.before(await progress.due(answer))
        match answer.entry:
            case Message(said=said):
                if lacks_words(said, connection.services):
                    how.deaf(answer.entry.at)
                said = replace(said, json=how.ids.in_ours(said.json))
                data = parsing.spoken(said, connection.sound)
                if isinstance(data, bytes):
                    await socket.send_bytes(data)
                else:
                    await socket.send_str(data)
            case Close(code=code, reason=reason):
                await close(socket, code if code != _NO_CODE else 1000, reason)
            case Gone():
                hang_up(request)


# Our closing, among our messages.
_CLOSING = Said(event="closing")

# When we have closed, they have so many seconds for what they still had to say.
_LAST_WORDS = 5.0

# What a closing frame without a code is said to have.
_NO_CODE = 1005


def _sorted(entries: Sequence[Entry], round_trip: float) -> tuple[list[_Asked], list[_Answer]]:
    """What we said, and what they said with all that may have led to it.

    Args:
        entries: Of one websocket.
        round_trip: Seconds that no answer can come quicker than.
    """
    asked: list[_Asked] = []
    answers: list[_Answer] = []
    sound, sound_at = 0, 0.0
    pieces: list[_Piece] = []
    for entry in entries:
        match entry:
            case Message(ours=True, said=said) if said.is_sound:
                sound_at = entry.at if entry.until is None else entry.until
                pieces.append(_Piece(_size(said), entry.at, sound_at))
                sound += pieces[-1].size
            case Message(ours=True, said=said):
                if not is_chatter(said):
                    asked.append(_Asked(said, entry.at, sound))
            case Close(ours=True):
                asked.append(_Asked(_CLOSING, entry.at, sound))
            case Message() | Close() | Gone(ours=False):
                since = entry.at - round_trip + _INSTANT
                led = sum(one.at <= since for one in asked)
                answers.append(_Answer(entry, led, sound, sound_at, _after(since, pieces)))
            case _:
                pass
    return asked, answers


def _after(moment: float, pieces: Sequence[_Piece]) -> float:
    """How much of the sound so far was sent after a moment."""
    lately = takewhile(lambda piece: piece.end > moment, reversed(pieces))
    return math.fsum(piece.after(moment) for piece in lately)


def _clean(said: Said, masks: Masks) -> Said:
    entry = masks.without_secrets(Message(0.0, True, said))
    assert isinstance(entry, Message)
    return entry.said


def _size(said: Said) -> int:
    return said.sound if isinstance(said.sound, int) else sound_in(said.json)
