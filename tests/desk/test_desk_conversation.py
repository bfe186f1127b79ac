"""`callwright run -t local` with a recorded caller at the microphone."""

import json
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hearing import loudness

from callwright.calls.folder import read_call
from callwright.lab.recording import read_recording

ROOT = Path(__file__).resolve().parents[2]
RECORDING = ROOT / "recordings" / "reception-plain"
CALLWRIGHT = ("-c", "from callwright.cli.main import main; main()")
SILENT = 1.3  # seconds after which the agent has finished; longer than any pause within a turn

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("desk")]


@pytest.fixture
def recording():
    if not (RECORDING / "caller.yaml").is_file():
        pytest.skip("recordings/reception-plain is not there")
    return read_recording(RECORDING)


class Desk:
    """The person at the desk: hears the speaker, speaks when the agent has finished."""

    def __init__(self, sound, folder):
        self._sound, self._folder = sound, folder
        self._raw = folder / "speaker.raw"
        self._from = 0
        sound.listen(self._raw)

    def heard(self):
        data = self._raw.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], np.int16)

    def wait_for_agent(self, bot, seconds=40):
        """Return when the agent has spoken, and then been silent for a while."""
        for _ in range(int(seconds * 10)):
            loud = np.flatnonzero(loudness(self.heard()) > 100)
            now = len(self.heard()) // 320
            loud = loud[loud >= self._from]
            if len(loud) and now - loud[-1] > SILENT * 50:
                return
            if bot.poll() is not None:
                return
            time.sleep(0.1)
        pytest.fail("the agent did not speak")

    def say(self, samples):
        wav = self._folder / "turn.wav"
        soundfile.write(wav, samples, 16000, subtype="PCM_16")
        self._sound.say(wav)
        self._from = len(self.heard()) // 320  # what the agent said meanwhile was no answer yet


def start(sound, folder, *more):
    return sound.bot(*CALLWRIGHT, "run", "-t", "local", "--agent", "reception", *more, cwd=folder)


def record_of(folder):
    (call,) = (folder / "calls").iterdir()
    return read_call(call), call


def last_words(folder):
    """What the agent has said last, as its record, which is written as the call runs, tells."""
    (events,) = (folder / "calls").glob("*/events.jsonl")
    said = [json.loads(line) for line in events.read_text().splitlines()]
    texts = [event["text"] for event in said if event.get("event") == "said"]
    return texts[-1].lower() if texts else ""


def sentences(level):
    """Where a track speaks: runs of sound with half a second of silence around each."""
    loud = np.flatnonzero(level > 100)
    cuts = np.flatnonzero(np.diff(loud) > 25)
    return [
        slice(begin, end + 1)
        for begin, end in zip(
            loud[np.r_[0, cuts + 1]], loud[np.r_[cuts, len(loud) - 1]], strict=True
        )
        if end - begin > 25
    ]


def matches(record, heard):
    """For every sentence of the record's bot track: how well the speaker played it, 0 to 1.

    By loudness, since the speaker's track went through two resamplers; each where it fits best,
    since the two tracks were timed by different clocks.
    """
    samples, rate = soundfile.read(record, dtype="int16")
    kept, played = loudness(samples, rate), loudness(heard)
    found = []
    for part in sentences(kept):
        shape = kept[part] - kept[part].mean()
        windows = np.lib.stride_tricks.sliding_window_view(played, len(shape))
        windows = windows - windows.mean(axis=1, keepdims=True)
        norms = np.linalg.norm(windows, axis=1) * np.linalg.norm(shape)
        found.append(float(np.max(windows @ shape / norms.clip(1e-9))))
    return found


def test_a_recorded_caller_holds_the_whole_conversation(sound, recording, tmp_path):
    desk = Desk(sound, tmp_path)
    bot = start(sound, tmp_path, "--microphone", "pulse", "--speaker", "pulse")
    desk.wait_for_agent(bot)
    for turn in recording.turns:
        for _ in range(3):  # a caller who was not understood says it again
            desk.say(recording.sound(turn))
            desk.wait_for_agent(bot)
            if not re.search("sorry|didn't get", last_words(tmp_path)):
                break
    for _ in range(3):  # one who was asked once more confirms once more
        if bot.poll() is None and last_words(tmp_path).endswith("right?"):
            desk.say(recording.sound(recording.turns[-1]))
            desk.wait_for_agent(bot)
    output, errors = bot.communicate(timeout=60)

    assert bot.returncode == 0, output + errors
    # ALSA tells of underruns on a busy machine; whether they were heard is asked below.
    assert [line for line in errors.splitlines() if not line.startswith("ALSA lib")] == []
    record, folder = record_of(tmp_path)
    assert record.meta["outcome"] == "completed", output
    assert record.meta["line"] == "local"
    assert len(re.findall("^caller: ", output, re.M)) >= len(recording.turns)
    played = matches(folder / "bot.wav", desk.heard())
    assert len(played) >= len(recording.turns)
    assert min(played) > 0.8, played


def test_ctrl_c_in_mid_call_closes_the_record(sound, tmp_path):
    desk = Desk(sound, tmp_path)
    bot = start(sound, tmp_path)
    desk.wait_for_agent(bot)
    bot.send_signal(signal.SIGINT)
    _, errors = bot.communicate(timeout=20)

    assert bot.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    record, folder = record_of(tmp_path)
    assert record.meta["state"] == "ended"
    assert soundfile.info(folder / "bot.wav").duration > 2


def test_a_sound_server_that_dies_closes_the_record_too(sound, tmp_path):
    desk = Desk(sound, tmp_path)
    bot = start(sound, tmp_path)
    desk.wait_for_agent(bot)
    sound.server.kill()
    _, errors = bot.communicate(timeout=30)

    assert bot.returncode == 1
    assert "has stopped answering, so the call was ended; plug it in again" in errors
    assert "Traceback" not in errors
    assert record_of(tmp_path)[0].meta["state"] == "ended"


def test_an_unknown_microphone_is_an_error_before_the_call(sound, tmp_path):
    bot = start(sound, tmp_path, "--microphone", "pulze")
    _, errors = bot.communicate(timeout=60)

    assert bot.returncode == 2
    assert "there is no microphone 'pulze'; did you mean 'pulse'?" in errors
    assert not (tmp_path / "calls").exists()


def test_the_devices_are_listed(sound, tmp_path):
    bot = sound.bot(*CALLWRIGHT, "run", "-t", "local", "--list-devices")
    output, _ = bot.communicate(timeout=60)

    assert bot.returncode == 0
    assert re.search(r"pulse  \[ALSA, \d+ Hz\]  microphone.*, speaker", output)
