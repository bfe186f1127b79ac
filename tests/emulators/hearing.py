"""What tests of recognition's stand-ins share: a recording as a caller, and a small pipeline."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import yaml
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    InputAudioRawFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.workers.runner import WorkerRunner

from callwright.emulators.reference import Reference, ReferenceListener, ReferenceTurn
from callwright.emulators.standin import Scene

RECORDINGS = Path(__file__).parents[2] / "recordings"
RATE = 16000
PLAIN = [
    "hi i have a question about my bill",
    "my name is anna bell",
    "four one five five five five zero one three two",
    "yes that's right",
]


def recording(name: str = "reception-plain") -> tuple[np.ndarray, list[ReferenceTurn]]:
    """A caller's sound at 16000 Hz, and what is said in it."""
    samples, _ = sf.read(RECORDINGS / name / "user.wav", dtype="int16")
    notes = yaml.safe_load((RECORDINGS / name / "caller.yaml").read_text())
    turns = [ReferenceTurn(turn["from"], turn["to"], turn["says"]) for turn in notes["turns"]]
    return samples, turns


def scene(**changes: Any) -> Scene:
    """A stand-in that hears the plain recording."""
    reference = Reference(recording()[0], RATE, recording()[1])
    return Scene(listen=lambda: ReferenceListener(reference), **changes)


def chunks(samples: np.ndarray, milliseconds: int = 40) -> list[bytes]:
    """Sound as a client sends it."""
    size = RATE * milliseconds // 1000 * 2
    sound = samples.astype("<i2").tobytes()
    return [sound[start : start + size] for start in range(0, len(sound), size)]


def bare(texts: Sequence[str]) -> list[str]:
    """Transcripts without what recognition adds: capitals and full stops."""
    return [text.lower().rstrip(".") for text in texts if text]


class _Seen(BaseObserver):
    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.get_running_loop().time()
        self.frames: dict[int, tuple[float, Frame]] = {}

    async def on_push_frame(self, data: FramePushed) -> None:
        at = asyncio.get_running_loop().time() - self.began
        self.frames.setdefault(data.frame.id, (at, data.frame))


async def frames_of(
    processors: Sequence[Any],
    queued: Sequence[Frame],
    linger: float = 0.5,
    then: Sequence[Frame] = (),
) -> list[Frame]:
    """Everything that is seen in a pipeline while it is given frames, then others, then ended."""
    return [frame for _, frame in await timed_frames_of(processors, queued, linger, then)]


async def timed_frames_of(
    processors: Sequence[Any],
    queued: Sequence[Frame],
    linger: float = 0.5,
    then: Sequence[Frame] = (),
    pace: float = 0.001,
) -> list[tuple[float, Frame]]:
    """The same, with the seconds at which each frame was first seen."""
    seen = _Seen()
    settings = PipelineParams(audio_in_sample_rate=RATE)
    worker = PipelineWorker(
        Pipeline(list(processors)), params=settings, observers=[seen], enable_rtvi=False
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)

    async def feed() -> None:
        for frame in queued:
            await asyncio.sleep(pace)
            await worker.queue_frame(frame)
        await asyncio.sleep(linger)
        for frame in then:
            await worker.queue_frame(frame)
            await asyncio.sleep(linger)
        await worker.queue_frame(EndFrame())

    async with asyncio.timeout(30):
        await asyncio.gather(runner.run(auto_end=True), feed())
    return list(seen.frames.values())


def heard_frames(samples: np.ndarray, turns: Sequence[ReferenceTurn]) -> list[Frame]:
    """A recording as a transport would queue it, with what voice detection says of its turns."""
    found: list[Frame] = []
    at, started = 0.0, 0
    stopped = 0
    for sound in chunks(samples):
        found.append(InputAudioRawFrame(audio=sound, sample_rate=RATE, num_channels=1))
        at += 0.04
        if started < len(turns) and at >= turns[started].begin + 0.2:
            found.append(VADUserStartedSpeakingFrame())
            started += 1
        if stopped < len(turns) and at >= turns[stopped].end + 0.2:
            found.append(VADUserStoppedSpeakingFrame())
            stopped += 1
    return found
