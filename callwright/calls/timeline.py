"""Turns out of events: who said what, when, and why each turn ended. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from callwright.calls import events as ev

# A bot that speaks again after this long was not merely between two sentences.
UNASKED_AFTER = 1.5


@dataclass(slots=True)
class Turn:
    """A piece of the conversation: the caller's words and the bot's answer.

    The bot speaking unasked (a greeting, "are you still there?") is a turn without `user`.

    Args:
        user: What the caller was heard to say.
        bot: What the caller heard the bot say in answer.
        start: When the turn began, seconds.
        end: When the caller (or, unasked, the bot) stopped speaking, seconds.
        answered_at: First audible sample of the answer, seconds; None without an answer.
        interrupted: Whether the caller spoke over the answer.
        ended_by: Why the caller's turn was taken to be over.
        bot_until: When the bot fell silent that was speaking still when the turn was over, seconds.
    """

    user: str
    bot: str
    start: float
    end: float
    answered_at: float | None = None
    interrupted: bool = False
    ended_by: str = ""
    bot_until: float | None = None

    @property
    def response_ms(self) -> int | None:
        """From the end of the caller's speech to the first audible sample of the answer."""
        if not self.user_spoke or self.answered_at is None:
            return None
        return round((self.answered_at - self.end) * 1000)

    @property
    def user_spoke(self) -> bool:
        """Whether the caller took this turn, heard or not."""
        return bool(self.ended_by)


@dataclass(slots=True)
class _Reader:
    """Collects turns from one event after the other."""

    turns: list[Turn] = field(default_factory=list[Turn])
    words: list[str] = field(default_factory=list[str])
    speech_began: float | None = None
    speech_ended: float | None = None
    answered_early: float | None = None
    turn_open: bool = False
    model_heard: bool = False
    awaiting_answer: bool = False
    bot_silent_since: float = float("-inf")

    def take(self, event: ev.Event) -> None:
        match event:
            case ev.SpeechStarted(since=since):
                self._speech_starts(since)
            case ev.SpeechStopped(since=since):
                self.speech_ended = since
            case ev.Heard():
                self._written_down(event.text) if event.by_model else self._heard(event.text)
            case ev.TurnStarted():
                self.turn_open, self.model_heard = True, False
            case ev.TurnEnded():
                self._end_turn(event)
            case ev.BotAudible(at=at):
                self._bot_speaks(at)
            case ev.Said(text=text):
                self._bot_said(text, event.at)
            case ev.BotSilent(since=since):
                self._bot_stopped(since)
            case ev.Interrupted():
                if self.turns and self.turns[-1].answered_at is not None:
                    self.turns[-1].interrupted = True
            case ev.Ended():
                self._cut_short(event.at)
            case _:
                pass

    def _speech_starts(self, since: float) -> None:
        self.answered_early = None
        if self.speech_began is None:
            self.speech_began = since

    def _heard(self, text: str) -> None:
        # Ears that are back tell, after the turn, what the model has told of it.
        if self.turn_open or not self.model_heard:
            self.words.append(text)

    def _written_down(self, text: str) -> None:
        """A model that hears by itself writes the words down once the turn is over."""
        silent = [turn for turn in self.turns if turn.ended_by and not turn.user]
        known = [turn.start for turn in self.turns if turn.user]
        late = [turn for turn in silent if not known or turn.start > known[-1]]
        if late:
            late[0].user, self.model_heard = text, not self.turn_open
        else:
            self.words.append(text)

    def _cut_short(self, at: float) -> None:
        """A turn that nothing ended before the call did still was one."""
        if self.words or self.speech_began is not None:
            self._end_turn(ev.TurnEnded(at=at, reason="the call ended"))

    def _end_turn(self, event: ev.TurnEnded) -> None:
        end = event.at if self.speech_ended is None else self.speech_ended
        start = end if self.speech_began is None else self.speech_began
        self.turns.append(Turn(" ".join(self.words), "", start, end, ended_by=event.reason))
        self.turns[-1].answered_at, self.answered_early = self.answered_early, None
        self.awaiting_answer = self.turns[-1].answered_at is None
        self.words, self.speech_began, self.speech_ended = [], None, None
        self.turn_open = False

    def _bot_speaks(self, at: float) -> None:
        if self.turn_open and self.speech_ended is not None:
            # Nobody has called the turn over, but the caller has fallen silent, and is answered.
            self.answered_early = at
        elif self.awaiting_answer:
            self.awaiting_answer = False
            self.turns[-1].answered_at = at
        elif not self.turns or at - self.bot_silent_since > UNASKED_AFTER:
            self.turns.append(Turn("", "", at, at, answered_at=at))

    def _bot_said(self, text: str, at: float) -> None:
        if not self.turns:
            self.turns.append(Turn("", "", at, at, answered_at=at))
        self.turns[-1].bot = f"{self.turns[-1].bot} {text}".strip()

    def _bot_stopped(self, since: float) -> None:
        self.bot_silent_since = since
        if self.awaiting_answer:
            self.turns[-1].bot_until = since
        if self.turns and not self.turns[-1].user_spoke:
            self.turns[-1].end = since


def turns(events: Iterable[ev.Event]) -> list[Turn]:
    """The turns of a call, in order."""
    reader = _Reader()
    for event in events:
        reader.take(event)
    return reader.turns
