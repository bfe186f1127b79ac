"""Callers made of a recording: one who waits for the bot, one who keeps the recording's time."""

from dataclasses import dataclass

import numpy as np

from callwright.lab.recording import CallerTurn, Recording
from callwright.lab.sound import RATE
from callwright.lines.recorded import CHUNK_SECONDS, BotVoice

CHUNK = round(RATE * CHUNK_SECONDS)

# A caller who got no answer for this long goes on, or hangs up when there is nothing left to say.
PATIENCE = 10.0

# Having said everything, a caller waits this long for the bot to go on.
LAST_WORD = 3.0

# A bot that pauses for less than this has not finished.
FINISHED = 0.5

_SILENCE = bytes(2 * CHUNK)


@dataclass(slots=True)
class Speech:
    """Sound being spoken, a chunk at a time."""

    sound: bytes
    at: int = 0

    def next(self) -> bytes | None:
        """The next chunk, padded with silence at the end; None when it is over."""
        if self.at >= len(self.sound):
            return None
        chunk = self.sound[self.at : self.at + 2 * CHUNK]
        self.at += 2 * CHUNK
        return chunk.ljust(2 * CHUNK, b"\0")


class ReactiveCaller:
    """Speaks each turn when the bot has finished, or a while after it has begun (barge-in).

    Args:
        recording: Whose turns are spoken. Without any, the caller listens in silence for as long
            as the recording lasts.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._turns = list(recording.turns)
        self._speech: Speech | None = None
        self._quiet_since = 0.0
        if not self._turns:
            self._speech = Speech(recording.samples.tobytes())

    def speak(self, now: float, bot: BotVoice) -> bytes | None:
        """The next 20 ms; None hangs up."""
        if self._speech is None and self._turns and self._due(self._turns[0], now, bot):
            self._speech = Speech(self._recording.sound(self._turns.pop(0)).tobytes())
        if self._speech is not None:
            chunk = self._speech.next()
            if chunk is not None:
                return chunk
            self._speech = None
            self._quiet_since = now
        if not self._turns and self._has_nothing_left(now, bot):
            return None
        return _SILENCE

    def _answered(self, bot: BotVoice) -> bool:
        return bot.speaking or (bot.ended is not None and bot.ended > self._quiet_since)

    def _due(self, turn: CallerTurn, now: float, bot: BotVoice) -> bool:
        if not self._answered(bot):
            return not bot.speaking and now - self._quiet_since >= max(PATIENCE, turn.pause)
        if turn.after == "start":
            return now - (bot.began or 0.0) >= turn.pause
        return self._bot_finished(now, bot, max(turn.pause, FINISHED))

    def _has_nothing_left(self, now: float, bot: BotVoice) -> bool:
        if self._answered(bot):
            return self._bot_finished(now, bot, LAST_WORD)
        return not bot.speaking and now - self._quiet_since >= PATIENCE

    @staticmethod
    def _bot_finished(now: float, bot: BotVoice, seconds: float) -> bool:
        return not bot.speaking and bot.ended is not None and now - bot.ended >= seconds


class TimelineCaller:
    """Plays the recording from beginning to end, whatever the bot does.

    Args:
        recording: What is played.
    """

    def __init__(self, recording: Recording) -> None:
        self._speech = Speech(np.ascontiguousarray(recording.samples).tobytes())
        self._over_at: float | None = None

    def speak(self, now: float, bot: BotVoice) -> bytes | None:
        """The next 20 ms; None hangs up once the bot has had its last word."""
        chunk = self._speech.next()
        if chunk is not None:
            return chunk
        if self._over_at is None:
            self._over_at = now
        silent_for = now - max(self._over_at, bot.ended or 0.0)
        if not bot.speaking and silent_for >= LAST_WORD:
            return None
        return _SILENCE
