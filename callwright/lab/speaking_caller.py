"""A simulated caller on a line: speaks with a voice of this machine, hears the bot's words.

What the caller hears is what was heard of the bot, before the record masks any of it; when the bot
speaks and when it is silent is heard on the line itself.
"""

import random
import re
from collections.abc import Callable

import numpy as np

from callwright.calls import events as ev
from callwright.emulators.reference import Reference
from callwright.lab.caller import CHUNK, FINISHED, LAST_WORD, PATIENCE, Speech
from callwright.lab.caller_voice import CallerVoice
from callwright.lab.personas import Fragments
from callwright.lab.simulated_caller import SimulatedCaller
from callwright.lab.sound import RATE, Samples
from callwright.lab.telephone import Telephone
from callwright.lines.recorded import BotVoice

# Nobody stays on the line longer, seconds.
LONGEST_CALL = 600.0

# A bot that has spoken so long can be interrupted; one whose words are not known so long after its
# last sound has said nothing, seconds.
_SPOKEN_INTO = 1.2
_WORDS_KNOWN = 2.0

_SILENCE = bytes(2 * CHUNK)


class SpeakingCaller:
    """Speaks for a simulated caller, 20 ms at a time.

    Args:
        mind: What the caller says.
        reference: Learns every word before it is spoken, for stand-ins that recognise it.
        seed: Decides how the sound fares on its way, and where an answer falls to pieces.
        longest: Seconds after which the caller hangs up whatever happens.
    """

    def __init__(
        self,
        mind: SimulatedCaller,
        reference: Reference,
        seed: int = 0,
        longest: float = LONGEST_CALL,
    ) -> None:
        self._mind, self._reference, self._longest = mind, reference, longest
        self._voices: dict[str, CallerVoice] = {}
        who = f"{mind.persona.name} {seed}"
        self._telephone = Telephone(mind.persona.line, who)
        self._draw = random.Random(f"speaking {who}")
        self._speech: Speech | None = None
        self._heard: list[str] = []
        self._quiet_since = 0.0
        self._pause = max(FINISHED, mind.pause())
        self._considered: float | None = None
        self.too_long = False

    def notice(self, event: ev.Event) -> None:
        """Something happened in the call; the bot's words are what the caller hears."""
        if isinstance(event, ev.Said):
            self._heard.append(event.text)

    def speak(self, now: float, bot: BotVoice) -> bytes | None:
        """The next 20 ms; None hangs up."""
        chunk = self._spoken(now, bot)
        return None if chunk is None else self._telephone.carry(chunk)

    def _spoken(self, now: float, bot: BotVoice) -> bytes | None:
        """The same, before it goes on its way."""
        if self._speech is not None:
            chunk = self._speech.next()
            if chunk is not None:
                return chunk
            self._speech, self._quiet_since = None, now
            self._pause = max(FINISHED, self._mind.pause())
        if now >= self._longest:
            self.too_long = True
            return None
        if bot.speaking:
            self._speak_into(now, bot)
            return _SILENCE
        if not self._due(now, bot):
            return _SILENCE
        heard, self._heard, self._quiet_since = " ".join(self._heard), [], now
        words = self._mind.answer(heard)
        if words is None:
            return None
        self._say(words)
        return _SILENCE

    def _due(self, now: float, bot: BotVoice) -> bool:
        """Whether it is the caller's turn."""
        silent = now - max(self._quiet_since, bot.ended or 0.0)
        spoke = bot.ended is not None and bot.ended > self._quiet_since
        if spoke and self._heard:
            return silent >= self._pause
        if spoke:
            return silent >= max(self._pause, _WORDS_KNOWN)
        return silent >= (LAST_WORD if self._mind.leaves else PATIENCE)

    def _speak_into(self, now: float, bot: BotVoice) -> None:
        if bot.began is None or bot.began == self._considered:
            return
        if now - bot.began >= _SPOKEN_INTO:
            self._considered = bot.began
            if self._mind.interrupts():
                self._say(self._mind.interjection())

    def _say(self, words: str) -> None:
        sound = self._sound(words)
        if len(sound):
            self._reference.add(sound, RATE, _sayable(words))
            self._speech = Speech(sound.tobytes())

    def _sound(self, words: str) -> Samples:
        language, who = self._mind.language, self._mind.persona
        if language not in self._voices:
            self._voices[language] = CallerVoice(language, who.rate_wpm)
        say = self._voices[language].say
        pieces = who.fragments
        sound = say(words) if pieces is None else self._in_pieces(words, pieces, say)
        return (sound * who.volume).astype(np.int16) if who.volume < 1 else sound

    def _in_pieces(self, words: str, how: Fragments, say: Callable[[str], Samples]) -> Samples:
        """A few words, a pause, a few more."""
        left, sounds = words.split(), list[Samples]()
        while left:
            count = self._draw.randint(1, how.words)
            sounds.append(say(" ".join(left[:count])))
            del left[:count]
            if left:
                pause = self._draw.uniform(*how.pause)
                sounds.append(np.zeros(round(pause * RATE), np.int16))
        return np.concatenate(sounds) if sounds else np.zeros(0, np.int16)


def _sayable(words: str) -> str:
    """The words of a text without its markup, as a recogniser may write them."""
    return " ".join(re.findall(r"[\w'’-]+", re.sub(r"<[^>]*>", " ", words)))
