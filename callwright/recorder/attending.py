"""A pipeline worker whose record is kept where frames are pushed, without a queue in between.

Pipecat hands every push and every processing of a frame to each observer through a queue and a task
of its own, so that a slow observer holds nobody up. The recorder never waits, and nobody here asks
about processing: that would be two thirds of all wakings of a call's event loop.
"""

from typing import Any

from pipecat.frames.frames import AudioRawFrame
from pipecat.observers.base_observer import BaseObserver, FrameProcessed, FramePushed
from pipecat.pipeline.base_pipeline import BasePipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.pipeline.worker_observer import WorkerObserver
from pipecat.utils.asyncio.task_manager import BaseTaskManager


class Attending(WorkerObserver):
    """Tells one observer at once of every first push, and the others what Pipecat would tell them.

    The others hear of no sound and of no processing.

    Args:
        first: Never waits in `on_push_frame`; wants every frame once.
        others: Those that Pipecat asked for: idleness, RTVI.
    """

    def __init__(self, first: BaseObserver, others: WorkerObserver) -> None:
        super().__init__()
        self._first = first
        self._others = others

    async def setup(self, task_manager: BaseTaskManager) -> None:
        """Prepare all of them."""
        await super().setup(task_manager)
        await self._first.setup(task_manager)
        await self._others.setup(task_manager)

    async def cleanup(self) -> None:
        """Let all of them go."""
        await super().cleanup()
        await self._first.cleanup()
        await self._others.cleanup()

    def add_observer(self, observer: BaseObserver) -> None:
        """Add one to the others."""
        self._others.add_observer(observer)

    async def remove_observer(self, observer: BaseObserver) -> None:
        """Remove one of the others."""
        await self._others.remove_observer(observer)

    async def on_pipeline_started(self) -> None:
        """Pass it on."""
        await self._first.on_pipeline_started()
        await self._others.on_pipeline_started()

    async def on_push_frame(self, data: FramePushed) -> None:
        """Record a first push now; pass on what is not sound."""
        frame = data.frame
        if frame.id not in self._frames_pushed:
            self._frames_pushed[frame.id] = frame
            data.first_push = True
            await self._first.on_push_frame(data)
        if not isinstance(frame, AudioRawFrame):
            await self._others.on_push_frame(data)

    async def on_process_frame(self, data: FrameProcessed) -> None:
        """Nobody asks."""


class RecordedWorker(PipelineWorker):
    """A pipeline worker with a recorder.

    Args:
        pipeline: The steps of the call.
        recorder: Records it.
        options: As Pipecat's own worker takes them.
    """

    def __init__(self, pipeline: BasePipeline, recorder: BaseObserver, **options: Any) -> None:
        super().__init__(pipeline, **options)
        self._observer = Attending(recorder, self._observer)
