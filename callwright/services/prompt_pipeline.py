"""A pipeline that starts and ends on time: nobody waits for a provider that says nothing any more.

Pipecat's services connect while the pipeline is set up, and what starts it does not get past one
that has not finished. A provider that takes connections and then says nothing would keep the caller
in silence; the others can greet meanwhile, and what it should have done fails by itself. At the end
of a call a connection in which nothing moves is not closed politely but broken off.
"""

import asyncio
from collections.abc import Sequence

from loguru import logger
from pipecat.pipeline.base_pipeline import BasePipeline
from pipecat.pipeline.pipeline import Pipeline
from pipecat.processors.frame_processor import FrameProcessor, FrameProcessorSetup
from websockets.asyncio.client import ClientConnection

# Twice what connecting usually takes, and half of what a caller waits for the first word.
CONNECTING_SECONDS = 2.5

# What takes longer than this to close does not close; how long breaking off may take.
CLOSING_SECONDS = 4.0
BREAKING_SECONDS = 1.0


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

    async def _cleanup_processors(self, processors: Sequence[FrameProcessor]) -> None:
        await asyncio.gather(*[self._clean(processor) for processor in processors])

    async def _clean(self, processor: FrameProcessor) -> None:
        cleaning = asyncio.ensure_future(super()._cleanup_processors([processor]))
        try:
            if isinstance(processor, BasePipeline):
                await cleaning  # those that it is made of are watched themselves
                return
            _, late = await asyncio.wait([cleaning], timeout=CLOSING_SECONDS)
            if late:
                logger.warning(f"{processor} does not close; its connection is broken off")
                _break_off(processor)
                await asyncio.wait([cleaning], timeout=BREAKING_SECONDS)
        finally:
            cleaning.cancel()

    async def cleanup(self) -> None:
        """Let nobody connect any more, then clean up."""
        for connecting in list(self._still_connecting):
            await self.cancel_task(connecting)
        await super().cleanup()


def _break_off(processor: FrameProcessor) -> None:
    for value in vars(processor).values():
        if isinstance(value, ClientConnection):
            value.transport.abort()
