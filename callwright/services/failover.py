"""Several services of one role, one of them at work: what it leaves undone the next one does.

Pipecat's switcher routes frames to one of its services and switches when one is beyond repair. This
one reacts to what really happens in a call (refused, limited, broken off, silent, too late), gives
the unfinished turn to the next service, and comes back to the first one after a while. What a turn
is, when a sign of life is due and how a turn is given on differs with the role: see the subclasses
in `failover_llm`, `failover_tts` and `failover_stt`.
"""

import asyncio
import time
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from loguru import logger
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    ErrorFrame,
    Frame,
    InterruptionFrame,
    ServiceMetadataFrame,
    ServiceSwitcherRequestMetadataFrame,
    ServiceUpdateSettingsFrame,
    StartFrame,
)
from pipecat.pipeline.service_switcher import (
    ServiceSwitcher,
    ServiceSwitcherStrategy,
    ServiceSwitcherStrategyManual,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.ai_service import AIService
from pipecat.utils.errors import ErrorCategory

from callwright.calls import events as ev
from callwright.calls.plain_error import plain_error
from callwright.services.health import Health
from callwright.services.prompt_pipeline import PromptPipeline
from processors.frames import NoteFrame

_ALWAYS = (
    StartFrame,
    EndFrame,
    CancelFrame,
    ErrorFrame,
    ServiceMetadataFrame,
    ServiceSwitcherRequestMetadataFrame,
    ServiceUpdateSettingsFrame,
)
_HOPELESS = (ErrorCategory.AUTHENTICATION, ErrorCategory.AUTHORIZATION)


@dataclass
class AbandonFrame(InterruptionFrame):
    """Ends what is being done, for a service or those behind it; nobody interrupted anybody."""


class Gate(FrameProcessor):
    """Stands on both sides of a service and is open while that service is the one at work."""

    def __init__(self, strategy: ServiceSwitcherStrategy, service: FrameProcessor) -> None:
        super().__init__(enable_direct_mode=True)
        self._strategy = strategy
        self._service = service

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """What keeps the pipeline together always passes, `AbandonFrame` never."""
        await super().process_frame(frame, direction)
        at_work = self._strategy.active_service is self._service
        if isinstance(frame, _ALWAYS) or (at_work and not isinstance(frame, AbandonFrame)):
            await self.push_frame(frame, direction)


class FailoverStrategy(ServiceSwitcherStrategyManual):
    """Switches where the failover says so; errors are its business too."""

    failover: "Failover | None" = None

    async def handle_error(self, error: ErrorFrame) -> FrameProcessor | None:
        """Take an error of the service at work; the next service, if that took over."""
        if self.failover is None:
            return None
        return await self.failover.handle_error(error)

    def activate(self, service: FrameProcessor) -> None:
        """Route to this service from now on."""
        self._active_service = service


class Failover(ServiceSwitcher[FailoverStrategy]):
    """Switches between services of one role as they fail and recover.

    Args:
        services: In order of preference.
        names: What the stack calls them.
        within: Seconds in which a sign of life is due.
    """

    ROLE: ClassVar[str]
    """What the record calls its services."""

    def __init__(self, services: list[FrameProcessor], names: list[str], within: float) -> None:
        super().__init__(services, FailoverStrategy)
        self.strategy.failover = self
        self._names = names
        self._within = within
        self._health = Health(len(services))
        self._tried: set[FrameProcessor] = set()
        self._hopeless: set[FrameProcessor] = set()
        self._alarm: asyncio.Task[None] | None = None
        self._started = False
        for service in services:
            service.add_event_handler("on_error", self._error_before_start)

    # --- what a role decides ----------------------------------------------------------------------

    @abstractmethod
    async def _replay(self, service: FrameProcessor) -> None:
        """Give the unfinished turn to a service."""

    @abstractmethod
    async def _give_up(self) -> None:
        """Nobody is left for this turn; leave nobody waiting for its end."""

    @property
    @abstractmethod
    def _unfinished(self) -> bool:
        """Whether a turn is under way."""

    async def _entering(self, frame: Frame, direction: FrameDirection) -> bool:
        """Follow a frame on its way in; whether it goes on."""
        return True

    async def _leaving(self, frame: Frame, direction: FrameDirection) -> bool:
        """Follow a frame of the service at work on its way out; whether it goes on."""
        return True

    # --- signs of life ----------------------------------------------------------------------------

    def _due(self, what: str, seconds: float | None = None) -> None:
        """From now on so many seconds remain until `what` has to happen."""
        self._calm()
        self._alarm = self.create_task(self._wait(what, seconds or self._within))

    def _calm(self) -> None:
        """Nothing is due."""
        alarm, self._alarm = self._alarm, None
        if alarm is not None and alarm is not asyncio.current_task():
            alarm.cancel()

    async def _wait(self, what: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._alarm = None
        await self._fail(f"{what} within {seconds:g} s")

    # --- switching --------------------------------------------------------------------------------

    async def handle_error(self, error: ErrorFrame) -> FrameProcessor | None:
        """The service at work reports an error; the next service, if that took over."""
        if error.category is ErrorCategory.APPLICATION:
            return None
        failing = self.strategy.active_service
        if error.category in _HOPELESS:
            self._hopeless.add(failing)
        if not self._unfinished and failing.is_usable:
            return None
        await self._fail(plain_error(error.error))
        active = self.strategy.active_service
        return active if active is not failing else None

    async def _error_before_start(self, service: FrameProcessor, error: ErrorFrame) -> None:
        """Errors while services connect are pushed before anybody listens."""
        if self._started:
            return
        if error.category in _HOPELESS:
            self._hopeless.add(service)
        self._health.failed(self._services.index(service), time.monotonic())

    async def _fail(self, reason: str) -> None:
        """The service at work has failed: the next one that has not been tried does its turn."""
        self._calm()
        failing = self.strategy.active_service
        self._health.failed(self._services.index(failing), time.monotonic())
        self._tried.add(failing)
        chosen = self._next_untried()
        if chosen is None:
            logger.warning(f"{self.ROLE}: {reason}; nobody is left")
            trouble = ev.Trouble(where=type(self).__name__, what=f"{reason}; nobody is left")
            await self.push_frame(NoteFrame(trouble))
            self._tried.clear()
            if self._unfinished:
                await failing.queue_frame(AbandonFrame())
                await self._give_up()
            return
        await self._switch(chosen, reason)
        await self._abandon(failing)
        if self._unfinished:
            await self._replay(chosen)

    async def _abandon(self, service: FrameProcessor) -> None:
        """Let a service drop what it was doing."""
        await service.queue_frame(AbandonFrame())

    def _next_untried(self) -> FrameProcessor | None:
        left = [one for one in self._services if one not in self._tried | self._hopeless]
        now = time.monotonic()
        rested = [one for one in left if self._health.is_back(self._services.index(one), now)]
        return next(iter(rested or left), None)

    async def _switch(self, chosen: FrameProcessor, reason: str) -> None:
        leaving = self.strategy.active_service
        self.strategy.activate(chosen)
        await chosen.set_usable(True)
        note = ev.SwitchedOver(
            role=self.ROLE, service=self._called(leaving), reason=reason, to=self._called(chosen)
        )
        await self.push_frame(NoteFrame(note))
        await chosen.queue_frame(ServiceSwitcherRequestMetadataFrame(service=chosen))

    def _called(self, service: FrameProcessor) -> str:
        return self._names[self._services.index(service)]

    async def _begin(self) -> None:
        """A turn begins: whoever is to be preferred now does it."""
        self._tried.clear()
        active, now = self.strategy.active_service, time.monotonic()
        back = [
            one
            for index, one in enumerate(self._services)
            if one not in self._hopeless and self._health.is_back(index, now)
        ]
        best = next(iter(back), active)
        if best is not active:
            earlier = self._services.index(best) < self._services.index(active)
            why = f"{self._called(best)} is tried again" if earlier else "it could not connect"
            await self._switch(best, why)

    def _done(self) -> None:
        """The service at work has done a turn."""
        self._calm()
        self._tried.clear()
        self._health.worked(self._services.index(self.strategy.active_service))

    # --- frames -----------------------------------------------------------------------------------

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Follow what goes in."""
        if isinstance(frame, CancelFrame | EndFrame):
            await self._ending(frame)
        if await self._entering(frame, direction):
            await super().process_frame(frame, direction)

    async def push_frame(
        self, frame: Frame, direction: FrameDirection = FrameDirection.DOWNSTREAM
    ) -> None:
        """Follow what comes out."""
        self._started = self._started or isinstance(frame, StartFrame)
        if isinstance(frame, NoteFrame) or await self._leaving(frame, direction):
            await super().push_frame(frame, direction)

    async def cleanup(self) -> None:
        """Stop waiting."""
        self._calm()
        await super().cleanup()

    async def _ending(self, frame: Frame) -> None:
        self._calm()

    async def _pass_on(self, frame: Frame) -> None:
        """Push a frame downstream past `_leaving`."""
        await super().push_frame(frame)

    async def _parallel_push_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if self._synchronizing and not self._started:
            await super()._parallel_push_frame(frame, direction)
        elif frame.id not in self._seen_ids:
            # Pipecat would hold back what is said while the end of the call passes the others.
            self._seen_ids.add(frame.id)
            await self.push_frame(frame, direction)

    @staticmethod
    def _make_pipeline_definitions(
        services: list[FrameProcessor], strategy: ServiceSwitcherStrategy
    ) -> list[Any]:
        return [
            [PromptPipeline([Gate(strategy, one), one, Gate(strategy, one)])] for one in services
        ]


def is_connected(service: FrameProcessor) -> bool:
    """Whether a service's websocket is open; services without one always are."""
    if not isinstance(service, AIService) or "_websocket" not in vars(service):
        return True
    socket: Any = vars(service)["_websocket"]
    return socket is not None and getattr(socket.state, "name", "") == "OPEN"
