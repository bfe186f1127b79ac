"""A stand-in for the module `sounddevice`, with devices that a test moves by hand.

Its streams call back on a thread of their own, as PortAudio does.
"""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np


class PortAudioError(Exception):
    pass


def device(name: str, *, ins: int = 0, outs: int = 0, rate: int = 48000, host: int = 0) -> dict:
    return {
        "name": name,
        "hostapi": host,
        "max_input_channels": ins,
        "max_output_channels": outs,
        "default_samplerate": float(rate),
    }


HEADSET = [device("USB Headset Mono", ins=1, rate=16000), device("USB Headset Stereo", outs=2)]


class FakeStream:
    def __init__(self, owner: "FakePortAudio", **options: Any) -> None:
        self.owner = owner
        self.options = SimpleNamespace(**options)
        self.started = False
        self.closed = False
        self.played = bytearray()

    def start(self) -> None:
        if self.owner.fails_to_start:
            raise PortAudioError("Device unavailable")
        self.started = True
        if self.owner.moves:
            for _ in range(16):
                self._on_thread(self._silent_block)

    def _silent_block(self) -> None:
        room = bytearray(self.options.blocksize * self.options.channels * 2)
        self.options.callback(memoryview(room), self.options.blocksize, None, None)

    def close(self, ignore_errors: bool = True) -> None:
        self.closed = True
        self.options.finished_callback()

    def vanish(self) -> None:
        """What PortAudio does when the device is unplugged."""
        self.started = False
        self._on_thread(self.options.finished_callback)

    def record(self, samples: np.ndarray) -> None:
        """The microphone heard these frames (shape: frames x channels, or frames)."""
        data = samples.astype(np.int16).tobytes()
        frames = len(data) // (2 * self.options.channels)
        self._on_thread(lambda: self.options.callback(memoryview(data), frames, None, None))

    def pull(self, blocks: int = 1) -> bytes:
        """The speaker wants this many blocks; returns what it was given."""
        size = self.options.blocksize * self.options.channels * 2
        taken = bytearray()
        for _ in range(blocks):
            room = bytearray(size)
            self._on_thread(
                lambda room=room: self.options.callback(
                    memoryview(room), self.options.blocksize, None, None
                )
            )
            taken += room
        self.played += taken
        return bytes(taken)

    @staticmethod
    def _on_thread(call: Callable[[], None]) -> None:
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()


class FakePortAudio:
    """What the code under test sees of `sounddevice`.

    Args:
        devices: Rows as ``query_devices`` returns them.
        default: Indices of the default microphone and speaker, -1 for none.
        takes: Whether a device takes a format; everything by default.
    """

    PortAudioError = PortAudioError

    def __init__(
        self,
        devices: list[dict] | None = None,
        default: tuple[int, int] = (0, 1),
        takes: Callable[[int, int, int], bool] = lambda index, channels, rate: True,
    ) -> None:
        self.devices = HEADSET if devices is None else devices
        self.default = SimpleNamespace(device=list(default))
        self.streams: list[FakeStream] = []
        self.fails_to_open = False
        self.fails_to_start = False
        self.moves = True  # whether sound flows by itself at first
        self._takes = takes

    def query_devices(self) -> list[dict]:
        return self.devices

    def query_hostapis(self) -> list[dict]:
        return [{"name": "ALSA"}, {"name": "JACK"}]

    def check_input_settings(self, *, device: int, channels: int, dtype: str, samplerate: int):
        if not self._takes(device, channels, samplerate):
            raise PortAudioError("Invalid sample rate")

    check_output_settings = check_input_settings

    def RawInputStream(self, **options: Any) -> FakeStream:
        return self._open(options)

    RawOutputStream = RawInputStream

    def _open(self, options: dict[str, Any]) -> FakeStream:
        if self.fails_to_open:
            raise PortAudioError("Device or resource busy")
        self.streams.append(FakeStream(self, **options))
        return self.streams[-1]

    @property
    def microphone(self) -> FakeStream:
        return self.streams[0]

    @property
    def speaker(self) -> FakeStream:
        return self.streams[1]
