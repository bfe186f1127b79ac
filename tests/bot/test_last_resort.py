"""The voice of last resort tells how much of its words was really played."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from bot import last_resort
from callwright.clock import run_virtual
from callwright.engines.phrases import ENGLISH
from callwright.lines.line import Line

RATE = 16000


class Output:
    """Takes sound, as the end of a pipeline does."""

    def __init__(self) -> None:
        self.taken = 0

    async def queue_frame(self, frame: Any) -> None:
        self.taken += len(frame.audio)


def played(text: str, broken_in_after: float | None) -> tuple[str, int]:
    output = Output()
    transport = SimpleNamespace(output=lambda: output)
    line = cast(Line, SimpleNamespace(transport=transport, audio_out_rate=RATE))

    async def speak() -> str:
        broken_in = asyncio.Event()
        if broken_in_after is not None:
            asyncio.get_running_loop().call_later(broken_in_after, broken_in.set)
        return await last_resort.say(text, line, broken_in)

    return run_virtual(speak()), output.taken


def test_words_are_said_to_the_end_unless_somebody_breaks_in() -> None:
    for text in (ENGLISH.trouble, ENGLISH.failed):
        said, taken = played(text, None)
        assert said == text
        assert taken == len(last_resort.spoken(text, RATE).pcm)
    assert played(ENGLISH.trouble, 1.5)[0] == "I'm sorry, I'm having some"
    assert played(ENGLISH.trouble, 0.01)[0] == ""


def test_the_voice_is_one_of_the_callers_language() -> None:
    words = "Adiós."
    spanish, english = (last_resort.spoken(words, RATE, language) for language in ("es", "en"))
    assert spanish.words == english.words
    assert spanish.pcm != english.pcm
