"""A scenario's caller on the line: says what it is given, when it is given it, and hangs up."""

from collections import deque

from callwright.lab.caller import CHUNK, Speech
from callwright.lab.sound import Samples
from callwright.lines.recorded import BotVoice

_SILENCE = bytes(2 * CHUNK)


class ScriptedCaller:
    """Speaks one thing after the other, whatever the bot does."""

    def __init__(self) -> None:
        self._waiting: deque[Speech] = deque()
        self._leaving = False

    def say(self, sound: Samples) -> None:
        """Speak 16-bit mono samples at 16 kHz, after what is being said now."""
        self._waiting.append(Speech(sound.tobytes()))

    def hang_up(self) -> None:
        """Leave as soon as everything is said."""
        self._leaving = True

    def speak(self, now: float, bot: BotVoice) -> bytes | None:
        """The next 20 ms; None hangs up."""
        while self._waiting:
            chunk = self._waiting[0].next()
            if chunk is not None:
                return chunk
            self._waiting.popleft()
        return None if self._leaving else _SILENCE
