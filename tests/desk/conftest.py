"""A sound server without a sound card: a virtual microphone and a virtual speaker."""

import ctypes.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 10


class SoundServer:
    """PulseAudio with two null sinks; what is played into one is what the other end hears."""

    def __init__(self, folder: Path) -> None:
        self.env = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
            "PULSE_SOURCE": "mic",
            "PULSE_SINK": "vspk",
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), str(ROOT / "tests" / "lines"), os.environ.get("PYTHONPATH", "")]
            ),
        }
        sink = "module-null-sink sink_name={} rate=48000 channels=1"
        self._children: list[subprocess.Popen] = []
        self.server = self._start(
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
            "-L", f"module-native-protocol-unix socket={folder}/native auth-anonymous=1",
            "-L", sink.format("vmic"),
            "-L", sink.format("vspk"),
            "-L", "module-remap-source master=vmic.monitor source_name=mic",
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait_until_ready(self) -> None:
        _wait(self._has_microphone, "PulseAudio does not start here")

    def _has_microphone(self) -> bool:
        listed = subprocess.run(
            ["pactl", "list", "short", "sources"],
            env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return "\tmic\t" in listed.stdout

    def bot(self, *command: str, cwd: Path = ROOT) -> subprocess.Popen:
        """Start a program that talks to this sound server."""
        return self._start(
            sys.executable, *command, cwd=cwd,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def say(self, wav: Path) -> None:
        """Speak a WAV into the microphone; returns when it has been said."""
        subprocess.run(["paplay", "-d", "vmic", str(wav)], env=self.env, check=True)

    def listen(self, raw: Path) -> None:
        """From now on, keep what the speaker plays: 16-bit mono, 16 kHz."""
        with raw.open("wb") as sink:
            self._start(
                "parec", "-d", "vspk.monitor", "--latency-msec=50",
                "--rate=16000", "--channels=1", "--format=s16le", stdout=sink,
            )  # fmt: skip
        _wait(lambda: raw.stat().st_size > 0, "parec hears nothing")

    def close(self) -> None:
        for child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
            try:
                child.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()

    def _start(self, *command: str, **options) -> subprocess.Popen:
        child = subprocess.Popen(command, env=self.env, **options)
        self._children.append(child)
        return child


def _wait(ready: Callable[[], bool], otherwise: str) -> None:
    for _ in range(START_SECONDS * 10):
        if ready():
            return
        time.sleep(0.1)
    pytest.skip(otherwise)


@pytest.fixture
def sound() -> Iterator[SoundServer]:
    missing = [
        name for name in ("pulseaudio", "pactl", "paplay", "parec") if not shutil.which(name)
    ]
    if not ctypes.util.find_library("portaudio"):
        missing.append("libportaudio2")
    if missing:
        pytest.skip(f"a virtual sound card needs {', '.join(missing)}")
    # A socket's path may have 107 characters; pytest's own folders are longer.
    with tempfile.TemporaryDirectory(prefix="cw-", dir="/tmp") as folder:
        server = SoundServer(Path(folder))
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.close()
