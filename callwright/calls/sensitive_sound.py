"""Which stretches of a call's sound carry what was masked in its words. Pure."""

from collections.abc import Iterator

from callwright.calls import events as ev
from callwright.calls.masks import MASK


class SensitiveSounds:
    """Follows a call's events, already masked, and names the sound that has to be blanked."""

    def __init__(self) -> None:
        self._caller_since: float | None = None
        self._caller_until: float | None = None
        self._caller_masked = False
        self._last_turn: tuple[float, float] | None = None
        self._bot_since: float | None = None
        self._unsaid: list[tuple[float, float]] = []
        self._bot_masked = False
        self._going_to_say = False
        self._told = False

    def take(self, event: ev.Event) -> list[ev.Event]:
        """Return the sound that is now known to be sensitive, whole turns of it."""
        match event:
            case ev.SpeechStarted(since=since):
                self._caller_since = since if self._caller_since is None else self._caller_since
                self._caller_until = None
            case ev.SpeechStopped(since=since):
                self._caller_until = since
            case ev.Heard(text=text) if MASK in text:
                return list(self._words_of_caller(event))
            case ev.TurnEnded():
                return list(self._turn_over(event.at))
            case ev.BotAudible():
                self._bot_since, self._told = event.at, False
            case ev.Saying(text=text):
                self._going_to_say |= MASK in text
                self._told = False
            case ev.Said(text=text):
                return list(self._words_of_bot(event.at, MASK in text))
            case ev.BotSilent(since=since):
                return list(self._bot_silent(event.at, since))
            case ev.Ended():
                # A call may end before its last words are told.
                rest = self._words_of_bot(event.at, self._going_to_say)
                return [
                    *self._turn_over(event.at),
                    *rest,
                    *self._bot_silent(event.at, event.at),
                ]
            case _:
                pass
        return []

    def _words_of_caller(self, event: ev.Heard) -> Iterator[ev.Event]:
        if self._caller_since is not None:
            self._caller_masked = True
        elif self._last_turn is not None:  # the words came when the turn was over
            start, end = self._last_turn
            yield ev.SensitiveSound(at=event.at, side="user", start=start, end=end)
        else:
            yield ev.SensitiveSound(at=event.at, side="user", start=0.0, end=event.at)

    def _turn_over(self, at: float) -> Iterator[ev.Event]:
        if self._caller_since is not None:
            end = at if self._caller_until is None else self._caller_until
            self._last_turn = (self._caller_since, end)
            if self._caller_masked:
                yield ev.SensitiveSound(at=at, side="user", start=self._caller_since, end=end)
        self._caller_since, self._caller_until, self._caller_masked = None, None, False

    def _words_of_bot(self, at: float, hidden: bool) -> Iterator[ev.Event]:
        """The words of everything that the bot has said since its last words."""
        if hidden:
            for start, end in self._unsaid:
                yield ev.SensitiveSound(at=at, side="bot", start=start, end=end)
        self._bot_masked |= hidden and self._bot_since is not None
        self._unsaid, self._going_to_say, self._told = [], False, not hidden

    def _bot_silent(self, at: float, since: float) -> Iterator[ev.Event]:
        if self._bot_since is None:
            return
        if self._bot_masked:
            yield ev.SensitiveSound(at=at, side="bot", start=self._bot_since, end=since)
        elif not self._told:
            self._unsaid.append((self._bot_since, since))
        self._bot_since, self._bot_masked = None, False
