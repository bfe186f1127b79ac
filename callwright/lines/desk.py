"""A call at the developer's desk: this machine's microphone and speaker."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    CancelFrame,
    ClientConnectedFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    StartFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams

from callwright.declarations.errors import InputError
from callwright.lines.desk_devices import (
    choose_device,
    default_indices,
    list_devices,
    load_portaudio,
)
from callwright.lines.desk_streams import (
    BLOCK_SECONDS,
    Format,
    Microphone,
    Speaker,
    Stream,
    agree_format,
)
from callwright.lines.line import Line
from callwright.lines.trouble import LineLost

IN_RATE = 16000
OUT_RATE = 24000
# Sound servers answer late at first (a PulseAudio null sink takes two seconds) and then every
# 20 ms, so a stream that is silent for this long is gone even if PortAudio has not said so.
WATCH_SECONDS = 5.0
DRAIN_SECONDS = 3.0
# At first a device takes blocks as fast as it can, to fill its own buffer (PulseAudio: 12 of them).
STEADY_BLOCKS = 16


class DeskInput(BaseInputTransport):
    """Microphone → ``InputAudioRawFrame`` of about 20 ms, mono, at the line's rate."""

    def __init__(
        self, transport: "DeskTransport", microphone: Microphone, params: TransportParams
    ) -> None:
        super().__init__(params)
        self._transport = transport
        self._microphone = microphone
        self._pump: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        """Start listening."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        if self._pump is None:
            self._pump = self.create_task(self._pump_blocks())
        await self._transport.begin(self._microphone)
        await self.push_frame(ClientConnectedFrame())

    async def stop(self, frame: EndFrame) -> None:
        """Stop listening at the end of the call."""
        await super().stop(frame)
        await self._stop_pump()

    async def cancel(self, frame: CancelFrame) -> None:
        """Stop listening at once."""
        await super().cancel(frame)
        await self._stop_pump()

    async def cleanup(self) -> None:
        """Stop listening, whatever happened before."""
        await super().cleanup()
        await self._stop_pump()
        await self._transport.cleanup()

    async def _pump_blocks(self) -> None:
        while True:
            block = await self._microphone.blocks.get()
            await self.push_audio_frame(
                InputAudioRawFrame(audio=block, sample_rate=self.sample_rate, num_channels=1)
            )

    async def _stop_pump(self) -> None:
        pump, self._pump = self._pump, None
        if pump is not None:
            await self.cancel_task(pump)


class DeskOutput(BaseOutputTransport):
    """Audio frames → speaker, paced by the device.

    An ``InterruptionFrame`` also takes back the 40 ms that lie between here and the device.
    """

    def __init__(
        self, transport: "DeskTransport", speaker: Speaker, params: TransportParams
    ) -> None:
        super().__init__(params)
        self._transport = transport
        self._speaker = speaker

    async def start(self, frame: StartFrame) -> None:
        """Start playing."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        await self._transport.begin(self._speaker)

    async def stop(self, frame: EndFrame) -> None:
        """Play what was said, to the last sample."""
        await super().stop(frame)
        try:
            await asyncio.wait_for(self._speaker.drain(), timeout=DRAIN_SECONDS)
        except TimeoutError:
            logger.warning(f"the speaker '{self._speaker.device.name}' took no more sound")

    async def cancel(self, frame: CancelFrame) -> None:
        """Fall silent at once."""
        self._speaker.drop()
        await super().cancel(frame)

    async def cleanup(self) -> None:
        """Leave the transport."""
        await super().cleanup()
        await self._transport.cleanup()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Drop what has not been played when the caller interrupts."""
        if isinstance(frame, InterruptionFrame):
            self._speaker.drop()
        await super().process_frame(frame, direction)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        """Wait until the device has taken the audio; False when it never will."""
        return await self._speaker.play(frame.audio, droppable=frame.interruptible)


class DeskTransport(BaseTransport):
    """Microphone and speaker as one caller.

    Event handlers available:

    - on_client_connected: sound flows both ways. Args: (client: str)
    - on_client_disconnected: a device is gone, or `hang_up` was called. Args: (client: str)
    """

    def __init__(self, microphone: Microphone, speaker: Speaker) -> None:
        super().__init__()
        self.problem: str | None = None
        self._params = TransportParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_out_end_silence_secs=0,  # `DeskOutput.stop` waits for the last sample instead
        )
        self._microphone = microphone
        self._speaker = speaker
        self._input: DeskInput | None = None
        self._output: DeskOutput | None = None
        self._running: list[Stream] = []
        self._over = False
        self._watch: asyncio.Task[None] | None = None
        self._register_event_handler("on_client_connected")
        self._register_event_handler("on_client_disconnected")

    def input(self) -> DeskInput:
        """The step that hears."""
        if self._input is None:
            self._input = DeskInput(self, self._microphone, self._params)
        return self._input

    def output(self) -> DeskOutput:
        """The step that speaks."""
        if self._output is None:
            self._output = DeskOutput(self, self._speaker, self._params)
        return self._output

    def get_client_id(self, client: Any) -> str:
        """The one who sits at the desk."""
        return str(client)

    async def begin(self, stream: Stream) -> None:
        """Start one device; the caller is there once both run."""
        try:
            await stream.start()
        except Exception as error:
            await self.lose(f"the {stream.kind} '{stream.device.name}' did not start ({error})")
            return
        self._running.append(stream)
        if len(self._running) == 2 and not self._over:
            self._watch = asyncio.get_running_loop().create_task(self._watch_devices())

    async def lose(self, problem: str) -> None:
        """End the call because a device is gone."""
        self.problem = self.problem or problem
        await self.hang_up()

    async def hang_up(self) -> None:
        """Say that the caller has left; only the first call counts."""
        if not self._over:
            self._over = True
            await self._call_event_handler("on_client_disconnected", "desk")

    async def cleanup(self) -> None:
        """Stop watching the devices. Harmless when repeated."""
        watch, self._watch = self._watch, None
        if watch is not None and watch is not asyncio.current_task():
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        await super().cleanup()

    async def _watch_devices(self) -> None:
        # A greeting spoken before sound flows both ways would be torn by a slow start.
        at_first = [1 if stream is self._microphone else STEADY_BLOCKS for stream in self._running]
        waited = 0.0
        while waited < WATCH_SECONDS and not self._over and self._behind(at_first):
            await asyncio.sleep(BLOCK_SECONDS)
            waited += BLOCK_SECONDS
        behind = self._behind(at_first)
        if not behind:
            await self._call_event_handler("on_client_connected", "desk")
        while not self._over and not behind:
            expected = [stream.callbacks + 1 for stream in self._running]
            await asyncio.sleep(WATCH_SECONDS)
            behind = self._behind(expected)
        if behind and not self._over:
            name = behind[0].device.name
            await self.lose(f"the {behind[0].kind} '{name}' has stopped answering")

    def _behind(self, expected: list[int]) -> list[Stream]:
        pairs = zip(self._running, expected, strict=True)
        return [stream for stream, count in pairs if stream.callbacks < count]


@asynccontextmanager
async def desk_line(
    microphone: str | None = None, speaker: str | None = None, *, portaudio: Any = None
) -> AsyncGenerator[Line]:
    """This machine's microphone and speaker, open for one call.

    Args:
        microphone: Number, name or part of the name of a recording device; None for the default.
        speaker: The same for a playing device.
        portaudio: The module `sounddevice`; loaded when not given.

    Raises:
        InputError: A device or its library is missing, or it cannot be opened.
        LineLost: On leaving: a device vanished during the call.
    """
    portaudio = portaudio or load_portaudio()
    devices = list_devices(portaudio)
    defaults = default_indices(portaudio)
    ears = choose_device(devices, "microphone", microphone, defaults["microphone"])
    mouth = choose_device(devices, "speaker", speaker, defaults["speaker"])
    async with AsyncExitStack() as stack:
        loop = asyncio.get_running_loop()
        ends: list[asyncio.Task[None]] = []

        def lost(problem: str) -> None:
            ends.append(loop.create_task(transport.lose(problem)))

        heard = agree_format(portaudio, ears, "microphone", IN_RATE)
        source = Microphone(ears, IN_RATE, heard, lost)
        stack.push_async_callback(source.close)
        await _open(source, portaudio.RawInputStream, heard, portaudio)
        played = agree_format(portaudio, mouth, "speaker", OUT_RATE)
        sink = Speaker(mouth, OUT_RATE, played, lost)
        stack.push_async_callback(sink.close)
        await _open(sink, portaudio.RawOutputStream, played, portaudio)
        transport = DeskTransport(source, sink)
        yield Line("local", transport, audio_in_rate=IN_RATE, audio_out_rate=OUT_RATE)
        await asyncio.gather(*ends)
    if transport.problem is not None:
        raise LineLost(
            f"{transport.problem}, so the call was ended",
            "plug it in again and see `callwright run -t local --list-devices`",
        )


async def _open(stream: Stream, make: Callable[..., Any], form: Format, portaudio: Any) -> None:
    try:
        await stream.open(make, form)
    except portaudio.PortAudioError as error:
        raise InputError(
            f"the {stream.kind} '{stream.device.name}' cannot be opened ({error})",
            f"close the program that holds it, or choose another with --{stream.kind}",
        ) from error
