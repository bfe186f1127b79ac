"""How well the embedded ear hears the bundled callers, and how fast."""

import re
import time

from bench.calls import RECORDINGS


def measure() -> list[str]:
    """Word error rate and real-time factor over every turn of every bundled recording."""
    from bot.plan import language_request
    from callwright.declarations.load import load
    from callwright.engines.ear import Ear
    from callwright.engines.language import build
    from callwright.lab.recording import read_recording

    ear = Ear(build(language_request(load().agent)))
    wrong = said = 0
    took = sound = 0.0
    for folder in sorted(path.parent for path in RECORDINGS.glob("*/caller.yaml")):
        recording = read_recording(folder)
        for turn in recording.turns:
            began = time.process_time()
            ear.expect(None)
            ear.start()
            pcm = recording.sound(turn).tobytes()
            for at in range(0, len(pcm), 640):
                ear.hear(pcm[at : at + 640])
            heard = ear.finish().text
            took += time.process_time() - began
            sound += turn.end - turn.begin
            expected = _words(turn.says)
            wrong += _edits(expected, _words(heard))
            said += len(expected)
    return [
        f"word error rate {wrong / said:.1%} over {said} words of the bundled (synthetic) callers",
        f"real-time factor {took / sound:.3f}",
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def _edits(expected: list[str], heard: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(expected, start=1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(heard, start=1):
            cost = min(row[at] + 1, row[at - 1] + 1, diagonal + (word != other))
            diagonal, row[at] = row[at], cost
    return row[-1]
