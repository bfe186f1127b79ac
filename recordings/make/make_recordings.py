"""Makes the recorded callers of this folder with flite, a small speech synthesiser.

    python recordings/make/make_recordings.py [NAME…]

Needed only to change them; the WAV files are in the repository. `flite` with the voices slt, rms
and awb must be installed (Debian: `apt-get install flite`). The same flite makes the same files.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import yaml
from numpy.typing import NDArray

RATE = 16000
BETWEEN_SECONDS = 1.2
AROUND_SECONDS = 0.05
NOISE_LEVEL = 3.0
PEAK = 11000.0

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Turn:
    """What the caller says: phrases, and pauses in seconds between them.

    Args:
        parts: Spoken one after another; no phrase at all is a turn spent in silence.
        after: Whether the caller waits for the bot's last word or for its first.
        pause: Seconds after that.
    """

    parts: tuple[str | float, ...]
    after: Literal["bot", "start"] = "bot"
    pause: float = 0.6

    @property
    def says(self) -> str:
        phrases = [part for part in self.parts if isinstance(part, str)]
        return " ".join(" ".join(phrases).replace(",", "").split())


def turn(*parts: str | float, after: Literal["bot", "start"] = "bot", pause: float = 0.6) -> Turn:
    return Turn(parts, after, pause)


CALLERS: dict[str, tuple[str, tuple[Turn, ...]]] = {
    "reception-plain": (
        "slt",
        (
            turn("hi, i have a question about my bill"),
            turn("my name is anna bell", pause=0.5),
            turn("four one five", 0.25, "five five five", 0.25, "zero one three two", pause=0.8),
            turn("yes, that's right", pause=0.4),
        ),
    ),
    "reception-barge-in": (
        "rms",
        (
            turn("hello, i want to change my appointment", after="start", pause=2.2),
            turn("this is john harris", pause=0.5),
            turn(
                "it's six one seven, five five five, zero one four four", after="start", pause=0.9
            ),
            turn("yes it is", pause=0.4),
        ),
    ),
    "reception-silence": (
        "awb",
        (
            turn("good morning, i'm calling about my insurance"),
            turn(9.0, pause=0.6),
            turn("sorry, my name is robert clark", pause=0.9),
            turn("three one two, five five five, zero one six eight", pause=0.7),
            turn("yes that's correct", pause=0.5),
        ),
    ),
    "reception-pause": (
        "rms",
        (
            turn("hello, i am calling about", 1.0, "my test results"),
            turn("david thompson", pause=0.7),
            turn("two one two", 0.9, "five five five", 1.0, "zero one four seven", pause=0.6),
            turn("yes", pause=0.5),
        ),
    ),
    "reception-repeat": (
        "awb",
        (
            turn("hello, i need a refill of my prescription"),
            turn("can you repeat that please", pause=0.5),
            turn("it's nancy mitchell", pause=0.5),
            turn("sorry, what was that", pause=0.5),
            turn("seven one eight, five five five, zero one nine six", pause=0.9),
            turn("that's right", pause=0.4),
        ),
    ),
    "reception-human": (
        "slt",
        (
            turn("hi, this is emily cooper"),
            turn("can i speak to a real person please", pause=0.6),
        ),
    ),
    "reception-at-once": (
        "rms",
        (
            turn(
                "hi, this is paul jenkins,",
                "i'm calling about my test results,",
                0.2,
                "and my number is five one zero, five five five, zero one eight eight",
            ),
            turn("yes that's right", pause=0.5),
        ),
    ),
    "reception-correction": (
        "awb",
        (
            turn("i need to cancel my appointment"),
            turn("my name is thomas wilson", pause=0.5),
            turn("my number is two oh six, five five five, zero one two three", pause=0.6),
            turn("no, it's two oh six, five five five, zero one two four", pause=0.5),
            turn("yes, that's it", pause=0.5),
        ),
    ),
}


def spoken(phrase: str, voice: str) -> Samples:
    """A phrase in a flite voice, without the silence around it, at one level."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phrase.wav"
        subprocess.run(["flite", "-voice", voice, "-t", phrase, "-o", str(path)], check=True)
        samples, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"flite's voice {voice} speaks at {rate} Hz, not {RATE}")
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    around = round(AROUND_SECONDS * RATE)
    cut = samples[max(0, loud[0] - around) : loud[-1] + around]
    return (cut * (PEAK / np.max(np.abs(cut)))).astype(np.float32)


def laid_out(voice: str, turns: tuple[Turn, ...]) -> tuple[Samples, list[dict[str, object]]]:
    """The caller's turns one after another, and where each stands, in seconds."""
    sound: list[Samples] = [silence(BETWEEN_SECONDS)]
    at = len(sound[0])
    listed: list[dict[str, object]] = []
    for each in turns:
        parts = [silence(p) if isinstance(p, float) else spoken(p, voice) for p in each.parts]
        length = sum(len(part) for part in parts)
        listed.append(
            {
                "from": at / RATE,
                "to": (at + length) / RATE,
                "says": each.says,
                "after": each.after,
                "pause": each.pause,
            }
        )
        sound += [*parts, silence(BETWEEN_SECONDS)]
        at += length + len(sound[-1])
    return np.concatenate(sound), listed


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def make(name: str, root: Path) -> None:
    """Write one recording: `user.wav` and `caller.yaml`."""
    voice, turns = CALLERS[name]
    sound, listed = laid_out(voice, turns)
    noise = np.random.default_rng(len(sound)).normal(0.0, NOISE_LEVEL, len(sound))
    folder = root / name
    folder.mkdir(exist_ok=True)
    soundfile.write(folder / "user.wav", (sound + noise).astype(np.int16), RATE, "PCM_16")
    lines = [f"caller: {name}", "agent: reception", f"voice: flite {voice}", "turns:"]
    for each in listed:
        flow = yaml.safe_dump(each, default_flow_style=True, sort_keys=False, width=1000)
        lines.append(f"  - {flow.strip()}")
    (folder / "caller.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{folder}: {len(sound) / RATE:.1f} s, {len(turns)} turns")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CALLERS:
        make(chosen, Path(__file__).resolve().parent.parent)
