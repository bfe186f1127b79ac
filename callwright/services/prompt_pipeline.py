"""A pipeline that starts on time: who has not connected by then goes on connecting in the call.

Pipecat's services connect while the pipeline is set up, and what starts it does not get past one
that has not finished. A provider that takes connections and then says nothing would keep the caller
in silence; the others can greet meanwhile, and what it should have done fails by itself.
"""

import asyncio

from pipecat.pipeline.base_pipeline import BasePipeline
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameProcessor, FrameProcessorSetup

# Twice what connecting usually takes, and half of what a caller waits for the first word.
CONNECTING_SECONDS = 2.5


class PromptPipeline(Pipeline):
    """A Pipecat pipeline that waits only so long for its processors to be set up."""

    def __init__(self, processors: list[FrameProcessor]) -> None:
        super().__init__(processors)
        self._still_connecting: set[asyncio.Task[None]] = set()

    async def _setup_processor(self, processor: FrameProcessor, setup: FrameProcessorSetup) -> None:
        connecting = self.create_task(
            super()._setup_processor(processor, setup), f"{self}::connecting::{processor}"
        )
        try:
            _, late = await asyncio.wait([connecting], timeout=CONNECTING_SECONDS)
        except asyncio.CancelledError:
            connecting.cancel()
            raise
        if late:
            if not isinstance(processor, BasePipeline):
                await processor.push_error(f"it has not connected within {CONNECTING_SECONDS:g} s")
            self._still_connecting.add(connecting)
            connecting.add_done_callback(self._still_connecting.discard)

    async def cleanup(self) -> None:
        """Let nobody connect any more, then clean up."""
        for connecting in list(self._still_connecting):
            await self.cancel_task(connecting)
        await super().cleanup()
