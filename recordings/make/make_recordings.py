"""Makes the recorded callers of this folder with flite, a small speech synthesiser; espeak-ng
speaks Spanish.

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

from callwright.engines.mouth import Mouth
from callwright.engines.resample import Resampler

RATE = 16000
BETWEEN_SECONDS = 1.2
AROUND_SECONDS = 0.05
NOISE_LEVEL = 3.0
PEAK = 11000.0

AGENTS = Path(__file__).resolve().parents[2] / "pipelines" / "agents"
SPANISH = "espeak es"

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
        "flite slt",
        (
            turn("hi, i have a question about my bill"),
            turn("my name is anna bell", pause=0.5),
            turn("four one five", 0.25, "five five five", 0.25, "zero one three two", pause=0.8),
            turn("yes, that's right", pause=0.4),
        ),
    ),
    "reception-barge-in": (
        "flite rms",
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
        "flite awb",
        (
            turn("good morning, i'm calling about my insurance"),
            turn(9.0, pause=0.6),
            turn("sorry, my name is robert clark", pause=0.9),
            turn("three one two, five five five, zero one six eight", pause=0.7),
            turn("yes that's correct", pause=0.5),
        ),
    ),
    "reception-pause": (
        "flite rms",
        (
            turn("hello, i am calling about", 1.0, "my test results"),
            turn("david thompson", pause=0.7),
            turn("two one two", 0.9, "five five five", 1.0, "zero one four seven", pause=0.6),
            turn("yes", pause=0.5),
        ),
    ),
    "reception-repeat": (
        "flite awb",
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
        "flite slt",
        (
            turn("hi, this is emily cooper"),
            turn("can i speak to a real person please", pause=0.6),
        ),
    ),
    "reception-at-once": (
        "flite rms",
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
        "flite awb",
        (
            turn("i need to cancel my appointment"),
            turn("my name is thomas wilson", pause=0.5),
            turn("my number is two oh six, five five five, zero one two three", pause=0.6),
            turn("no, it's two oh six, five five five, zero one two four", pause=0.5),
            turn("yes, that's it", pause=0.5),
        ),
    ),
    "clinic-plain": (
        "flite slt",
        (
            turn("hi, i would like to book an appointment"),
            turn("my name is anna bell", pause=0.5),
            turn("march third, nineteen eighty five", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("yes", pause=0.6),
            turn("a blood test, please", pause=0.5),
            turn("tuesday at three in the afternoon", pause=0.7),
            turn("yes, that's right", pause=0.5),
        ),
    ),
    "clinic-correction": (
        "flite rms",
        (
            turn("hello, i need an appointment for a checkup"),
            turn("this is david thompson", pause=0.5),
            turn("june fourth, nineteen seventy two", pause=0.6),
            turn("no, it's june fourteenth, nineteen seventy two", pause=0.5),
            turn("yes, that's right", pause=0.5),
            turn("yes", pause=0.6),
            turn("friday at ten in the morning", pause=0.7),
            turn("yes", pause=0.5),
        ),
    ),
    "clinic-refused": (
        "flite slt",
        (
            turn("hi, i would like to make an appointment"),
            turn("my name is nancy mitchell", pause=0.5),
            turn("october twenty first, nineteen ninety", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("no", pause=0.6),
        ),
    ),
    "clinic-at-once": (
        "flite rms",
        (
            turn(
                "hello, this is david thompson,",
                0.2,
                "born june fourteenth, nineteen seventy two,",
                0.2,
                "i need an appointment for a checkup",
            ),
            turn("yes, that's right", pause=0.5),
            turn("yes", pause=0.6),
            turn("wednesday at nine in the morning", pause=0.7),
            turn("yes", pause=0.5),
        ),
    ),
    "clinic-unknown": (
        "flite awb",
        (
            turn("hello, i would like to book an appointment"),
            turn("my name is robert clark", pause=0.5),
            turn("april third, nineteen sixty two", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("my name is robert clark", pause=0.6),
            turn("april fourth, nineteen sixty two", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("my name is robert clark", pause=0.6),
            turn("april fifth, nineteen sixty two", pause=0.6),
            turn("yes, that's right", pause=0.5),
        ),
    ),
    "clinic-robot": (
        "flite slt",
        (
            turn("hi, i would like to book an appointment"),
            turn("are you a real person", pause=0.5),
            turn("my name is nancy mitchell", pause=0.5),
            turn("october twenty first, nineteen ninety", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("yes", pause=0.6),
            turn("a vaccination", pause=0.5),
            turn("thursday at eleven in the morning", pause=0.7),
            turn("yes", pause=0.5),
        ),
    ),
    "clinic-es": (
        "espeak es",
        (
            turn("hola, quisiera pedir una cita"),
            turn("me llamo maría lópez", pause=0.5),
            turn("el tres de marzo de mil novecientos ochenta y cinco", pause=0.6),
            turn("sí, es correcto", pause=0.5),
            turn("sí, de acuerdo", pause=0.6),
            turn("un análisis de sangre", pause=0.5),
            turn("el martes a las tres de la tarde", pause=0.7),
            turn("sí, es correcto", pause=0.5),
        ),
    ),
    "dispatch-plain": (
        "flite rms",
        (
            turn("hello, my car has broken down and i need a tow truck"),
            turn("four one five, five five five, zero one three two", pause=0.6),
            turn("yes, that's right", pause=0.5),
            turn("a as in alpha, b as in bravo, c as in charlie", 0.2, "one two three four"),
            turn("yes, that's right", pause=0.5),
            turn("forty two maple street, springfield", pause=0.7),
            turn("yes, that's right", pause=0.5),
            turn("yes", pause=0.8),
        ),
    ),
}


def agent_of(name: str) -> str:
    """The agent that a recording calls: the longest of those that begin its name."""
    agents = [path.parent.name for path in AGENTS.glob("*/agent.yaml")]
    return max((agent for agent in agents if f"{name}-".startswith(f"{agent}-")), key=len)


def spoken(phrase: str, voice: str) -> Samples:
    """A phrase in a voice, without the silence around it, at one level."""
    samples = by_espeak(phrase) if voice == SPANISH else by_flite(phrase, voice)
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    around = round(AROUND_SECONDS * RATE)
    cut = samples[max(0, loud[0] - around) : loud[-1] + around]
    return (cut * (PEAK / np.max(np.abs(cut)))).astype(np.float32)


def by_espeak(phrase: str) -> Samples:
    """A phrase in Spanish, by the voice of the embedded stack."""
    resampler = Resampler(Mouth.SAMPLE_RATE, RATE)
    pieces = [resampler.feed(spoken.pcm) for spoken in Mouth("es").speak(phrase)]
    pcm = b"".join([*pieces, resampler.flush()])
    return np.frombuffer(pcm, np.int16).astype(np.float32) / 32768


def by_flite(phrase: str, voice: str) -> Samples:
    """A phrase in a voice of flite."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phrase.wav"
        subprocess.run(
            ["flite", "-voice", voice.removeprefix("flite "), "-t", phrase, "-o", str(path)],
            check=True,
        )
        samples, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"flite's voice {voice} speaks at {rate} Hz, not {RATE}")
    return samples


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
    lines = [f"caller: {name}", f"agent: {agent_of(name)}", f"voice: {voice}", "turns:"]
    for each in listed:
        flow = yaml.safe_dump(each, default_flow_style=True, sort_keys=False, width=1000)
        lines.append(f"  - {flow.strip()}")
    (folder / "caller.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{folder}: {len(sound) / RATE:.1f} s, {len(turns)} turns")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CALLERS:
        make(chosen, Path(__file__).resolve().parent.parent)
